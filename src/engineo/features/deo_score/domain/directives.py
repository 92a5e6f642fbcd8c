"""Robots directives of a page, as Google reads them: those for everyone and those for googlebot."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from engineo.features.crawling.contracts import PageFacts

_AGENTS = ("", "robots", "*", "googlebot")


def directives(facts: PageFacts) -> Iterator[str]:
    for robots in facts.robots:
        if robots.agent.lower() in _AGENTS:
            for directive in robots.directives:
                yield directive.strip().lower()


def is_noindex(facts: PageFacts, as_of: datetime) -> bool:
    """noindex, none, or an `unavailable_after` that has passed."""
    for directive in directives(facts):
        if directive in {"noindex", "none"}:
            return True
        name, _, value = directive.partition(":")
        if name.strip() == "unavailable_after" and (moment := _moment(value)) is not None and moment <= as_of:
            return True
    return False


def is_nofollow(facts: PageFacts) -> bool:
    return any(directive in {"nofollow", "none"} for directive in directives(facts))


def snippet_ok(facts: PageFacts) -> bool:
    """Whether engines may quote the page at all."""
    if facts.words > 0 and facts.nosnippet_words >= facts.words:
        return False
    compact = {directive.replace(" ", "") for directive in directives(facts)}
    return not compact & {"nosnippet", "max-snippet:0"}


def image_preview_ok(facts: PageFacts) -> bool:
    return "max-image-preview:none" not in {directive.replace(" ", "") for directive in directives(facts)}


def _moment(text: str) -> datetime | None:
    """An ISO 8601 or RFC 822 moment, UTC where it names no zone; None where it is neither."""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text.strip().upper())
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None
