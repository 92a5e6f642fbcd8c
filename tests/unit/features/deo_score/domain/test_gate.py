from datetime import timedelta
from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import (
    HOME,
    NOW,
    body,
    failed,
    key,
    moved,
    page,
    reading,
    site_of_pages,
)

from engineo.features.crawling.contracts import CrawledPage, RobotsDirectives
from engineo.features.deo_score.domain.duplicates import near_duplicates


def robots(*directives: str, agent: str = "", source: str = "meta") -> tuple[RobotsDirectives, ...]:
    return (RobotsDirectives(agent, directives, source),)


def gate_of(facts: dict[str, Any], *others: CrawledPage, **row: Any) -> tuple[float, str]:
    site = site_of_pages([page(""), page("x", body("x", **facts), **row), *others])
    return site.members[key("x")].g, site.members[key("x")].gate.reason


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        ({}, 1),
        ({"robots": robots("noindex", "follow")}, 0),
        ({"robots": robots("none")}, 0),
        ({"robots": robots("noindex", agent="googlebot", source="header")}, 0),
        ({"robots": robots("noindex", agent="bingbot")}, 1),
        ({"robots": robots("nofollow", "max-snippet:0")}, 1),
        ({"robots": robots("unavailable_after: 31 dec 2025 23:00:00 gmt")}, 0),
        ({"robots": robots("unavailable_after: 2026-01-01")}, 0),
        ({"robots": robots("unavailable_after: 2026-01-02")}, 1),
        ({"robots": robots("unavailable_after: soon")}, 1),
        ({"raw_words": 19, "scripts": 1}, 0.3),
        ({"raw_words": 19, "scripts": 0}, 1),
        ({"raw_words": 20, "scripts": 9}, 1),
        ({"canonicals": (key("x"),)}, 1),
        ({"canonicals": ("http://www.shop.example/x#top",)}, 1),
        ({"canonicals": ("https://other.example/x",)}, 0),
        ({"canonicals": (HOME,)}, 0),
        ({"canonical_header": (HOME,)}, 0),
        ({"canonicals": (key("x"),), "canonical_header": (HOME,)}, 0.5),
        ({"canonicals": (key("x"), HOME)}, 0.5),
        ({"canonicals": ("mailto:nobody",)}, 0.5),
        ({"canonicals": ("mailto:nobody",), "raw_words": 0, "scripts": 1}, 0.15),
        ({"canonicals": (key("never-seen"),)}, 0),
    ],
)
def test_facts(facts: dict[str, Any], value: float) -> None:
    assert gate_of(facts)[0] == pytest.approx(value)


@pytest.mark.parametrize(
    ("target", "value", "reason"),
    [
        (failed("t", 404), 0.5, "canonical-broken"),
        (failed("t", 410), 0.5, "canonical-broken"),
        (failed("t", None, "redirect_loop"), 0.5, "canonical-broken"),
        (page("t", body("t", title="Page not found", words=5)), 0.5, "canonical-broken"),  # a soft 404
        (moved("t", "x"), 0.5, "canonical-redirects-back"),
        (moved("t", ""), 0, "canonical-other"),
        (failed("t", 500), 0, "canonical-other"),
        (failed("t", None, "timeout"), 0, "canonical-other"),
        (failed("t", None, "disallowed"), 0, "canonical-other"),
        (failed("t", 302, "redirected_off_site"), 0, "canonical-elsewhere"),
        (page("t"), 0, "canonical-other"),
    ],
)
def test_canonical_targets(target: CrawledPage, value: float, reason: str) -> None:
    assert gate_of({"canonicals": (key("t"),)}, target) == (value, reason)


def test_disallowed_for_googlebot() -> None:
    assert gate_of({}, blocked_agents=("Googlebot",)) == (0, "robots-txt")
    assert gate_of({}, blocked_agents=("Bingbot", "EngineOBot")) == (1, "")


def test_no_body_is_no_gate() -> None:
    site = site_of_pages([page(""), failed("x", 503)])
    assert (site.members[key("x")].g, site.members[key("x")].gate.reason) == (0, "unreadable")


def test_a_second_address_of_the_same_text_is_consolidated() -> None:
    copy = body("x", canonicals=(key("q"),))
    original = body("x")
    assert near_duplicates(reading(copy), reading(original))
    site = site_of_pages([page(""), page("x", copy), page("q", original)])
    assert site.members[key("x")].into == key("q")
    assert [group.key for group in site.groups] == [HOME, key("q")]
    assert site.statistics.group_of[key("x")] == key("q")


def test_a_part_of_another_page_is_consolidated() -> None:
    whole = body("q", blocks=(*body("x").blocks, *body("q").blocks), words=200)
    site = site_of_pages([page(""), page("x", body("x", canonicals=(key("q"),))), page("q", whole)])
    assert site.members[key("x")].into == key("q")


def test_cycles_and_chains_consolidate_nothing() -> None:
    one, two = body("x", canonicals=(key("b"),)), body("x", canonicals=(key("a"),))
    site = site_of_pages([page(""), page("a", one), page("b", two)])
    assert [site.members[key(path)].g for path in "ab"] == [0, 0]
    assert [site.members[key(path)].into for path in "ab"] == [None, None]


def test_a_later_moment_only_closes() -> None:
    facts = {"robots": robots("unavailable_after: 2026-02-01")}
    rows = [page(""), page("x", body("x", **facts))]
    assert site_of_pages(rows, as_of=NOW).members[key("x")].g == 1
    assert site_of_pages(rows, as_of=NOW + timedelta(days=60)).members[key("x")].g == 0
