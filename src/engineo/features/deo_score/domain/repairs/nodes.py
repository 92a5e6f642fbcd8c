"""Structured data as a careful owner of the page would write it: complete, and saying what the page shows."""

from typing import Any

from engineo.features.crawling.contracts import Node, PageFacts
from engineo.features.deo_score.domain.agreement import other_availability, other_currency
from engineo.features.deo_score.domain.repairs.content import own_name
from engineo.features.deo_score.domain.site import Member
from engineo.features.deo_score.domain.text import tokens

_CURRENCIES = ("USD", "EUR", "GBP", "JPY", "INR", "KRW", "PLN", "SEK", "CHF")
_PROFILES = ["https://profiles.example/a", "https://profiles.example/b"]
_IMAGE = ["https://images.example/1.jpg"]


def _node(kind: str, **properties: Any) -> Node:  # noqa: ANN401 - structured data holds anything
    listed = {name: value if isinstance(value, list) else [value] for name, value in properties.items()}
    return Node((kind,), listed, "json-ld", top_level=True)


def _nested(kind: str, **properties: Any) -> dict[str, Any]:  # noqa: ANN401 - structured data holds anything
    return {"@type": [kind], **{name: [value] for name, value in properties.items()}}


def complete_node(member: Member, facts: PageFacts, brand: str) -> Node:
    """The primary node of a page, with all required and recommended properties of its type."""
    name = own_name(member, facts)
    if member.type == "product":
        return _product(member, facts, name, brand)
    if member.type == "article":
        return _article(member, facts, name, brand)
    if member.type == "collection":
        steps = [_nested("ListItem", position=position, name=name) for position in (1, 2)]
        return _node("CollectionPage", name=name, url=member.url, itemListElement=steps)
    return organization_node(member.url, brand or name)


def _product(member: Member, facts: PageFacts, name: str, brand: str) -> Node:
    shown = facts.visible_text_sample
    currency = next((code for code in _CURRENCIES if not other_currency(code, shown)), _CURRENCIES[0])
    state = "OutOfStock" if other_availability("InStock", shown) else "InStock"
    price = next(iter((*facts.main_prices, *facts.visible_prices)), "1")
    offer = _nested("Offer", price=price, priceCurrency=currency, availability=f"https://schema.org/{state}")
    offer |= {"shippingDetails": [_nested("OfferShippingDetails", shippingRate="0")]}
    return _node(
        "Product",
        name=name,
        url=member.url,
        offers=offer,
        image=_IMAGE,
        description=name,
        brand=_nested("Brand", name=brand or name),
        sku=member.url,
        review=_nested("Review", reviewBody=name),
    )


def _article(member: Member, facts: PageFacts, name: str, brand: str) -> Node:
    shown = [date.value for date in facts.dates if date.source in {"text", "time"}]
    moment = max(shown, default=member.row.fetched_at)
    date = moment.isoformat() if moment is not None else "2000-01-01"
    author = next(iter(tokens(facts.visible_text_sample)), "") or next(
        (term for block in facts.blocks for term in sorted(block.terms)), name
    )
    return _node(
        "Article",
        headline=name,
        datePublished=date,
        dateModified=date,
        author=_nested("Person", name=author),
        image=_IMAGE,
        publisher=_nested("Organization", name=brand or name, logo=_IMAGE[0]),
        url=member.url,
    )


def organization_node(home: str, name: str) -> Node:
    contact = _nested("ContactPoint", telephone="+1 555 0100")
    return _node("Organization", name=name, url=home, logo=_IMAGE, sameAs=_PROFILES, contactPoint=contact)


def website_node(home: str, name: str) -> Node:
    return _node("WebSite", name=name, url=home)


def breadcrumb_node(home: str, url: str, name: str) -> Node:
    steps = [
        _nested("ListItem", position=1, name="Home", item=home),
        _nested("ListItem", position=2, name=name, item=url),
    ]
    return _node("BreadcrumbList", itemListElement=steps)
