import pytest

from engineo.features.crawling.contracts import SHOPPER_QUESTIONS
from engineo.features.crawling.domain.shopper_questions import questions_answered


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("It is 12 x 8 cm.", ["size"]),
        ("Holds 300 ml.", ["weight or capacity"]),
        ("Made from cotton", ["material"]),
        ("Dishwasher-safe", ["care"]),
        ("What\u2019s included: a lid", ["contents"]),
        ("Geeignet für Anfänger", ["audience"]),
        ("Works with induction", ["compatibility"]),
        ("Burns for 40 hours, 60 W", ["power or duration"]),
        ("Two years of warranty", ["warranty"]),
        ("Kostenloser Versand", ["shipping or returns"]),
        ("An ironed environment in 5 mountains", []),
        ("", []),
    ],
)
def test_questions_are_answered_on_word_boundaries(text: str, questions: list[str]) -> None:
    assert list(questions_answered(text)) == questions


def test_others_know_the_questions_by_name() -> None:
    text = "12 x 8 cm, 300 ml, cotton, hand wash, includes a lid, ideal for, compatible, 60 W, warranty, shipping"
    assert questions_answered(text) == SHOPPER_QUESTIONS
