from datetime import timedelta

import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case, on_page
from tests.unit.features.deo_score.domain.sample_sites import NOW, block, body, failed, judged, key, page

from engineo.features.crawling.contracts import CrawledPage, DateEvidence, Heading

EMPTY = {"words": 10, "raw_words": 30, "blocks": (), "simhash": "0" * 16}
LAID_OUT = {"headings": (Heading(1, "One"),), "sections": 2, "lists": 1}
WHOLE = {"words": 200, "blocks": (block("home", 120),), "facts": 1, **LAID_OUT}
HOME_ROW = page("", body("home", **WHOLE))


def dated(path: str, days: float) -> CrawledPage:
    return page(path, body(path, dates=(DateEvidence(NOW - timedelta(days=days), "time"),)))


def besides(case: Case) -> Case:
    """The same beside a home page that lacks nothing."""
    return Case([HOME_ROW, *case.fires], [HOME_ROW, *case.fine], case.at)


SAME_DAY = [dated(f"blog/{n}", 3) for n in range(12)]
CASES = {
    "text-thin": on_page(EMPTY),
    "text-short": besides(on_page({"words": 199}, {"words": 200})),
    "text-shallow": besides(on_page({"blocks": (block("x", 30),)})),
    "text-structure": besides(on_page({"headings": (Heading(3, "Three"),)}, LAID_OUT)),
    "text-evidence": besides(on_page({"facts": 0}, {"facts": 1})),
    "text-duplicate": Case([page("x"), page("longer-x", body("x"))], [page("x"), page("y")], ("longer-x",)),
    "text-hidden": on_page({"hidden_words": 20}, {"hidden_words": 19}),
    "date-missing": Case([page("blog/x")], [dated("blog/x", 3)], ("blog/x",)),
    "text-stale": Case([dated("blog/x", 181)], [dated("blog/x", 179)], ("blog/x",)),
    "dates-of-the-build": Case(SAME_DAY, [dated(f"blog/{n}", n) for n in range(12)], ("",)),
    "markup-cut": on_page({"nesting_truncated": True}),
}


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    check_case(check_id, CASES[check_id])


def test_what_repeats_says_what_it_repeats() -> None:
    found = judged([page(""), page("x"), page("longer-x", body("x"))])["text-duplicate"]
    assert list(found.affected.shown("")) == [(key("longer-x"), f"as {key('x')}")]


def test_a_page_that_was_never_fetched_is_not_undated() -> None:
    assert "date-missing" not in judged([page(""), page("blog/x", fetched_at=None), failed("blog/y")])
