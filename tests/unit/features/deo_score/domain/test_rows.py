from dataclasses import replace

import pytest
from tests.unit.features.deo_score.domain.sample_sites import body, failed, key, moved, page, row_of

from engineo.features.crawling.contracts import CrawledPage, Hop
from engineo.features.deo_score.domain.rows import Rows


def test_rows_are_found_however_they_are_written() -> None:
    rows = Rows([replace(row_of(page("a")), url="http://www.shop.example/A-raw")])
    for url in (
        key("a"),
        "http://www.shop.example/a",
        "https://shop.example/a?utm_source=x",
        "http://www.shop.example/A-raw",
    ):
        assert rows.find(url) == key("a")
    assert rows.find(key("b")) is None
    assert rows.find("mailto:x") is None


def test_redirects_are_followed() -> None:
    rows = Rows(map(row_of, [moved("a", "b"), moved("b", "c"), page("c"), failed("loop", None, "redirect_loop")]))
    assert rows.final(key("a")) == key("c")
    assert rows.final(key("loop")) == key("loop")
    assert rows.final(key("unknown")) == key("unknown")
    assert Rows([row_of(failed("away", 302, "redirected_off_site"))]).final(key("away")) is None


def test_redirects_in_a_circle_end() -> None:
    rows = Rows(map(row_of, [moved("a", "b"), moved("b", "a")]))
    assert rows.final(key("a")) in {key("a"), key("b")}


def test_the_answer_gets_a_row_of_its_own() -> None:
    hop = Hop(key("a"), 301, key("b"))
    source = row_of(replace(moved("a", "b"), facts=body("b"), in_sitemap=True, redirects=(hop,)))
    answer = Rows([source]).get(key("b"))
    assert answer is not None
    assert (answer.reading, answer.redirects, answer.in_sitemap) == (source.reading, 0, False)


def test_rows_are_sorted() -> None:
    pages = [row_of(row) for row in (page("b"), failed("a", 404), moved("c", "d"))]
    assert [row.url_key for row in Rows(pages)] == [key(path) for path in "abcd"]
    assert len(Rows(pages)) == 4


def test_revised() -> None:
    rows = Rows(map(row_of, [page("a"), page("b")])).revised([row_of(failed("a"))], frozenset({key("b")}))
    assert [(row.url_key, row.status) for row in rows] == [(key("a"), 500)]


@pytest.mark.parametrize(
    ("row", "readable"),
    [
        (page("a"), True),
        (page("a", status=304, not_modified=True), True),
        (page("a", status=203), False),
        (failed("a", 500), False),
        (moved("a", "b"), False),
        (page("a", outcome="too_large"), False),
    ],
)
def test_readable(row: CrawledPage, readable: bool) -> None:
    assert row_of(row).is_readable is readable


def test_how_many_redirects() -> None:
    hop = Hop(key("a"), 301, key("b"))
    assert row_of(page("a")).redirects == 0
    assert row_of(moved("a", "b")).redirects == 1
    assert row_of(moved("a", "b", redirects=(hop, hop))).redirects == 2
