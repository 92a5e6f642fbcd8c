"""Amounts of money as catalogues write them, as plain decimals."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from engineo.features.products.domain.currencies import DECIMALS, OPEN_SIGNS, SIGNS

_AMOUNT = re.compile(r"[0-9][0-9.,' ]*(?:[.,][-\u2013\u2014])?|[.,][0-9]+")
_CODE = re.compile(r"\A([A-Za-z]{3})(?![A-Za-z])|(?<![A-Za-z])([A-Za-z]{3})\Z")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[ ',.][0-9]{2,3})*[ ',.][0-9]{3}")
_DASHES = "-\u2013\u2014"
_MOST_DIGITS = 15
_MOST_DECIMALS = 6
_GROUP = 3
_CENTS = 2
_SAME = Decimal("0.005")


@dataclass(frozen=True, slots=True)
class Money:
    """A plain decimal as text with at least the currency's decimals ("1299.00"), and the currency where it is said."""

    amount: str
    currency: str | None


def read_money(text: str, currency: str | None = None) -> Money:
    """Read "12.90", "1.299,00 EUR", "$1,299", "CHF 1'299.-" and the like; `currency` is what else is known of it.

    Raise `ValueError`, saying what is wrong, for what is no amount and for "1.299" of an unknown currency, which may
    mean either.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).replace("\u2019", "'").split())
    if plain.startswith("-") or (plain.startswith("(") and plain.endswith(")")):
        raise ValueError(f"{text[:40]!r} is negative")
    said, rest = _currency(plain)
    if not _AMOUNT.fullmatch(rest):
        raise ValueError(f"{text[:40]!r} is not a price; expected something like 12.90 or 12.90 EUR")
    currency = said or currency
    if rest[-1] in _DASHES:  # "19,-"
        rest = rest[:-2]
    whole, fraction = _split(rest.rstrip(), currency, text)
    if len(whole) > _MOST_DIGITS or len(fraction.rstrip("0")) > _MOST_DECIMALS:
        raise ValueError(f"{text[:40]!r} has too many digits for a price")
    decimals = max(DECIMALS.get(currency or "", _CENTS), len(fraction.rstrip("0")))
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    whole = whole.lstrip("0") or "0"
    return Money(f"{whole}.{fraction}" if fraction else whole, said)


def same_amount(one: str, other: str) -> bool:
    """Within half a per cent of the larger; both are plain decimals."""
    left, right = Decimal(one), Decimal(other)
    return abs(left - right) <= _SAME * max(left, right)


def _currency(text: str) -> tuple[str | None, str]:
    """The currency that a text names (None for "$" and others that mean several), and the text without it."""
    match = _CODE.search(text)
    if match is not None and (code := (match[1] or match[2]).upper()) in DECIMALS:
        return code, (text[: match.start()] + text[match.end() :]).strip()
    for sign in (*SIGNS, *OPEN_SIGNS):
        if text.startswith(sign):
            return SIGNS.get(sign), text[len(sign) :].strip()
        if text.endswith(sign):
            return SIGNS.get(sign), text[: -len(sign)].strip()
    return None, text


def _split(text: str, currency: str | None, written: str) -> tuple[str, str]:
    """The digits before and after the decimal mark."""
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return _whole(text, written), ""
    mark, head, tail = text[last], text[:last], text[last + 1 :]
    other = "," if mark == "." else "."
    if other in head and mark in head:
        raise ValueError(f"{written[:40]!r} mixes points and commas")
    if mark in head or (other not in head and _is_group(mark, head, tail, currency, written)):
        return _whole(text, written), ""
    if not re.fullmatch("[0-9]*", tail):
        raise ValueError(f"{written[:40]!r} is not a price")
    return _whole(head, written) if head else "0", tail


def _is_group(mark: str, head: str, tail: str, currency: str | None, written: str) -> bool:
    """Whether a single mark separates thousands: three digits follow, which no currency but a few has as decimals."""
    if len(tail) != _GROUP or head.startswith("0") or len(head) > _GROUP or not head:
        return False
    if currency is None and mark == ".":
        meant = f"{head}{tail}.00"
        raise ValueError(f"{written[:40]!r} may mean {meant} or {head}.{tail}: write {meant}, or name the currency")
    return DECIMALS.get(currency or "", _CENTS) != _GROUP


def _whole(text: str, written: str) -> str:
    digits = re.sub("[ ',.]", "", text)
    if digits != text and not _GROUPED.fullmatch(text):
        raise ValueError(f"{written[:40]!r} is not a price: its digits are not grouped by thousands")
    return digits
