"""Facts in a text: numbers with units, prices, percentages, full dates. Matched on word boundaries."""

import re
from collections.abc import Iterable

from engineo.features.crawling.domain.dates import full_dates

_CURRENCY_CODE = (  # the most used of ISO 4217
    "USD|EUR|GBP|CHF|JPY|CNY|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|INR|BRL|MXN|ZAR|KRW|SGD|HKD|ILS|AED|RUB"
)
_CURRENCY_SIGN = r"US\$|C\$|A\$|R\$|[$€£¥₹₽₩₪₺₴₫₱฿]|Fr\.|zł|Kč"
_CURRENCY_WORD = "euros?|dollars?|pounds?|kr|złotych"
_NUMBER = r"\d{1,3}(?:[.,'\u2019 \u00a0\u202f]\d{3})++(?:[.,]\d{1,2})?+(?!\d)|\d++(?:[.,]\d++)?+"
_UNITS = (
    "mm|cm|dm|m|km|in|inch|inches|ft|feet|foot|yd|yards?|miles?|mi|meters?|metres?|kilomet(?:er|re)s?|centimet(?:er|re)s?|"
    "millimet(?:er|re)s?|nm|µm|m²|m2|km²|sqm|ha|acres?|mg|g|kg|t|tons?|tonnes?|oz|lbs?|pounds?|grams?|kilograms?|kilos?|"
    "ml|cl|dl|l|liters?|litres?|gal|gallons?|cups?|tbsp|tsp|°c|°f|kelvin|bar|psi|pa|hpa|w|kw|mw|gw|watts?|kwh|wh|v|kv|"
    "volts?|a|ma|mah|ah|hz|khz|mhz|ghz|b|kb|mb|gb|tb|pb|kib|mib|gib|bits?|bytes?|kbit/s|mbit/s|gbit/s|mbps|gbps|fps|dpi|ppi|px|"
    "mp|megapixels?|db|lm|lumens?|lux|cd|ms|s|sec|seconds?|sekunden?|min|minutes?|minuten?|h|hrs?|hours?|stunden?|days?|"
    "tage?n?|weeks?|wochen?|months?|monate?n?|years?|jahre?n?|ans?|jours?|heures?|mois|años?|días?|horas?|km/h|mph|m/s|rpm|"
    "kcal|cal|kj|calories|percent|prozent|million|billion|millionen|milliarden|users?|customers?|people|downloads?|"
    "pieces?|pcs|pages?|persons?|stück|watt|volt|ampere|meter|gramm|kilogramm|liter"
)
_FACT = re.compile(
    rf"(?<![\w.,/-])(?:(?:{_CURRENCY_SIGN}|(?:{_CURRENCY_CODE}))\s?(?:{_NUMBER})"
    rf"|(?:{_NUMBER})(?:\s?(?:%|‰|{_CURRENCY_SIGN})|\s?(?:{_CURRENCY_CODE}|{_CURRENCY_WORD})(?!\w)"
    rf"|[\s-]?(?:{_UNITS})(?!\w)))",
    re.IGNORECASE,
)
_PRICE = re.compile(
    rf"(?<![\w.,])(?:(?:{_CURRENCY_SIGN}|\b(?:{_CURRENCY_CODE}))\s?(?P<after>{_NUMBER})"
    rf"|(?P<before>{_NUMBER})(?:,-+|\.-+)?\s?(?:{_CURRENCY_SIGN}|(?:{_CURRENCY_CODE}|{_CURRENCY_WORD})(?!\w)))",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
_DIGIT = re.compile(r"\d")
_SEPARATORS = re.compile(r"['\u2019\s]")
_KEPT_PRICES = 200


def facts_of(text: str) -> set[str]:
    """Distinct facts of a text, without spaces and in lower case."""
    found = {_SPACE.sub("", match[0]).lower() for match in _FACT.finditer(text)}
    found.update(_SPACE.sub("", written).lower() for written, _ in full_dates(text))
    return found


def has_fact(text: str) -> bool:
    return _DIGIT.search(text) is not None and (
        _FACT.search(text) is not None or next(full_dates(text), None) is not None
    )


def prices_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Distinct prices (a number with a currency), in order, as plain decimals; at most 200."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _PRICE.finditer(text):
            found[plain_decimal(match["after"] or match["before"])] = None
            if len(found) >= _KEPT_PRICES:
                return tuple(found)
    return tuple(found)


def plain_decimal(number: str) -> str:
    """A written number with a point for decimals and nothing for thousands: "1.299,00" -> "1299.00".

    The last of two different separators is the decimal one; a single one followed by three digits separates thousands.
    """
    number = _SEPARATORS.sub("", number)
    point, comma = number.rfind("."), number.rfind(",")
    if point >= 0 and comma >= 0:
        decimal, other = (".", ",") if point > comma else (",", ".")
        return number.replace(other, "").replace(decimal, ".")
    mark = "." if point >= 0 else "," if comma >= 0 else ""
    if not mark:
        return number
    whole, _, last = number.rpartition(mark)
    if mark in whole or (len(last) == 3 and whole != "0"):  # noqa: PLR2004 - a group of thousands
        return number.replace(mark, "")
    return f"{whole}.{last}"
