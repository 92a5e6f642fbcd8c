"""The items of a JSON catalogue: `{"products": [{"externalId": ..., "name": ...}, ...]}`."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from engineo.features.products.domain.drafts import Context, Entry, Fault, read_decimal, read_draft

_TEXTS = ("externalId", "name", "handle", "sku", "mpn", "gtin", "brand", "category", "currency", "availability", "url",
          "imageUrl", "updatedAt")  # fmt: skip
_PRICES = ("price", "salePrice")
_EXACT = frozenset(("url", "currency", "availability", "updatedAt"))  # no free text
_KNOWN = frozenset((*_TEXTS, *_PRICES, "otherPrices", "active"))
_MOST_PRICES = 100
_HIGHEST = Decimal(10) ** 12
_SMALLEST = Decimal("0.000001")


class _Number(str):
    """A JSON number, as it was written."""

    __slots__ = ()


def read_json(body: bytes, context: Context) -> Iterator[Entry]:
    """Raise `ValueError` at once for what is no such document; faults of items are their own."""
    try:
        document = json.loads(body, parse_float=_Number, parse_int=_Number, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"that is not JSON: {error}") from None
    if not isinstance(document, dict) or document.keys() != {"products"} or not isinstance(document["products"], list):
        raise ValueError('expected {"products": [...]} and nothing else')
    return (_item(number, item, context) for number, item in enumerate(document["products"], start=1))


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _item(number: int, item: Any, context: Context) -> Entry:  # noqa: ANN401 - any JSON value
    if not isinstance(item, dict):
        return Entry(number, "", None, (Fault(number, "", "is not an object"),))
    faults = [Fault(number, name[:60], "is no field of a product") for name in item.keys() - _KNOWN]
    fields: dict[str, str] = {}
    for name, value in item.items():
        if value is None or name not in _KNOWN or name == "otherPrices":
            continue
        try:
            fields[name] = _text(name, value)
        except ValueError as error:
            faults.append(Fault(number, name, str(error)))
    others = _other_prices(number, item, faults)
    entry = read_draft(number, fields, context, others)
    if not faults:
        return entry
    return Entry(number, entry.external_id, None, (*faults, *entry.faults))


def _text(name: str, value: object) -> str:
    if name == "active":
        if not isinstance(value, bool):
            raise ValueError("must be true or false")
        return "true" if value else "false"
    if name in _PRICES:
        return _price(value)
    if isinstance(value, str) and name in _EXACT and (value != value.strip() or (not value and name != "url")):
        raise ValueError("is empty, or has spaces around it: leave out what is not known, or send null")
    if not isinstance(value, str) or isinstance(value, _Number):
        raise ValueError("must be a string")  # noqa: TRY004 - the input is at fault
    return value


def _price(value: object) -> str:
    if isinstance(value, _Number):
        try:
            amount = Decimal(value).quantize(_SMALLEST) if len(value) < 50 else Decimal(-1)  # noqa: PLR2004 - longer than any price
        except InvalidOperation:
            amount = Decimal(-1)
        if not 0 <= amount < _HIGHEST:
            raise ValueError("must be at least 0 and less than 1000000000000")
        return f"{amount:f}"
    if not isinstance(value, str) or not value or value != value.strip():
        raise ValueError("must be a decimal, as a string or a number")
    return value


def _other_prices(number: int, item: Mapping[str, Any], faults: list[Fault]) -> tuple[str, ...]:
    given = item.get("otherPrices")
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > _MOST_PRICES:
        faults.append(Fault(number, "otherPrices", f"must be a list of at most {_MOST_PRICES} prices"))
        return ()
    found = []
    for value in given:
        try:
            found.append(read_decimal(_price(value)).amount)
        except ValueError as error:
            faults.append(Fault(number, "otherPrices", str(error)))
    return tuple(found)
