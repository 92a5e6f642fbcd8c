"""Agreement: whether structured data says what the page shows to people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.brand import same_brand
from engineo.features.deo_score.domain.catalogue import SoldProduct
from engineo.features.deo_score.domain.markup import Item, first_text, texts
from engineo.features.deo_score.domain.names import main_headings, title_of
from engineo.features.deo_score.domain.offers import Terms, offer_of, terms
from engineo.features.deo_score.domain.references import absolute
from engineo.features.deo_score.domain.text import matches_any, normalised, number, plain, same_price, tokens
from engineo.features.deo_score.domain.url_rules import site_of, url_key

_DOLLARS = frozenset(("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD", "CLP", "COP", "ARS"))
_CROWNS = frozenset(("SEK", "NOK", "DKK", "ISK", "CZK"))
_SIGNS: dict[str, frozenset[str]] = {
    "\u20ac": frozenset(("EUR",)),
    "\u00a3": frozenset(("GBP", "EGP", "FKP", "GIP", "SHP")),
    "\u00a5": frozenset(("JPY", "CNY")),
    "\u20b9": frozenset(("INR",)),
    "\u20a9": frozenset(("KRW",)),
    "$": _DOLLARS | {"BRL"},
    "z\u0142": frozenset(("PLN",)),
    " kr": _CROWNS,
}
_SOLD_OUT: tuple[str, ...] = (
    "sold out",
    "out of stock",
    "ausverkauft",
    "nicht auf lager",
    "nicht verfügbar",
    "épuisé",
    "agotado",
)
_SOLD_OUT += ("esaurito", "uitverkocht", "esgotado", "currently unavailable")
_ON_SALE = ("in stock", "auf lager", "en stock", "disponibile", "op voorraad", "em estoque", "available now")
_BUYABLE = frozenset(("InStock", "LimitedAvailability", "OnlineOnly", "InStoreOnly"))
_GONE = frozenset(("OutOfStock", "SoldOut", "Discontinued"))
# What a catalogue's word for availability leaves room for in the markup.
_STATES: dict[str, frozenset[str]] = {
    "in_stock": _BUYABLE,
    "out_of_stock": _GONE | {"BackOrder", "PreOrder"},
    "discontinued": _GONE,
    "preorder": frozenset(("PreOrder", "PreSale")),
    "backorder": frozenset(("BackOrder", "OutOfStock", "MadeToOrder")),
}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows: its facts, its addresses (url_key first, then as it was fetched), and whose page it is."""

    url: str
    address: str
    facts: PageFacts
    brand: str = ""
    product: SoldProduct | None = None


# In what markup and page can be compared, by page type, and what each weighs.
AGREEMENTS: dict[str, tuple[str, ...]] = {
    "product": ("price", "currency", "availability", "name", "brand", "url"),
    "article": ("headline", "date", "author", "price"),
    "collection": ("name",),
    "home": ("name", "url"),
}
AGREEMENT_WEIGHTS: dict[str, tuple[float, ...]] = {
    "product": (0.5, 0.1, 0.1, 0.1, 0.1, 0.1),
    "article": (0.25, 0.25, 0.25, 0.25),
    "collection": (1.0,),
    "home": (0.5, 0.5),
}


def agreements(primary: Item, page_type: str, shown: Shown) -> tuple[bool, ...]:
    """What the primary node of a page says as the page does, in the order of `AGREEMENTS`."""
    if page_type == "product":
        return _product(primary, shown)
    if page_type == "article":
        return _article(primary, shown.facts)
    if page_type == "collection":
        return (matches_any(first_text(primary, "name"), _headings(shown.facts)),)
    named = same_brand(first_text(primary, "name"), shown.brand)
    addresses = [absolute(shown.url, address) for address in texts(primary, "url")]
    return named, any(site_of(address) == site_of(shown.url) for address in addresses)


def _headings(facts: PageFacts) -> list[str]:
    return main_headings(facts) or [title_of(facts)]


def price_passes(offer: Terms, facts: PageFacts, product: SoldProduct | None = None) -> bool:
    """The price of the markup stands in the visible text or in the catalogue, and neither contradicts it.

    The main text, where it holds prices, must have it: the price of a neighbour in the sidebar confirms nothing, and
    contradicts nothing either.
    """
    main, listed = _amounts(facts.main_prices), _amounts(product.prices if product is not None else ())
    price = offer.price
    if price is None or (main and not _has(price, main)) or (listed and not _has(price, listed)):
        return False
    return bool(listed) or _has(price, _amounts(facts.visible_prices))


def _amounts(prices: Iterable[str]) -> list[float]:
    return [amount for text in prices if (amount := number(text)) is not None]


def _has(price: float, amounts: Iterable[float]) -> bool:
    return any(same_price(price, amount) for amount in amounts)


def _product(primary: Item, shown: Shown) -> tuple[bool, ...]:
    offer, sold, facts = terms(offer_of(primary)), shown.product, shown.facts
    text, name, brand = facts.visible_text_sample, first_text(primary, "name"), first_text(primary, "brand")
    names = [*main_headings(facts), title_of(facts), *([sold.name] if sold is not None else ())]
    return (
        price_passes(offer, facts, sold),
        offer.currency is not None
        and not other_currency(offer.currency, text)
        and (sold is None or sold.currency in {None, offer.currency}),
        offer.availability is not None
        and not other_availability(offer.availability, text)
        and (sold is None or offer.availability in _STATES.get(sold.availability or "", (offer.availability,))),
        matches_any(name, names),
        # optional, and a text that does not name it does not contradict it
        sold is None or not sold.brand or not brand or same_brand(brand, sold.brand),
        _is_this_page(primary, shown),
    )


def _is_this_page(primary: Item, shown: Shown) -> bool:
    """No url, or one that is this page's but for query and scheme (variants have a query of their own)."""

    def place(url: str) -> tuple[str, str]:
        return site_of(url), url_key(url).partition("?")[0].partition("://")[2]

    addresses = [absolute(shown.url, address) for address in texts(primary, "url")]
    own = (
        {place(url) for url in dict.fromkeys((shown.url, shown.address, *shown.facts.canonicals))} if addresses else ()
    )
    return not addresses or any(place(address) in own for address in addresses)


def other_currency(currency: str, shown: str) -> bool:
    """The visible text has currency signs or codes, and none of them is the markup's."""
    lowered = shown.lower()
    meant = [codes for sign, codes in _SIGNS.items() if sign in lowered]
    return bool(meant) and currency not in shown.upper() and not any(currency in codes for codes in meant)


def other_availability(availability: str, shown: str) -> bool:
    said = plain(shown)
    sold_out = any(words in said for words in _SOLD_OUT)
    on_sale = any(words in said for words in _ON_SALE)
    if availability in _BUYABLE:
        return sold_out and not on_sale
    return availability in _GONE and on_sale and not sold_out


def _article(primary: Item, facts: PageFacts) -> tuple[bool, ...]:
    headline = first_text(primary, "headline") or first_text(primary, "name")
    offer = offer_of(primary)
    return (
        matches_any(headline, _headings(facts)),
        not _other_date(primary, facts),
        _author_visible(primary, facts),
        offer is None or price_passes(terms(offer), facts),
    )


def _other_date(primary: Item, facts: PageFacts) -> bool:
    """The page shows dates, and none within a day of any that the markup gives."""
    said = [
        moment
        for name in ("datePublished", "dateModified", "dateCreated")
        for text in texts(primary, name)
        if (moment := _moment(text)) is not None
    ]
    shown = [date.value for date in facts.dates if date.source in {"text", "time"}]
    return bool(said and shown) and not any(abs(left - right) <= _DAY for left in said for right in shown)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _author_visible(primary: Item, facts: PageFacts) -> bool:
    """The author's whole name stands in the visible text, as far as it is kept: its start, and the terms of blocks."""
    for author in texts(primary, "author"):
        name = tokens(author)
        if not name:
            continue
        if f" {normalised(author)} " in f" {plain(facts.visible_text_sample)} ":
            return True
        if any(all(token in block.terms for token in name) for block in facts.blocks):
            return True
    return False
