from dataclasses import replace

import pytest
from tests.unit.features.deo_score.domain.sample_sites import (
    HOME,
    SITE,
    body,
    failed,
    gain,
    key,
    link,
    moved,
    page,
    repaired,
    site_of_pages,
)

from engineo.features.crawling.contracts import CrawledPage, RobotsDirectives

CLOSED = (RobotsDirectives("", ("noindex", "nofollow"), "meta"),)
LISTED = {"in_sitemap": True}


def home(*paths: str) -> CrawledPage:
    return page("", body("home", links=tuple(map(link, paths))))


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("page-unreadable", [home("x", "y"), failed("x"), page("y")]),
        ("noindex", [home("x"), page("x", body("x", robots=CLOSED))]),
        ("robots-blocked", [home("x"), page("x", blocked_agents=("Googlebot",))]),
        ("canonical-problem", [home("x", "y"), page("x", body("x", canonicals=(HOME, key("y")))), page("y")]),
        ("canonical-problem", [home("x"), page("x", body("x", canonicals=(HOME,)))]),
        ("script-shell", [home("x"), page("x", body("x", raw_words=3, scripts=1))]),
        ("link-broken", [home("x", "gone"), page("x"), failed("gone", 404)]),
        ("link-redirected", [home("old", "x"), moved("old", "x"), page("x")]),
        ("sitemap-missing-pages", [home(), page("x")]),
        ("sitemap-not-indexable", [home("x"), page("x", body("x", robots=CLOSED), in_sitemap=True)]),
    ],
)
def test_each_wins(name: str, rows: list[CrawledPage]) -> None:
    assert gain(name, site_of_pages(rows)) > 0


@pytest.mark.parametrize(
    "facts",
    [
        replace(SITE, robots_status=200, robots_empty=False, robots_problems=("line 1: what?",)),
        replace(SITE, robots_status=503),
        replace(SITE, robots_status=None),
    ],
)
def test_robots_txt(facts: object) -> None:
    site = site_of_pages([page("")], facts)  # type: ignore[arg-type] # the tables of pytest are untyped
    assert repaired("robots-txt-invalid", site)[0] == [key("robots.txt")]
    # .1 of crawlHealth, which is a third of a quarter
    assert gain("robots-txt-invalid", site) == pytest.approx(100 * 0.1 / 3 * 0.25)


def test_where_there_is_a_sitemap_only_pages_out_of_reach_are_missing() -> None:
    site = site_of_pages([page("", body("home", links=(link("x"),)), **LISTED), page("x"), page("far")])
    assert repaired("sitemap-missing-pages", site)[0] == [key("far")]


def test_unreadable_pages_count_as_the_average_of_their_type() -> None:
    site = site_of_pages([page(""), page("x"), failed("y"), failed("z", None, "timeout")])
    urls, better = repaired("page-unreadable", site)
    assert urls == [key("y"), key("z")]
    assert set(better.members) == {HOME, key("x")}
