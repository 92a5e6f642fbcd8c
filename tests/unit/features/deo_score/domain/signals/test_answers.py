from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import body, failed, page, reading, row_of, site_of_pages

from engineo.features.crawling.contracts import AnswerUnit, Heading, RobotsDirectives
from engineo.features.deo_score.domain.signals.answers import (
    ANSWER_AGENTS,
    agents,
    answer_surface_presence,
    units,
)
from engineo.features.deo_score.domain.signals.catalogue import measure
from engineo.features.deo_score.domain.worth import lead


def unit(heading: str = "What is it?", words: int = 30, *, question: bool = True, fact: bool = True) -> AnswerUnit:
    return AnswerUnit(heading, words, question=question, fact=fact)


@pytest.mark.parametrize(
    ("found", "page_type", "value"),
    [
        ((unit(),), "home", 0.5),
        ((unit(), unit("Why?", fact=False)), "home", 0.75),
        ((unit("Size", question=False),), "other", 0.5 / 3),
        ((unit("Size", question=False, fact=False),), "other", 0),
        ((unit(words=19),), "other", 0),
        ((unit(), unit("WHAT is it"), unit(fact=False)), "other", 1 / 3),  # the same heading once, at its best
        (tuple(unit(str(n)) for n in range(9)), "article", 1),
    ],
)
def test_units(found: tuple[AnswerUnit, ...], page_type: str, value: float) -> None:
    assert units(reading(body("x", answer_units=found)), page_type) == pytest.approx(value)


def test_shopper_questions_count_for_products() -> None:
    assert units(reading(body("x", product_questions=4)), "product") == 0.8
    assert units(reading(body("x", product_questions=1, answer_units=(unit(), unit("b")))), "product") == 0.4
    assert units(reading(body("x", product_questions=9)), "article") == 0


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        ({"first_words": "These red shoes are fine"}, 0.5),
        ({"first_words": "These red boots are fine"}, 0),  # one of two terms
        ({"first_words": "Red shoes", "lead_has_fact": True}, 1),
        ({"headings": (), "lead_has_fact": True}, 0.5),
        ({"headings": (Heading(1, "of the"),)}, 0),
        ({"headings": (Heading(1, " "), Heading(1, "Red shoes")), "first_words": "Red shoes"}, 0.5),
        ({"headings": (Heading(1, "Hats"), Heading(1, "Red shoes")), "first_words": "Red shoes"}, 0),  # a menu's h1
    ],
)
def test_lead(facts: dict[str, Any], value: float) -> None:
    assert lead(body("x", **{"headings": (Heading(1, "The red shoes"),), **facts})) == value


def test_agents() -> None:
    assert agents(row_of(page("x"))) == 1
    assert agents(row_of(page("x", blocked_agents=("Bingbot", "Applebot")))) == 0.6
    assert agents(row_of(page("x", blocked_agents=("Googlebot", "EngineOBot", "GPTBot")))) == 1


def test_value_by_hand() -> None:
    # home: 1 unit of 2, lead 1/2, one agent of five blocked -> .8 * (.65 * .5 + .35 * .5) = .4, w .1; failed 0, w .07
    facts = body("home", answer_units=(unit(),), lead_has_fact=True)
    site = site_of_pages([page("", facts, blocked_agents=("Bingbot",)), failed("x")])
    assert answer_surface_presence(site).value == pytest.approx(0.04 / 0.17)


@pytest.mark.parametrize("facts", [{"words": 19}, {"robots": (RobotsDirectives("", ("nosnippet",), "meta"),)}])
def test_nothing_to_quote(facts: dict[str, Any]) -> None:
    site = site_of_pages([page("", body("home", answer_units=(unit(),), lead_has_fact=True, **facts))])
    assert answer_surface_presence(site).value == 0


def test_blocking_bots_lowers_this_signal_only_and_training_bots_nothing() -> None:
    def values(*blocked: str) -> dict[str, float | None]:
        facts = body("home", answer_units=(unit(),), lead_has_fact=True)
        rows = [page("", facts, blocked_agents=blocked), page("x", blocked_agents=blocked)]
        return {name: found.value for name, found in measure(site_of_pages(rows)).items()}

    free = values()
    assert values("GPTBot", "ClaudeBot", "CCBot", "Google-Extended", "Applebot-Extended") == free
    for agent in ANSWER_AGENTS:
        closed = values(agent)
        assert {name for name in free if closed[name] != free[name]} == {"answerSurfacePresence"}
        assert (closed["answerSurfacePresence"] or 0) < (free["answerSurfacePresence"] or 0)
