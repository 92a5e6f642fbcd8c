"""The products that a page's structured data describes, whatever their syntax and however they are nested."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engineo.features.crawling.contracts import PageFacts
from engineo.features.products.contracts import MarkedProduct
from engineo.features.products.domain.codes import read_gtin
from engineo.features.products.domain.currencies import DECIMALS
from engineo.features.products.domain.drafts import read_availability, read_decimal
from engineo.features.products.domain.money import read_money

_PRODUCTS = frozenset(
    (
        *("Product", "ProductGroup", "ProductModel", "IndividualProduct", "SomeProducts", "ProductCollection"),
        *("Vehicle", "Car"),
    )
)
_AROUND = ("mainEntity", "mainEntityOfPage", "itemReviewed")
_GTINS = ("gtin", "gtin8", "gtin12", "gtin13", "gtin14", "isbn")
_PRICES = ("price", "lowPrice", "highPrice")
_MOST = 200  # products of a page, variants of a product, offers of either
Properties = Mapping[str, Any]


def read_products(facts: PageFacts) -> tuple[MarkedProduct, ...]:
    """Top-level products first, each once, in document order; at most 200."""
    found: list[MarkedProduct] = []
    for node in sorted(facts.nodes, key=lambda node: not node.top_level):
        for types, properties in _candidates(node.types, node.properties):
            if (_PRODUCTS & types or ("offers" in properties and "Offer" not in types)) and len(found) < _MOST:
                product = _product(properties, node.syntax, top_level=node.top_level)
                if product not in found:
                    found.append(product)
    return tuple(found)


def _candidates(types: Iterable[str], properties: Properties) -> Iterator[tuple[frozenset[str], Properties]]:
    """An item, and what it says that it is about."""
    yield frozenset(types), properties
    for name in _AROUND:
        for nested in _items(properties, name):
            yield _types(nested), nested


def _product(properties: Properties, syntax: str, *, top_level: bool) -> MarkedProduct:
    places = [properties, *_items(properties, "hasVariant"), *_items(properties, "model")][:_MOST]
    offers = [inner for place in places for offer in _items(place, "offers") for inner in _offers(offer)][:_MOST]
    if {"Offer", "AggregateOffer"} & _types(properties):
        offers = [*_offers(properties), *offers]
    specifications = [inner for offer in offers for inner in _items(offer, "priceSpecification")]
    return MarkedProduct(
        name=_first(properties, "name"),
        url=_first(properties, "url"),
        brand=_first(properties, "brand") or _first(properties, "manufacturer"),
        image=_first(properties, "image"),
        skus=_distinct(text for place in (*places, *offers) for text in _texts(place, "sku")),
        mpns=_distinct(text for place in (*places, *offers) for text in _texts(place, "mpn")),
        gtins=_distinct(code for place in (*places, *offers) for code in _gtins(place)),
        prices=_distinct(price for place in (*offers, *specifications) for price in _prices(place)),
        currency=next((code for place in (*offers, *specifications) for code in _currencies(place)), None),
        availability=_availability([state for offer in offers for state in _availabilities(offer)]),
        syntax=syntax,
        top_level=top_level,
    )


def _offers(offer: Properties) -> list[Properties]:
    """An offer, and those that an aggregate holds."""
    return [offer, *_items(offer, "offers")]


def _availability(states: list[str]) -> str | None:
    """Of several offers: in stock where one of them is."""
    return "in_stock" if "in_stock" in states else (states[0] if states else None)


def _availabilities(offer: Properties) -> Iterator[str]:
    for text in _texts(offer, "availability"):
        try:
            yield read_availability(text)
        except ValueError:
            continue


def _currencies(place: Properties) -> Iterator[str]:
    for text in _texts(place, "priceCurrency"):
        if text.upper() in DECIMALS:
            yield text.upper()


def _prices(place: Properties) -> Iterator[str]:
    currency = next(_currencies(place), None)
    for name in _PRICES:
        for text in _texts(place, name):
            price = _price(text, currency)
            if price is not None:
                yield price


def _price(text: str, currency: str | None) -> str | None:
    """A plain decimal, as the vocabulary wants it, or else whatever can be read as an amount."""
    for read in (read_decimal, read_money):
        try:
            return read(text, currency).amount
        except ValueError:
            continue
    return None


def _gtins(place: Properties) -> Iterator[str]:
    for name in _GTINS:
        for text in _texts(place, name):
            try:
                yield read_gtin(text)
            except ValueError:
                continue


def _items(properties: Properties, name: str) -> list[Properties]:
    return [value for value in _values(properties, name) if isinstance(value, Mapping)][:_MOST]


def _values(properties: Properties, name: str) -> Iterable[Any]:
    found = properties.get(name, ())
    return found if isinstance(found, list | tuple) else (found,)


def _texts(properties: Properties, name: str) -> list[str]:
    """Values as texts; of a nested item its name, or else its address."""
    found = []
    for value in _values(properties, name):
        if isinstance(value, Mapping):
            inner = next((text for key in ("name", "url", "contentUrl") for text in _plain(value, key)), "")
            found.append(inner)
        elif not isinstance(value, bool) and value is not None:
            found.append(str(value).strip())
    return [text for text in found if text]


def _plain(properties: Properties, name: str) -> list[str]:
    return [str(value).strip() for value in _values(properties, name) if isinstance(value, str | int | float)]


def _first(properties: Properties, name: str) -> str:
    found = _texts(properties, name)
    return found[0] if found else ""


def _types(properties: Properties) -> frozenset[str]:
    return frozenset(kind for kind in _values(properties, "@type") if isinstance(kind, str))


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))[:_MOST]
