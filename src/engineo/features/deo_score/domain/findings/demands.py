"""Checks of the demands that signal entityAccuracy makes of a page's structured data: one check for each of them."""

from collections.abc import Callable
from dataclasses import replace

from engineo.features.deo_score.domain.agreement import AGREEMENTS
from engineo.features.deo_score.domain.findings.check import Check, Impact, OnReading
from engineo.features.deo_score.domain.findings.repairs import MARKUP, Repair, saying
from engineo.features.deo_score.domain.markups import RECOMMENDED
from engineo.features.deo_score.domain.reading import Markup, Reading
from engineo.features.deo_score.domain.requirements import REQUIREMENTS
from engineo.features.deo_score.domain.site import Member

AREA = "structured-data"
_ACCURACY = ("entityAccuracy",)
Values = Callable[[Markup], tuple[bool, ...]]


def required(name: str, page_type: str, wanted: str, title: str, fix: str, **texts: str) -> Check:
    """The check of a required property, by its name in `REQUIREMENTS`."""
    place = REQUIREMENTS[page_type].index(wanted)

    def lacks(member: Member, reading: Reading) -> bool | None:
        found = reading.markup(member.type)
        return not found.required[place] if found.primary else None

    def given(member: Member, reading: Reading) -> Reading:
        return marked(member, reading, lambda found: replace(found, required=_with(found.required, place)))

    repair = Repair(MARKUP, saying(given))
    return Check(
        name, AREA, Impact.SERIOUS, title, fix, **texts, find=OnReading(lacks), repair=repair, types=(page_type,)
    )


def agreeing(
    name: str, page_type: str, wanted: str, title: str, fix: str, *, given: str | None = None, **texts: str
) -> Check:
    """The check of a point in which markup and page must agree, by its name in `AGREEMENTS`.

    `given` is the required property that must be there for the two to be compared.
    """
    place = AGREEMENTS[page_type].index(wanted)
    needed = REQUIREMENTS[page_type].index(given) if given is not None else None

    def differs(member: Member, reading: Reading) -> bool | None:
        found = reading.markup(member.type)
        if not found.primary or (needed is not None and not found.required[needed]):
            return None
        return not found.agrees[place]

    def agreed(member: Member, reading: Reading) -> Reading:
        return marked(member, reading, lambda found: replace(found, agrees=_with(found.agrees, place)))

    repair = Repair(_ACCURACY, saying(agreed))
    return Check(
        name, AREA, Impact.SERIOUS, title, fix, **texts, find=OnReading(differs), repair=repair, types=(page_type,)
    )


def recommended(name: str, page_type: str, wanted: str, title: str, fix: str, **texts: str) -> Check:
    """The check of a recommended property, by one of its names in `RECOMMENDED`."""
    place = next(place for place, names in enumerate(RECOMMENDED[page_type]) if wanted in names)

    def lacks(member: Member, reading: Reading) -> bool | None:
        found = reading.markup(member.type)
        return not found.recommended[place] if found.primary else None

    def given(member: Member, reading: Reading) -> Reading:
        return marked(member, reading, lambda found: replace(found, recommended=_with(found.recommended, place)))

    repair = Repair(_ACCURACY, saying(given))
    return Check(
        name, AREA, Impact.ADVICE, title, fix, **texts, find=OnReading(lacks), repair=repair, types=(page_type,)
    )


def marked(member: Member, reading: Reading, changed: Callable[[Markup], Markup]) -> Reading:
    """The reading with other markup for what the page is."""
    return replace(reading, markups={**(reading.markups or {}), member.type: changed(reading.markup(member.type))})


def _with(values: tuple[bool, ...], place: int) -> tuple[bool, ...]:
    return (*values[:place], True, *values[place + 1 :])
