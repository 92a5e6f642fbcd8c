"""The answers of a page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engineo.features.answer_content.domain.questions import ASKED, definition_question, shopper_question_of
from engineo.features.crawling.contracts import SHOPPER_QUESTIONS, AnswerUnit, PageFacts

_QUESTION_END = re.compile(r"[?\uff1f\u061f]\s*\Z")
_LEAST_WORDS = 20  # below a heading: less is no answer
_MOST_UNITS = 100
_QUESTION_WORDS = (
    "what how why when where who whom whose which can could does do did is are should will would may was "
    "wie warum wieso wann wo wer wem welche welcher welches kann gibt quel quelle quels quelles comment pourquoi quand "
    "où qui combien qué cómo cuándo dónde quién cuál cuáles cuánto cosa come perché quando dove chi quale quali quanto "
    "wat hoe waarom wanneer waar welke o que como onde quem qual quais"
)
_INTERROGATIVES = frozenset(_QUESTION_WORDS.split())


@dataclass(frozen=True, slots=True)
class Answer:
    """A heading, the question that the text below it answers (None: it is none that we can tell), and how well.

    `form` is question, definition, topic (one of the shoppers' questions) or heading. `strength` is 1 for a question or
    definition whose answer holds a fact, .5 for one of both, 0 for neither or an answer of less than 20 words.
    """

    heading: str
    question: str | None
    form: str
    shopper_question: str | None
    words: int
    fact: bool
    strength: float
    answer: str


@dataclass(frozen=True, slots=True)
class PageAnswers:
    """`answered` and `open` are shoppers' questions by name; both are empty for pages that are no product's."""

    answers: tuple[Answer, ...]
    answered: tuple[str, ...]
    open: tuple[str, ...]


def answers_of(facts: PageFacts, *, is_product: bool) -> PageAnswers:
    """What a page answers, in document order; at most 100 answers."""
    answers = tuple(_answer(unit, facts.lang) for unit in facts.answer_units[:_MOST_UNITS])
    if not is_product:
        return PageAnswers(answers, (), ())
    said = set(facts.shopper_questions)
    said |= {a.shopper_question for a in answers if a.shopper_question is not None and a.words >= _LEAST_WORDS}
    answered = tuple(name for name in SHOPPER_QUESTIONS if name in said)
    return PageAnswers(answers, answered, tuple(name for name in SHOPPER_QUESTIONS if name not in said))


def _answer(unit: AnswerUnit, lang: str | None) -> Answer:
    topic = shopper_question_of(unit.heading)
    if _asks(unit.heading):
        form, question = "question", unit.heading
    elif unit.question:
        form, question = "definition", definition_question(unit.heading, lang)
    elif topic is not None:
        form, question = "topic", ASKED[topic]
    else:
        form, question = "heading", None
    strength = (unit.question + unit.fact) / 2 if unit.words >= _LEAST_WORDS else 0.0
    return Answer(unit.heading, question, form, topic, unit.words, unit.fact, strength, unit.answer)


def _asks(heading: str) -> bool:
    """A question mark, or a question word before two others; "How to" alone asks nothing."""
    words: Sequence[str] = heading.casefold().replace("'", " ").replace("\u2019", " ").split()
    return bool(_QUESTION_END.search(heading)) or (len(words) > 2 and words[0] in _INTERROGATIVES)  # noqa: PLR2004 - as above
