"""Answer units for the tests of this folder."""

from engineo.features.crawling.contracts import AnswerUnit


def unit(heading: str, *, words: int = 40, question: bool = False, fact: bool = False) -> AnswerUnit:
    return AnswerUnit(heading, words, question, fact, "It is so.")
