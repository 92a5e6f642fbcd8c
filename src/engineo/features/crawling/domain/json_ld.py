"""JSON-LD of a page: read leniently, every fault listed, every value bounded."""

import json
import math
import re
from typing import Any

MAX_DEPTH = 50
_MAX_SCRIPT = 2_000_000  # characters
_MAX_VALUES = 20_000  # values of one page
_MAX_TEXT = 5_000
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_COMMENT = re.compile(r'("(?:[^"\\]++|\\.)*+")|/\*.*?\*/|//[^\n]*|<!--|-->|/\*<!\[CDATA\[\*/', re.DOTALL)
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]++|\\.)*+")|,(?=\s*+[\]}])', re.DOTALL)
_CDATA = re.compile(r"\A\s*(?:/[/*]\s*)?<!\[CDATA\[(?:\s*\*/)?|(?:/[/*]\s*)?\]\]>(?:\s*\*/)?\s*\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(text: str) -> tuple[Any, str | None]:
    """The value of a script, and what was wrong with it (None: nothing). A value of None: nothing could be read."""
    if not text.strip():
        return None, "is empty"
    if len(text) > _MAX_SCRIPT:
        return None, "is too long"
    if _too_deep(text):
        return None, "is nested too deeply"
    try:
        return _load(text, strict=True), None
    except ValueError as error:
        fault = str(error)[:200]
    mended = _CDATA.sub("", text).strip().rstrip(";")
    mended = _COMMENT.sub(lambda match: match[1] or " ", mended)
    mended = _TRAILING_COMMA.sub(lambda match: match[1] or "", mended)
    try:
        return _load(mended, strict=False), f"is not valid JSON, and was mended: {fault}"
    except ValueError:
        return None, f"is not valid JSON: {fault}"


def _load(text: str, *, strict: bool) -> Any:  # noqa: ANN401 - any JSON value
    return json.loads(text, strict=strict, parse_constant=_refuse, parse_int=_integer)


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= 18 else digits  # noqa: PLR2004 - what every reader of JSON can hold


def _refuse(name: str) -> None:
    message = f"{name} is no JSON"
    raise ValueError(message)


def _too_deep(text: str) -> bool:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        bracket = match[0]
        if bracket in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif bracket in "]}":
            depth -= 1
    return False


class Bounds:
    """What one page may still add: hostile markup ends here, not in memory."""

    def __init__(self) -> None:
        self.values = _MAX_VALUES

    def take(self) -> bool:
        self.values -= 1
        return self.values >= 0


def clean_value(value: Any) -> str | int | float | bool | None:  # noqa: ANN401 - any JSON scalar
    """A scalar that JSON and databases can store; None for nothing."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, bool | int | float) else None


def clean_text(text: str) -> str:
    """Text without NUL and lone surrogates, at most 5,000 characters."""
    text = text[:_MAX_TEXT].strip()
    return _SURROGATE.sub("\ufffd", text.replace("\x00", ""))
