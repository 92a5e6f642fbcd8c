from dataclasses import replace
from math import log2

import pytest
from tests.unit.features.deo_score.domain.sample_sites import block, body, failed, key, page, site_of_pages

from engineo.features.crawling.contracts import Block, Heading, PageFacts
from engineo.features.deo_score.domain.own_terms import credit
from engineo.features.deo_score.domain.signals.depth import content_depth, page_depth
from engineo.features.deo_score.domain.site import Site
from engineo.features.deo_score.domain.worth import evidence, heading_order, structure


def depth_of(facts: PageFacts, path: str = "x") -> float:
    site = site_of_pages([page(""), page(path, facts)])
    return page_depth(site.members[key(path)])


def own_terms(site: Site, path: str) -> float:
    found = site.members[key(path)].reading
    assert found is not None
    return found.own_terms


@pytest.mark.parametrize(("count", "value"), [(0, 0), (0.4, 0.4), (1, 1), (2, 2), (8, 4)])
def test_credit(count: float, value: float) -> None:
    assert credit(count) == value


def test_value_by_hand() -> None:
    # other: 60 terms of 120 -> .6 * .5; one heading in order -> .25 * 1/3; two facts of five -> .15 * .4
    facts = body("x", blocks=(block("x", 60),), facts=2)
    assert depth_of(facts) == pytest.approx(0.6 * 0.5 + 0.25 / 3 + 0.15 * 0.4)
    assert depth_of(replace(facts, raw_words=0, scripts=1)) == depth_of(facts)  # g comes later


def test_function_words_and_repetition_earn_little() -> None:
    facts = body("x", blocks=(Block("p", "a", 9, {"the": 50, "und": 50, "shoe": 4, "red": 0.5}),))
    site = site_of_pages([page(""), page("x", facts)])
    assert own_terms(site, "x") == 1 + log2(4) + 0.5


def test_a_block_on_many_pages_fades() -> None:
    shared = Block("p", "shared", 9, {"shoe": 4})
    rows = [page(f"x{n}", body(f"x{n}", blocks=(shared,))) for n in range(8)]
    site = site_of_pages([page(""), *rows])
    # theta = max(2, .2 * 9); the block is in 8 groups: 2 / 8 of its count of 4
    assert [own_terms(site, f"x{n}") for n in range(8)] == [1.0] * 8


@pytest.mark.parametrize(
    ("levels", "value"), [((), 0), ((1, 2, 3, 2), 1), ((2, 3), 0.5), ((1, 3, 4), 2 / 3), ((1, 1, 1), 1), ((6,), 0)]
)
def test_heading_order(levels: tuple[int, ...], value: float) -> None:
    assert heading_order(tuple(Heading(level, "h") for level in levels)) == pytest.approx(value)


def test_structure_and_evidence() -> None:
    assert structure(PageFacts()) == 0
    assert structure(PageFacts(tables=1)) == pytest.approx(2 / 3)
    assert structure(PageFacts(headings=(Heading(1, "h"),), sections=2, lists=1)) == 1
    assert evidence(PageFacts(facts=1, quotations=1, citations=9)) == 0.8
    assert evidence(PageFacts(facts=99)) == 1


def test_of_one_text_only_the_best_earns() -> None:
    twin = body("x")
    site = site_of_pages([page(""), page("x", twin), page("xx", replace(twin, facts=3)), failed("y")])
    found = dict(content_depth(site).worst)
    assert found[key("x")] == found[key("y")] == 0
    assert found[key("xx")] > 0
