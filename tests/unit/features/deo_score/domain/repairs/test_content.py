from dataclasses import replace

import pytest
from tests.unit.features.deo_score.domain.sample_sites import block, body, gain, key, page, repaired, site_of_pages

from engineo.features.crawling.contracts import CrawledPage, Heading

TWIN = body("x")
EMPTY = {"words": 10, "raw_words": 30, "blocks": (), "simhash": "0" * 16}


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("title-missing", [page("x", body("x", title=None))]),
        ("title-duplicate", [page("x", body("x", title="Same")), page("y", body("y", title="Same"))]),
        ("description-missing", [page("x", body("x", description=" "))]),
        ("description-duplicate", [page("x", body("x", description="S")), page("y", body("y", description="s"))]),
        ("h1-missing", [page("x", body("x", headings=(Heading(2, "Two"),)))]),
        ("text-thin", [page("x", body("x", **EMPTY))]),
        ("text-shallow", [page("x", body("x", blocks=(block("x", 30),)))]),
        ("text-structure", [page("x", body("x", headings=(Heading(3, "Three"),)))]),
        ("text-evidence", [page("x")]),
        ("text-duplicate", [page("x", TWIN), page("xx", TWIN), page("y", replace(TWIN, title="Else"))]),
        ("answer-units-missing", [page("x")]),
    ],
)
def test_each_wins(name: str, rows: list[CrawledPage]) -> None:
    assert gain(name, site_of_pages([page(""), *rows])) > 0


def test_a_description_is_worth_what_it_is_worth() -> None:
    # info: home and 4 others complete, one without description. Coverage 1/4 and serpPresence .2/.7 of w .07 in .45
    rows = [page(f"x{n}") for n in range(4)] + [page("y", body("y", description=None))]
    coverage = 100 * 0.3 / 3 * 0.25 * 0.07 / 0.45
    serp = 100 * 0.2 / 3 * 0.2 / 0.7 * 0.07 / 0.45
    # content is a mean of two: freshness is null
    assert gain("description-missing", site_of_pages([page(""), *rows])) == pytest.approx(coverage * 3 / 2 + serp)


def test_the_page_that_stands_for_a_text_is_no_copy() -> None:
    site = site_of_pages([page(""), page("x", TWIN), page("long-x", TWIN)])
    urls, better = repaired("text-duplicate", site)
    assert urls == [key("long-x")]
    assert better.members[key("long-x")].into == key("x")
