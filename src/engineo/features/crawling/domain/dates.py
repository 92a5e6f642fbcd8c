"""Dates as pages and headers write them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from engineo.features.crawling.domain.calendar_names import MONTHS

_MIN_YEAR, _MAX_YEAR = 1990, 2100
_TWO_DIGITS = 12  # days above are no months
_MONTH = "|".join(sorted((re.escape(name) for name in MONTHS), key=len, reverse=True))
_YEAR = re.compile(r"(?:19|20|21)\d\d")
_ISO = re.compile(
    r"\s*(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:[T ]\s?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?\s?(Z|[+-]\d{2}:?(?:\d{2})?)?)?\s*\Z",
    re.IGNORECASE | re.ASCII,
)
_FULL_DATE = re.compile(
    rf"(?<![\w.,/-])(?:"
    rf"(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.|er|º|ª)?\s(?:de\s|of\s)?(?P<m1>{_MONTH})\.?,?\s(?:de\s)?(?P<y1>\d{{4}})"
    rf"|(?P<m2>{_MONTH})\.?\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y2>\d{{4}})"
    r"|(?P<y3>\d{4})[-/.](?P<m3>\d{1,2})[-/.](?P<d3>\d{1,2})"
    r"|(?P<a4>\d{1,2})(?P<s4>[./-])(?P<b4>\d{1,2})(?P=s4)(?P<y4>\d{4})"
    r"|(?P<y5>\d{4})年\s?(?P<m5>\d{1,2})月\s?(?P<d5>\d{1,2})日"
    r")(?!\w|[./-]\d)",
    re.IGNORECASE | re.ASCII,
)


def full_dates(text: str) -> Iterator[tuple[str, datetime | None]]:
    """Full dates (day, month, year) in a text, as written and, where the order of day and month is certain, read."""
    if not _YEAR.search(text):
        return  # most texts, told at a tenth of the cost
    for match in _FULL_DATE.finditer(text):
        yield match[0], _of_match(match)


def parse_date(text: str) -> datetime | None:
    """An aware UTC datetime of an ISO 8601, RFC 9110 or written date; None for anything else. No time: midnight UTC."""
    text = text.strip()[:100]
    iso = _ISO.match(text)
    if iso:
        return _of_iso(iso)
    try:
        parsed = parsedate_to_datetime(text)
        parsed = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        match = _FULL_DATE.search(text)
        return _of_match(match) if match else None
    return parsed if _MIN_YEAR <= parsed.year <= _MAX_YEAR else None


def _of_iso(match: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    zone = match[7] or "Z"
    offset = timedelta()
    if zone not in "Zz":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:].lstrip(":") or 0))
        offset = -offset if zone[0] == "-" else offset
    try:
        if not _MIN_YEAR <= year <= _MAX_YEAR:
            return None
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone(offset)).astimezone(UTC)
    except ValueError:
        return None


def _of_match(match: re.Match[str]) -> datetime | None:
    found = match.groupdict()
    if found["m1"]:
        return _date(found["y1"], MONTHS[found["m1"].lower()], found["d1"])
    if found["m2"]:
        return _date(found["y2"], MONTHS[found["m2"].lower()], found["d2"])
    if found["y3"]:
        return _date(found["y3"], int(found["m3"]), found["d3"])
    if found["y5"]:
        return _date(found["y5"], int(found["m5"]), found["d5"])
    first, second = int(found["a4"]), int(found["b4"])
    if found["s4"] == "." or first > _TWO_DIGITS:
        return _date(found["y4"], second, str(first))  # day first, as wherever dots are written
    return _date(found["y4"], first, str(second)) if second > _TWO_DIGITS or first == second else None


def _date(year: str, month: int, day: str) -> datetime | None:
    try:
        return datetime(int(year), month, int(day), tzinfo=UTC) if _MIN_YEAR <= int(year) <= _MAX_YEAR else None
    except ValueError:
        return None
