import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case, on_page, served
from tests.unit.features.deo_score.domain.sample_sites import body, judged, page

from engineo.features.crawling.contracts import AnswerUnit, Heading

UNIT = AnswerUnit("What is it?", 30, question=True, fact=True)
FULL = {
    "answer_units": (UNIT,),
    "lead_has_fact": True,
    "headings": (Heading(1, "Red shoes"),),
    "first_words": "Red shoes",
    "open_graph": {"title": "T", "image": "i.png"},
}
HOME_ROW = page("", body("home", **FULL))


def lacking(wrong: dict[str, object]) -> Case:
    return Case([HOME_ROW, page("x", body("x", **{**FULL, **wrong}))], [HOME_ROW, page("x", body("x", **FULL))])


CASES = {
    "answer-agents-blocked": served(page("x", blocked_agents=("Applebot",)), page("x", blocked_agents=("GPTBot",))),
    "answer-text-missing": lacking({"words": 19}),
    "answer-units-missing": lacking({"answer_units": ()}),
    "shopper-questions-open": on_page({"product_questions": 2}, {"product_questions": 3}, "products/x"),
    "lead-without-fact": lacking({"lead_has_fact": False}),
    "lead-off-topic": lacking({"first_words": "Something else"}),
    "open-graph-missing": lacking({"open_graph": {"title": "T"}}),
}


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    check_case(check_id, CASES[check_id])


def test_agents_are_named() -> None:
    found = judged([page(""), page("x", blocked_agents=("Applebot", "Bingbot"))])["answer-agents-blocked"]
    assert [detail for _, detail in found.affected.shown("")] == ["Bingbot, Applebot"]
