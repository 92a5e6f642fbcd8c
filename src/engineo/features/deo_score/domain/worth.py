"""Measures of one page's text that no other page plays a part in."""

from collections.abc import Iterable, Sequence

from engineo.features.crawling.contracts import AnswerUnit, Heading, PageFacts
from engineo.features.deo_score.domain.curves import mean, sat
from engineo.features.deo_score.domain.names import main_headings
from engineo.features.deo_score.domain.text import content_terms, normalised, terms_of

EVIDENCE_TARGET = 5
UNIT_WORDS = 20
_CITED_HOSTS = 2
_SECTIONS = 2
_HEADING_TERMS = 0.6


def structure(facts: PageFacts) -> float:
    """A third each: headings in order; two sections, a table or a definition list; a list of three items or a table."""
    laid_out = facts.sections >= _SECTIONS or facts.tables > 0 or facts.definition_lists > 0
    return mean((heading_order(facts.headings), laid_out, facts.lists > 0 or facts.tables > 0))


def heading_order(headings: Sequence[Heading]) -> float:
    """The share of headings that go at most one level deeper than the one before; none: 0."""
    previous = good = 0
    for heading in headings:
        good += heading.level <= previous + 1
        previous = heading.level
    return good / len(headings) if headings else 0.0


def evidence(facts: PageFacts) -> float:
    return sat(facts.facts + facts.quotations + min(facts.citations, _CITED_HOSTS), EVIDENCE_TARGET)


def answer_credit(units: Iterable[AnswerUnit]) -> float:
    """Answer units, each heading once: 1 for a question with a fact, 1/2 for only one of both."""
    best: dict[str, float] = {}
    for unit in units:
        if unit.words >= UNIT_WORDS:
            heading = normalised(unit.heading)
            best[heading] = max(best.get(heading, 0.0), (unit.question + unit.fact) / 2)
    return sum(best.values())


def lead(facts: PageFacts) -> float:
    """Half that the first 80 words after the h1 take it up, half that they hold a fact.

    Of several h1 the first is meant, which those words follow: a menu's "Resources" is no promise of the text.
    """
    terms = content_terms(next(iter(main_headings(facts)), ""))
    kept = bool(terms) and len(terms & terms_of(facts.first_words)) >= _HEADING_TERMS * len(terms)
    return 0.5 * kept + 0.5 * facts.lead_has_fact
