import pytest

from engineo.features.crawling.contracts import AnswerUnit, Node
from engineo.features.crawling.domain.answers import answer_units

ANSWER = "It holds 300 ml of coffee."


def test_units_are_headings_with_the_text_before_the_next() -> None:
    blocks = [
        ("h1", "Pots"), ("p", "Intro"), ("h2", "How large is it?"), ("p", ANSWER), ("p", "Really."),
        ("h3", "Crema"), ("dt", "Lid"), ("dd", "On top"), ("h2", "How large is it?"), ("p", "again"),
    ]  # fmt: skip
    assert answer_units(blocks, []) == (
        AnswerUnit("How large is it?", 7, question=True, fact=True, answer=f"{ANSWER} Really."),
        AnswerUnit("Crema", 0, question=False, fact=False),
        AnswerUnit("Lid", 2, question=False, fact=False, answer="On top"),
    )


@pytest.mark.parametrize(
    ("heading", "answer", "question"),
    [
        ("Is it large", "Yes", True),
        ("Wie groß ist sie", "So", True),
        ("これは何\uff1f", "X", True),
        ("How to", "X", False),
        ("The moka pot", "A moka pot is a brewer.", True),
        ("The moka pot", "Our moka pot is a brewer.", False),
        ("Whatever else", "X", False),
        ("Moka pot", "Moka pot", False),
    ],
)
def test_questions_and_definitions(heading: str, answer: str, question: bool) -> None:
    (unit,) = answer_units([("h2", heading), ("p", answer)], [])
    assert unit.question is question


def test_only_the_first_120_words_are_judged() -> None:
    (unit,) = answer_units([("h2", "Size"), ("p", "word " * 130 + "5 cm")], [])
    assert (unit.words, unit.fact) == (132, False)


def faq(name: object, text: object) -> Node:
    question = {"@type": ["Question"], "name": [name], "acceptedAnswer": [{"@type": ["Answer"], "text": [text]}]}
    return Node(("FAQPage",), {"mainEntity": [question]}, "json-ld", top_level=True)


def test_questions_of_structured_data_count_when_they_are_visible() -> None:
    blocks = [("div", "How large?"), ("div", ANSWER)]
    assert answer_units(blocks, [faq("How large?", f"<p>{ANSWER}</p>")]) == (
        AnswerUnit("How large?", 6, question=True, fact=True, answer=ANSWER),
    )
    assert answer_units(blocks, [faq("How small?", ANSWER)]) == ()
    assert answer_units(blocks, [faq("How large?", "Something that nobody sees")]) == ()
    assert answer_units(blocks, [faq(3, {"@type": []})]) == ()
