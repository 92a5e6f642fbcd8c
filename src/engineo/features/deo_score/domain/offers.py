"""Offers in structured data: price, currency, availability, and trade numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

from engineo.features.deo_score.domain.markup import OFFER_TYPES, Item, first_text
from engineo.features.deo_score.domain.text import number
from engineo.features.deo_score.domain.vocabulary import AVAILABILITY, CURRENCIES

_GTINS = frozenset(("gtin", "gtin8", "gtin12", "gtin13", "gtin14"))
_GTIN_LENGTHS = frozenset((8, 12, 13, 14))


@dataclass(frozen=True, slots=True)
class Terms:
    """What an offer says; None where it says nothing valid."""

    price: float | None
    currency: str | None
    availability: str | None


def offer_of(item: Item) -> Item | None:
    """The first offer of an item, or of its first variant that has one; an item that is an offer itself."""
    if item.types & OFFER_TYPES:
        return item
    for source in (item, *item.items("hasVariant"), *item.items("mainEntity")):
        offers = source.items("offers")
        if offers:
            return offers[0]
    return None


def terms(offer: Item | None) -> Terms:
    """Price, ISO 4217 currency and availability of an offer, its price specification and its nested offers."""
    if offer is None:
        return Terms(None, None, None)
    places = [offer, *offer.items("priceSpecification"), *offer.items("offers")]
    prices = [number(value) for place in places for name in ("price", "lowPrice") for value in place.values(name)]
    currencies = [first_text(place, "priceCurrency").upper() for place in places]
    states = [first_text(place, "availability").rpartition("/")[2] for place in places]
    return Terms(
        next((price for price in prices if price is not None), None),
        next((code for code in currencies if code in CURRENCIES), None),
        next((state for state in states if state in AVAILABILITY), None),
    )


def bad_gtins(items: Iterable[Item]) -> int:
    """How many trade item numbers of the items themselves fail their length or check digit."""
    return sum(
        not _valid_gtin(str(value).strip())
        for item in items
        for name in _GTINS & item.properties.keys()
        for value in item.values(name)
    )


def _valid_gtin(code: str) -> bool:
    if len(code) not in _GTIN_LENGTHS or not (code.isascii() and code.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(code)]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0
