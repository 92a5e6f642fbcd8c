"""Pages that answer 200 and say "not found"."""

import re

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.duplicates import near_duplicates
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.text import normalised
from engineo.features.deo_score.domain.vocabulary import NOT_FOUND_TITLES

_SHORT_ANSWER = 100
_SEPARATOR = re.compile(r"\s[-:\u2013\u2014\u00b7]\s|\|")
_NOT_FOUND_PHRASES = tuple(f"{phrase} " for phrase in NOT_FOUND_TITLES if " " in phrase)


def says_not_found(facts: PageFacts) -> bool:
    """Whether title or h1 of a page of less than 100 words say so."""
    if facts.words >= _SHORT_ANSWER:
        return False
    return any(_is_not_found(head) for head in (facts.title or "", *_headings(facts)))


def _headings(facts: PageFacts) -> list[str]:
    return [heading.text for heading in facts.headings if heading.level == 1]


def _is_not_found(head: str) -> bool:
    parts = [normalised(part) for part in _SEPARATOR.split(head)]
    return any(part in NOT_FOUND_TITLES or part.startswith(_NOT_FOUND_PHRASES) for part in parts)


def is_soft_404(reading: Reading, probe: Reading | None, home: Reading | None) -> bool:
    """In so many words, by the answer to a made-up URL, or by having nothing on it."""
    if reading.nothing or reading.says_not_found:
        return True
    if probe is None or not near_duplicates(reading, probe):
        return False
    return home is None or not near_duplicates(probe, home)
