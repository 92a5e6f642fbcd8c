"""Agreement: whether structured data says what the page shows to people."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.brand import same_brand
from engineo.features.deo_score.domain.curves import mean
from engineo.features.deo_score.domain.markup import Item, first_text, texts
from engineo.features.deo_score.domain.offers import Terms, offer_of, terms
from engineo.features.deo_score.domain.references import absolute
from engineo.features.deo_score.domain.site import Member
from engineo.features.deo_score.domain.text import matches_any, normalised, number, same_price, tokens
from engineo.features.deo_score.domain.units import main_headings, title_of
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
_DAY = timedelta(days=1)


def agreement(primary: Item, member: Member, facts: PageFacts, brand: str) -> float:
    """A in [0, 1] for the primary node of a page that owes one."""
    if member.type == "product":
        return _product(primary, member, facts)
    if member.type == "article":
        return _article(primary, facts)
    if member.type == "collection":
        return float(matches_any(first_text(primary, "name"), _headings(facts)))
    named = same_brand(first_text(primary, "name"), brand)
    addresses = [absolute(member.url, address) for address in texts(primary, "url")]
    return mean((named, any(site_of(address) == site_of(member.url) for address in addresses)))


def _headings(facts: PageFacts) -> list[str]:
    return main_headings(facts) or [title_of(facts)]


def price_passes(offer: Terms, facts: PageFacts) -> bool:
    """The price of the markup stands in the visible text, and the main text, where it holds prices, has it too.

    So the price of a neighbour in the sidebar confirms nothing, and contradicts nothing either.
    """
    main = _amounts(facts.main_prices)
    price = offer.price
    return price is not None and _has(price, _amounts(facts.visible_prices)) and (not main or _has(price, main))


def _amounts(prices: Iterable[str]) -> list[float]:
    return [amount for text in prices if (amount := number(text)) is not None]


def _has(price: float, amounts: Iterable[float]) -> bool:
    return any(same_price(price, amount) for amount in amounts)


def _product(primary: Item, member: Member, facts: PageFacts) -> float:
    offer = terms(offer_of(primary))
    shown = facts.visible_text_sample
    others = (
        offer.currency is not None and not other_currency(offer.currency, shown),
        offer.availability is not None and not other_availability(offer.availability, shown),
        matches_any(first_text(primary, "name"), [*main_headings(facts), title_of(facts)]),
        True,  # brand: optional, and a text that does not name it does not contradict it
        _is_this_page(primary, member),
    )
    return 0.5 * price_passes(offer, facts) + 0.5 * mean(others)


def _is_this_page(primary: Item, member: Member) -> bool:
    """No url, or one that is this page's but for query and scheme (variants have a query of their own)."""

    def place(url: str) -> tuple[str, str]:
        return site_of(url), url_key(url).partition("?")[0].partition("://")[2]

    addresses = [absolute(member.url, address) for address in texts(primary, "url")]
    own = {place(member.url), place(member.row.url), *(place(url) for url in (member.facts or PageFacts()).canonicals)}
    return not addresses or any(place(address) in own for address in addresses)


def other_currency(currency: str, shown: str) -> bool:
    """The visible text has currency signs or codes, and none of them is the markup's."""
    lowered = shown.lower()
    meant = [codes for sign, codes in _SIGNS.items() if sign in lowered]
    return bool(meant) and currency not in shown.upper() and not any(currency in codes for codes in meant)


def other_availability(availability: str, shown: str) -> bool:
    plain = normalised(shown)
    sold_out = any(words in plain for words in _SOLD_OUT)
    on_sale = any(words in plain for words in _ON_SALE)
    if availability in _BUYABLE:
        return sold_out and not on_sale
    return availability in _GONE and on_sale and not sold_out


def _article(primary: Item, facts: PageFacts) -> float:
    headline = first_text(primary, "headline") or first_text(primary, "name")
    offer = offer_of(primary)
    return mean(
        (
            matches_any(headline, _headings(facts)),
            not _other_date(primary, facts),
            _author_visible(primary, facts),
            offer is None or price_passes(terms(offer), facts),
        )
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
        if f" {normalised(author)} " in f" {normalised(facts.visible_text_sample)} ":
            return True
        if any(all(token in block.terms for token in name) for block in facts.blocks):
            return True
    return False
