"""Questions that headings stand for."""

import pytest

from engineo.features.answer_content.domain.questions import ASKED, definition_question, shopper_question_of
from engineo.features.crawling.contracts import SHOPPER_QUESTIONS


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Dimensions", "size"), ("Größe & Passform", "size"), ("Weight", "weight or capacity"),
        ("Material and care", "material"), ("Pflegehinweise", "care"), ("What's included?", "contents"),
        ("Whom is it for?", "audience"), ("Compatibility", "compatibility"), ("Akkulaufzeit", "power or duration"),
        ("Garantie", "warranty"), ("Livraison et retours", "shipping or returns"), ("Careers", None),
        ("How should I wash it?", "care"),
        ("How long does it burn?", "power or duration"), ("Which holders do they fit?", "compatibility"),
        ("How tall is it?", "size"), ("When do you deliver?", "shipping or returns"),
        ("Sized up", None), ("Our story", None), ("", None),
    ],
)  # fmt: skip
def test_headings(heading: str, question: str | None) -> None:
    assert shopper_question_of(heading) == question


@pytest.mark.parametrize(
    ("lang", "question"),
    [("en", "What is Linen?"), ("de-AT", "Was ist Linen?"), ("fr", "Qu'est-ce que Linen ?"), (None, "What is Linen?"),
     ("ja", "What is Linen?")],
)  # fmt: skip
def test_definitions(lang: str | None, question: str) -> None:
    assert definition_question("Linen: \u00b6", lang) == question


def test_every_shoppers_question_can_be_asked() -> None:
    assert tuple(ASKED) == SHOPPER_QUESTIONS
