from datetime import timedelta
from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import HOME, NOW, body, key, nested, node

from engineo.features.crawling.contracts import DateEvidence, Heading, PageFacts
from engineo.features.deo_score.domain.agreement import (
    AGREEMENT_WEIGHTS,
    Shown,
    agreements,
    other_availability,
    other_currency,
)
from engineo.features.deo_score.domain.catalogue import SoldProduct
from engineo.features.deo_score.domain.markup import page_items

SHOWN = {
    "headings": (Heading(1, "Red shoe"),),
    "visible_prices": ("19.90",),
    "main_prices": ("19.90",),
    "visible_text_sample": "Red shoe 19.90 \u20ac",
}


def agreement(page_type: str, path: str, facts: PageFacts, sold: SoldProduct | None = None) -> float:
    url = key(path)
    found = agreements(page_items(facts)[0], page_type, Shown(url, url, facts, "Acme", sold))
    return sum(weight for weight, agrees in zip(AGREEMENT_WEIGHTS[page_type], found, strict=True) if agrees)


def product(shown: dict[str, Any] | None = None, offer: dict[str, Any] | None = None, **more: Any) -> float:
    terms = {"price": "19.90", "priceCurrency": "EUR", "availability": "InStock", **(offer or {})}
    marked = node("Product", {"name": "Red shoe", "offers": nested("Offer", **terms), **more})
    facts = body("p", nodes=(marked,), **{**SHOWN, **(shown or {})})
    return agreement("product", "products/p", facts)


@pytest.mark.parametrize(
    ("shown", "offer", "more", "value"),
    [
        ({}, {}, {}, 1.0),
        ({}, {"price": "19.95"}, {}, 1.0),  # within half a per cent
        ({}, {"price": "25"}, {}, 0.5),  # contradicted by the text
        ({"visible_prices": (), "main_prices": ()}, {}, {}, 0.5),  # found nowhere
        ({"main_prices": ()}, {}, {}, 1.0),  # outside the main text only, which says nothing else
        ({"main_prices": ("25.00",)}, {}, {}, 0.5),  # a neighbour's price; the main text has another
        ({"main_prices": ("25.00", "19.90")}, {}, {}, 1.0),
        ({"visible_prices": ("19.90", "25.00")}, {"price": "25"}, {}, 0.5),
        ({}, {"priceCurrency": "USD"}, {}, 0.9),
        ({"visible_text_sample": "Red shoe 19.90"}, {"priceCurrency": "USD"}, {}, 1.0),
        ({"visible_text_sample": "Sold out! 19.90 \u20ac"}, {}, {}, 0.9),
        ({"visible_text_sample": "Sold out! 19.90 \u20ac"}, {"availability": "SoldOut"}, {}, 1.0),
        ({"headings": (Heading(1, "Blue hat"),), "title": "Hats"}, {}, {}, 0.9),
        ({}, {}, {"url": key("products/p?variant=3")}, 1.0),
        ({}, {}, {"url": key("products/q")}, 0.9),
        ({}, {"priceCurrency": "", "availability": "", "price": ""}, {}, 0.3),
    ],
)
def test_product(shown: dict[str, Any], offer: dict[str, Any], more: dict[str, Any], value: float) -> None:
    assert product(shown, offer, **more) == pytest.approx(value)


@pytest.mark.parametrize(
    ("more", "facts", "value"),
    [
        ({}, {}, 1.0),
        ({"headline": "Another thing altogether"}, {}, 0.75),
        ({"datePublished": "2025-06-01"}, {}, 0.75),
        ({"datePublished": "2025-06-01", "dateModified": "2025-12-31T10:00:00+01:00"}, {}, 1.0),
        ({"datePublished": "not a date"}, {}, 1.0),
        ({"author": "Bob"}, {}, 0.75),
        ({"offers": nested("Offer", price="5")}, {}, 0.75),
        ({"offers": nested("Offer", price="5")}, {"visible_prices": ("5.00",)}, 1.0),
    ],
)
def test_article(more: dict[str, Any], facts: dict[str, Any], value: float) -> None:
    said = {"headline": "All about shoes", "datePublished": "2025-12-31", "author": "Ann Lee", **more}
    dates = (DateEvidence(NOW - timedelta(days=1), "text"),)
    shown = body(
        "a", headings=(Heading(1, "All about shoes"),), visible_text_sample="By Ann Lee.", dates=dates,
        nodes=(node("Article", said),), **facts,
    )  # fmt: skip
    assert agreement("article", "blog/a", shown) == pytest.approx(value)


def test_collection_and_home() -> None:
    listing = body("c", headings=(Heading(1, "Summer shoes"),), nodes=(node("ItemList", {"name": "Summer shoes"}),))
    assert agreement("collection", "c/summer", listing) == 1
    home = body("home", nodes=(node("Organization", {"name": "Acme Inc", "url": "https://other.example/"}),))
    assert agreement("home", "", home) == 0.5
    right = body("home", nodes=(node("Organization", {"name": "Acme", "url": HOME}),))
    assert agreement("home", "", right) == 1


@pytest.mark.parametrize(
    ("currency", "shown", "other"),
    [
        ("EUR", "5 \u20ac", False),
        ("USD", "5 \u20ac", True),
        ("CAD", "$5", False),
        ("USD", "USD 5 \u20ac", False),
        ("USD", "5", False),
    ],
)
def test_currencies(currency: str, shown: str, other: bool) -> None:
    assert other_currency(currency, shown) is other


def test_availability() -> None:
    assert other_availability("OutOfStock", "In stock, order now")
    assert not other_availability("PreOrder", "Sold out")
    assert not other_availability("InStock", "In stock. Red is sold out.")
