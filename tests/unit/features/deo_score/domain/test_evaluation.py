import json
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import HOME, NOW, SITE, body, failed, key, link, moved, page

from engineo.features.crawling.contracts import CrawledPage, RobotsDirectives, SiteFacts
from engineo.features.deo_score.domain.engine import COMPONENTS, SIGNALS
from engineo.features.deo_score.domain.evaluation import Evaluation, evaluate
from engineo.features.deo_score.domain.metadata import as_metadata

CLOSED = (RobotsDirectives("", ("noindex",), "meta"),)
SILENT = SiteFacts(SITE.origin, SITE.home_key)


def judge(*rows: CrawledPage, facts: SiteFacts = SITE, **more: Any) -> Evaluation:
    return evaluate(facts, rows, NOW, **more)


def test_a_scored_site() -> None:
    found = judge(page("", body("home", links=(link("x"),))), page("x"), page("products/a"))
    assert (found.status, found.reason, found.version) == ("scored", None, "v1")
    assert found.overall == found.overall_uncapped
    assert found.overall is not None
    assert set(found.components) == set(COMPONENTS)
    assert found.page_types == {HOME: "home", key("x"): "other", key("products/a"): "product"}
    assert found.profile == "info"
    assert found.findings


@pytest.mark.parametrize(
    ("home", "why"),
    [
        (page("", body("home", robots=CLOSED)), "it says noindex"),
        (page("", blocked_agents=("Googlebot",)), "robots.txt disallows it for Googlebot"),
        (failed("", 500), "it did not answer with a page that can be read"),
        (failed("", None, "disallowed", blocked_agents=("EngineOBot", "Googlebot")), "it did not answer"),
        (failed("", 302, "redirected_off_site"), "it did not answer"),
        (page("", body("home", canonicals=("https://other.example/",))), "its canonical names another site"),
        (page("", body("home", canonicals=(key("x0"),))), "its canonical names another page"),
    ],
)
def test_a_home_that_cannot_be_indexed_caps_the_score(home: CrawledPage, why: str) -> None:
    found = judge(home, *(page(f"x{n}") for n in range(30)))
    assert found.status == "blocked"
    assert found.reason is not None
    assert why in found.reason
    assert found.overall == 30
    assert found.overall_uncapped is not None
    assert found.overall_uncapped > 30


def test_the_cap_does_not_raise_a_lower_score() -> None:
    found = judge(failed("", 404))
    assert found.status == "blocked"
    assert found.overall == found.overall_uncapped
    assert found.overall is not None
    assert found.overall < 30


@pytest.mark.parametrize(
    ("facts", "rows", "reason"),
    [
        (SITE, [], "no page"),
        (SILENT, [failed("", None, "unreachable"), failed("x", None, "timeout")], "no HTTP answer"),
        (SITE, [failed("", None, "disallowed", blocked_agents=("EngineOBot",)), page("x")], "but not Googlebot"),
    ],
)
def test_insufficient_data(facts: SiteFacts, rows: list[CrawledPage], reason: str) -> None:
    found = judge(*rows, facts=facts, known_types={HOME: "home"}, profile="shop")
    assert found.status == "insufficient_data"
    assert reason in (found.reason or "")
    assert (found.overall, found.overall_uncapped, found.confidence, found.findings) == (None, None, 0.0, ())
    assert set(found.components.values()) == {None}
    assert [signal.value for signal in found.signals.values()] == [None] * 12
    assert (found.page_types, found.profile) == ({HOME: "home"}, "shop")
    assert json.dumps(as_metadata(found))


def test_an_answer_of_any_kind_is_an_answer() -> None:
    assert judge(failed("", None, "timeout"), facts=replace(SILENT, robots_status=503)).status == "blocked"
    assert judge(failed("", 503), facts=SILENT).status == "blocked"


def test_stored_types_and_profile_are_kept_and_returned() -> None:
    found = judge(page(""), page("x"), known_types={key("x"): "product", key("gone"): "article"}, profile="shop")
    assert found.page_types == {key("x"): "product", key("gone"): "article", HOME: "home"}
    assert found.profile == "shop"


def test_confidence_by_hand() -> None:
    # home alone: n = 1, so 1/5 each; freshness and linkage are null; the vitals count half
    found = judge(page(""))
    assert found.confidence == pytest.approx(0.2 * (0.3 * 2 / 3 + 0.25 * 2 / 3 + 0.25 * 2.5 / 3 + 0.2))


def test_metadata() -> None:
    found = judge(page(""), moved("old", "x"), page("x"), failed("y"))
    shown = as_metadata(found)
    assert list(shown["signals"]) == list(SIGNALS)
    assert shown["weights"] == {"content": 0.3, "entities": 0.25, "technical": 0.25, "visibility": 0.2}
    coverage = shown["signals"]["contentCoverage"]
    assert coverage["parts"]["slots"]["types"] == {
        "home": {"n": 1, "weight": 0.1, "sum": 1.0}, "other": {"n": 2, "weight": 0.07, "sum": 1.0}
    }  # fmt: skip
    assert coverage["value"] == round(0.17 / 0.24, 12)
    assert coverage["worst"] == [{"url": key("y"), "value": 0.0}]
    assert coverage["worstTotal"] == 1
    assert set(shown["fixes"][0]) == {
        "id", "title", "why", "component", "signal", "severity", "count", "urls", "points"
    }  # fmt: skip
    assert json.loads(json.dumps(shown)) == shown
