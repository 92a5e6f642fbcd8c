from typing import Any

import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case
from tests.unit.features.deo_score.domain.sample_sites import NOW, body, judged, key, nested, node, page
from tests.unit.features.deo_score.domain.sold_products import Sold

from engineo.features.crawling.contracts import CrawledPage, Heading

OFFER = {"price": "19.90", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}
WHOLE: dict[str, Any] = {
    "name": "Red shoe",
    "image": "a.png",
    "description": "A shoe",
    "brand": "Acme",
    "sku": "s1",
    "aggregateRating": nested("AggregateRating", ratingValue=4, ratingCount=2),
}
PATH = "products/x"


def product(offer: dict[str, Any] | None = None, *, without: tuple[str, ...] = (), **changes: Any) -> CrawledPage:
    terms = {name: value for name, value in {**OFFER, **(offer or {})}.items() if value is not None}
    said = nested("Offer", **terms, shippingDetails=nested("OfferShippingDetails", shippingRate="0"))
    properties = {**WHOLE, "offers": said, **changes}
    marked = node("Product", {name: value for name, value in properties.items() if name not in without})
    facts = body(
        "x", nodes=(marked,), headings=(Heading(1, "Red shoe"),), visible_prices=("19.90",), main_prices=("19.90",),
        visible_text_sample="Red shoe 19.90 \u20ac",
    )  # fmt: skip
    return page(PATH, facts)


def wrong(row: CrawledPage, **how: Any) -> Case:
    return Case([row], [product()], (PATH,), how=how)


CATALOGUE = {"products": [Sold("1", "Red shoe", url=key(PATH), brand="Acme", prices=("19.90",), updated_at=NOW)]}
CASES = {
    "product-name-missing": wrong(product(without=("name",))),
    "product-offer-missing": wrong(product(without=("offers", "aggregateRating"))),
    "product-price-missing": wrong(product({"price": "19,90"})),
    "product-currency-missing": wrong(product({"priceCurrency": "Euro"})),
    "product-availability-missing": wrong(product({"availability": None})),
    "product-price-differs": wrong(product({"price": "25"})),
    "product-currency-differs": wrong(product({"priceCurrency": "USD"})),
    "product-availability-differs": wrong(
        page(PATH, body("x", nodes=(node("Product", {"offers": nested("Offer", **OFFER)}),),
                        visible_text_sample="Sold out"))
    ),
    "product-name-differs": wrong(product(name="Blue hat")),
    "product-brand-differs": wrong(product(brand="Zeta"), **CATALOGUE),
    "product-url-differs": wrong(product(url=key("products/y"))),
    "product-image-missing": wrong(product(without=("image",))),
    "product-description-missing": wrong(product(without=("description",))),
    "product-brand-missing": wrong(product(without=("brand",))),
    "product-number-missing": wrong(product(without=("sku",))),
    "product-rating-missing": wrong(product(without=("aggregateRating",))),
    "product-delivery-missing": wrong(product(offers=nested("Offer", **OFFER))),
}  # fmt: skip


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    check_case(check_id, CASES[check_id])


@pytest.mark.parametrize("check_id", CASES)
def test_each_wins_points(check_id: str) -> None:
    case = CASES[check_id]
    assert judged([page(""), *case.fires], **case.how)[check_id].points > 0


def test_a_page_without_markup_has_one_finding() -> None:
    found = judged([page(""), page(PATH)])
    assert {name for name in found if name.startswith("product-")} == set()
    assert "primary-node-missing" in found
