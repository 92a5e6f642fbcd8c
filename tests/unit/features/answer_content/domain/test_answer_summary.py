"""What a site answers as a whole."""

from tests.unit.features.answer_content.domain.answer_pages import unit

from engineo.features.answer_content.domain.answers import answers_of
from engineo.features.answer_content.domain.summary import Summary
from engineo.features.crawling.contracts import SHOPPER_QUESTIONS, PageFacts


def test_counts() -> None:
    summary = Summary()
    pages = [
        (PageFacts(shopper_questions=("size",), answer_units=(unit("How large?", question=True, fact=True),)), True),
        (PageFacts(shopper_questions=("size", "care")), True),
        (PageFacts(answer_units=(unit("Linen", question=True), unit("Story"))), False),
    ]
    for page, is_product in pages:
        summary.add(answers_of(page, is_product=is_product), is_product=is_product)
    found = summary.as_json()
    by_name = {row["name"]: (row["answered"], row["open"]) for row in found.pop("shopperQuestions")}
    assert found == {"pages": 3, "pagesWithAnswers": 2, "answers": 2, "strongAnswers": 1, "productPages": 2}
    assert tuple(by_name) == SHOPPER_QUESTIONS
    assert (by_name["size"], by_name["care"], by_name["warranty"]) == ((2, 0), (1, 1), (0, 2))


def test_a_site_without_pages() -> None:
    assert Summary().as_json()["shopperQuestions"][0]["open"] == 0
