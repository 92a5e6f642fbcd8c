"""The laws that every evaluation obeys, whatever the site is like."""

import json
from dataclasses import replace
from datetime import timedelta
from math import fsum, isfinite
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.unit.features.deo_score.domain.random_sites import CLOSED, DEGENERATE, crawls
from tests.unit.features.deo_score.domain.sample_sites import NOW, SITE, body, key, link, page, site_of_pages

from engineo.features.crawling.contracts import CrawledPage, SiteFacts
from engineo.features.deo_score.domain.evaluation import Evaluation, evaluate
from engineo.features.deo_score.domain.measure import Signal
from engineo.features.deo_score.domain.metadata import as_metadata
from engineo.features.deo_score.domain.signals.answers import ANSWER_AGENTS

Crawl = tuple[SiteFacts, list[CrawledPage]]
# Sites are large examples: shrinking one takes minutes, and says little more.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
laws = settings(
    max_examples=40,
    deadline=None,
    phases=QUICK,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def check(found: Evaluation) -> None:
    """In range, no NaN, and the evidence adds up."""
    for score in (found.overall, found.overall_uncapped, *found.components.values()):
        assert score is None or 0 <= score <= 100
    assert 0 <= found.confidence <= 1
    for signal in found.signals.values():
        assert signal.value is None or (isfinite(signal.value) and 0 <= signal.value <= 1)
        assert 0 <= signal.confidence <= 1
        assert len(signal.worst) == min(20, signal.worst_total)
        assert signal.value is not None or signal.reason
        resums(signal)
    points = [finding.points for finding in found.findings]
    assert points == sorted(points, reverse=True)
    assert all(isfinite(value) and 0 <= value <= 100 for value in points)
    assert all(finding.count > 0 and 0 < finding.share <= 1 for finding in found.findings)
    if found.status == "blocked":
        assert found.overall is None or found.overall <= 30
    json.dumps(as_metadata(found), allow_nan=False)


def resums(signal: Signal) -> None:
    """The value, recomputed from what is shown: parts from their types, the signal from its parts."""
    for part in signal.parts.values():
        if part.types:
            weights = fsum(kind.weight * kind.n for kind in part.types.values())
            assert part.value == pytest.approx(
                fsum(kind.weight * kind.total for kind in part.types.values()) / weights, abs=1e-9
            )
    measured = [part for part in signal.parts.values() if part.value is not None]
    if signal.value is not None:
        total = fsum(part.weight * (part.value or 0) for part in measured)
        assert signal.value == pytest.approx(total / fsum(part.weight for part in measured), abs=1e-9)


@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_sites(name: str) -> None:
    found = evaluate(SITE, DEGENERATE[name], NOW)
    check(found)
    expected = {
        "no page": "insufficient_data", "home disallowed for us": "insufficient_data", "one page": "scored",
        "one page 100 times": "scored", "empty bodies": "scored", "a script shell": "scored",
    }  # fmt: skip
    assert found.status == expected.get(name, "blocked")


@laws
@given(crawls())
def test_no_site_is_out_of_range_and_the_evidence_adds_up(crawl: Crawl) -> None:
    check(evaluate(*crawl, NOW))


@laws
@given(crawls(), st.integers(0, 2**32))
def test_the_order_of_rows_and_rows_given_twice_change_no_byte(crawl: Crawl, seed: int) -> None:
    facts, rows = crawl
    shuffled = [*rows, *rows[:2]]
    Random(seed).shuffle(shuffled)  # noqa: S311 - a shuffle that can be repeated
    first = json.dumps(as_metadata(evaluate(facts, rows, NOW)))
    assert json.dumps(as_metadata(evaluate(facts, shuffled, NOW))) == first


@laws
@given(crawls(least=1), st.integers(0, 4000))
def test_a_later_moment_never_raises_freshness(crawl: Crawl, days: int) -> None:
    facts, rows = crawl
    now, later = (evaluate(facts, rows, NOW + timedelta(days=more)).signals["contentFreshness"] for more in (0, days))
    assert (now.value is None) == (later.value is None)
    assert (later.value or 0) <= (now.value or 0)


@laws
@given(crawls(least=1))
def test_training_bots_change_nothing_and_answer_engines_one_signal(crawl: Crawl) -> None:
    facts, rows = crawl

    def values(*agents: str) -> dict[str, float | None]:
        blocked = [replace(row, blocked_agents=(*row.blocked_agents, *agents)) for row in rows]
        return {name: found.value for name, found in evaluate(facts, blocked, NOW).signals.items()}

    before = values()
    assert values("GPTBot", "ClaudeBot", "CCBot") == before
    after = values(*ANSWER_AGENTS)
    assert {name for name in before if after[name] != before[name]} <= {"answerSurfacePresence"}
    assert (after["answerSurfacePresence"] or 0) <= (before["answerSurfacePresence"] or 0)


def shop(closed: int | None = None, blocked: int | None = None, copied: int | None = None) -> list[CrawledPage]:
    """A small shop, with one product closed to engines, or copied."""
    paths = [f"products/{n}" for n in range(6)]
    links = tuple(link(path, f"Product {path}") for path in paths)
    rows = [page("", body("home", links=links), in_sitemap=True)]
    for n, path in enumerate(paths):
        robots = CLOSED if n == closed else ()
        agents = ("Googlebot",) if n == blocked else ()
        rows.append(page(path, body(path, robots=robots, links=links), in_sitemap=True, blocked_agents=agents))
    if copied is not None:
        original = rows[1 + copied]
        rows.append(page("products/copy", original.facts, in_sitemap=True))
    return rows


def values_of(rows: list[CrawledPage]) -> dict[str, float | None]:
    return {name: found.value for name, found in evaluate(SITE, rows, NOW, profile="shop").signals.items()}


@pytest.mark.parametrize("changed", [{"closed": 2}, {"blocked": 2}, {"copied": 2}, {"copied": 0}])
def test_closing_or_copying_a_page_raises_nothing(changed: dict[str, int]) -> None:
    before, after = values_of(shop()), values_of(shop(**changed))
    assert {name for name in before if (after[name] or 0) > (before[name] or 0) + 1e-9} == set()


@pytest.mark.parametrize(
    ("broken", "signals"),
    [
        ({"title": None}, {"contentCoverage", "serpPresence"}),
        ({"description": None}, {"contentCoverage", "serpPresence"}),
        ({"lead_has_fact": False}, {"answerSurfacePresence"}),
        ({"head_scripts_blocking": 3}, {"coreWebVitals"}),
    ],
)
def test_one_page_moves_a_signal_by_no_more_than_its_weight(broken: dict[str, object], signals: set[str]) -> None:
    whole = {"lead_has_fact": True, "open_graph": {"title": "T", "image": "i"}}
    rows = [
        page("", body("home", **whole)),
        *(page(f"products/{n}", body(str(n), **whole), ttfb_ms=900.0) for n in range(6)),
    ]
    rows_broken = [*rows[:-1], page("products/5", body("5", **{**whole, **broken}), ttfb_ms=900.0)]
    before, after = values_of(rows), values_of(rows_broken)
    changed = {name: (before[name] or 0) - (after[name] or 0) for name in before if after[name] != before[name]}
    assert changed.keys() == signals
    share = 0.45 / 6 / (0.45 + 0.1)
    assert all(0 < fall <= share for fall in changed.values())


def test_what_is_decided_once_stays_decided() -> None:
    rows = [page(""), *(page(f"products/{n}") for n in range(3))]
    first = evaluate(SITE, rows, NOW)
    stripped = [*rows[:1], *(replace(row, facts=body("y")) for row in rows[1:])]
    again = evaluate(SITE, stripped, NOW, dict(first.page_types), first.profile)
    assert again.page_types == first.page_types
    assert again.profile == "shop"
    assert site_of_pages(rows).members[key("products/1")].type == "product"
