from dataclasses import replace

import pytest
from tests.unit.features.deo_score.domain.sample_sites import body, failed, key, moved, page

from engineo.features.crawling.contracts import CrawledPage, Hop
from engineo.features.deo_score.domain.rows import Rows, is_readable, redirects


def test_rows_are_found_however_they_are_written() -> None:
    rows = Rows([replace(page("a"), url="http://www.shop.example/A-raw")])
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
    rows = Rows([moved("a", "b"), moved("b", "c"), page("c"), failed("loop", None, "redirect_loop")])
    assert rows.final(key("a")) == key("c")
    assert rows.final(key("loop")) == key("loop")
    assert rows.final(key("unknown")) == key("unknown")
    assert Rows([failed("away", 302, "redirected_off_site")]).final(key("away")) is None


def test_redirects_in_a_circle_end() -> None:
    rows = Rows([moved("a", "b"), moved("b", "a")])
    assert rows.final(key("a")) in {key("a"), key("b")}


def test_the_answer_gets_a_row_of_its_own() -> None:
    source = replace(moved("a", "b"), facts=body("b"), in_sitemap=True, redirects=(Hop(key("a"), 301, key("b")),))
    answer = Rows([source]).get(key("b"))
    assert answer is not None
    assert (answer.facts, answer.redirects, answer.in_sitemap) == (source.facts, (), False)


def test_order_and_repetition_change_nothing() -> None:
    pages = [page("a"), failed("a", 404), page("b"), moved("c", "d")]
    once = list(Rows(pages))
    assert list(Rows([*reversed(pages), *pages])) == once
    assert len(Rows(pages)) == 4


def test_revised() -> None:
    rows = Rows([page("a"), page("b")]).revised({key("a"): failed("a")}, frozenset({key("b")}))
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
    assert is_readable(row) is readable


def test_how_many_redirects() -> None:
    hop = Hop(key("a"), 301, key("b"))
    assert redirects(page("a")) == 0
    assert redirects(moved("a", "b")) == 1
    assert redirects(moved("a", "b", redirects=(hop, hop))) == 2
