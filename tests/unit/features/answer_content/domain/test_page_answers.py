"""What a page answers, and what it leaves open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.features.answer_content.domain.answer_pages import unit

from engineo.features.answer_content.domain.answers import answers_of
from engineo.features.crawling.contracts import SHOPPER_QUESTIONS, AnswerUnit, PageFacts


@pytest.mark.parametrize(
    ("given_unit", "form", "question", "strength"),
    [
        (unit("How large is it?", question=True, fact=True), "question", "How large is it?", 1.0),
        (unit("How large is it?", question=True), "question", "How large is it?", 0.5),
        (unit("How large is it?", question=True, fact=True, words=19), "question", "How large is it?", 0.0),
        (unit("How large it is", question=True), "question", "How large it is", 0.5),
        (unit("Linen", question=True, fact=True), "definition", "What is Linen?", 1.0),
        (unit("Dimensions", fact=True), "topic", "How large is it?", 0.5),
        (unit("Our story"), "heading", None, 0.0),
        (unit("How to"), "heading", None, 0.0),
        (unit("Was kostet das\uff1f", question=True), "question", "Was kostet das\uff1f", 0.5),
    ],
)
def test_units(given_unit: AnswerUnit, form: str, question: str | None, strength: float) -> None:
    (found,) = answers_of(PageFacts(lang="en", answer_units=(given_unit,)), is_product=False).answers
    assert (found.form, found.question, found.strength, found.answer) == (form, question, strength, "It is so.")


def test_what_a_product_page_leaves_open() -> None:
    page = PageFacts(
        shopper_questions=("size", "material"), answer_units=(unit("Shipping", words=30), unit("Warranty", words=5))
    )
    found = answers_of(page, is_product=True)
    assert found.answered == ("size", "material", "shipping or returns")
    assert found.open == ("weight or capacity", "care", "contents", "audience", "compatibility", "power or duration",
                          "warranty")  # fmt: skip
    other = answers_of(page, is_product=False)
    assert (other.answered, other.open, other.answers) == ((), (), found.answers)


@given(st.sets(st.sampled_from(SHOPPER_QUESTIONS)), st.lists(st.text(max_size=20), max_size=5))
def test_every_question_is_answered_or_open(said: set[str], headings: list[str]) -> None:
    page = PageFacts(shopper_questions=tuple(said), answer_units=tuple(unit(heading) for heading in headings))
    found = answers_of(page, is_product=True)
    assert sorted((*found.answered, *found.open)) == sorted(SHOPPER_QUESTIONS)
    assert said <= set(found.answered)
    assert all(answer.strength in {0.0, 0.5, 1.0} for answer in found.answers)


def test_a_page_of_a_thousand_headings_is_bounded() -> None:
    page = PageFacts(answer_units=tuple(unit(str(number)) for number in range(1000)))
    assert len(answers_of(page, is_product=False).answers) == 100
