from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import nested, node

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.markup import Item, Marked, page_items
from engineo.features.deo_score.domain.offers import Terms, bad_gtins, offer_of, terms


def item(**properties: Any) -> Item:
    return page_items(PageFacts(nodes=(node("Product", properties),)))[0]


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (
            nested("Offer", price="19.90", priceCurrency="eur", availability="https://schema.org/InStock"),
            (19.9, "EUR", "InStock"),
        ),
        (nested("AggregateOffer", lowPrice=5, priceCurrency="USD"), (5.0, "USD", None)),
        (
            nested("Offer", priceSpecification=nested("UnitPriceSpecification", price=3, priceCurrency="USD")),
            (3.0, "USD", None),
        ),
        (nested("Offer", price="19,90", priceCurrency="Euro", availability="yes"), (None, None, None)),
        (nested("Offer", price="-1", availability="OutOfStock"), (None, None, "OutOfStock")),
    ],
)
def test_terms(offer: dict[str, Any], expected: tuple[float | None, str | None, str | None]) -> None:
    assert terms(offer_of(item(offers=offer))) == Terms(*expected)


def test_where_offers_are_found() -> None:
    variant = nested("Product", offers=nested("Offer", price=7))
    assert terms(offer_of(item(hasVariant=variant))).price == 7
    assert offer_of(item(name="x")) is None
    assert terms(None) == Terms(None, None, None)


@pytest.mark.parametrize(
    ("code", "bad"),
    [("4006381333931", 0), ("4006381333932", 1), ("96385074", 0), ("123", 1), ("40063813339a1", 1), ("\u0664" * 13, 1)],
)
def test_gtins(code: str, bad: int) -> None:
    assert bad_gtins([item(gtin13=code)]) == bad
    variant = node("Product", {"hasVariant": nested("Product", gtin=code)})
    assert bad_gtins(Marked(PageFacts(nodes=(variant,))).every) == bad
