"""Products in structured data."""

import pytest
from tests.unit.features.products.domain.product_pages import item, lamp_node, node

from engineo.features.crawling.contracts import Node, PageFacts
from engineo.features.products.contracts import MarkedProduct
from engineo.features.products.domain.markup import read_products


def read(*nodes: Node) -> tuple[MarkedProduct, ...]:
    return read_products(PageFacts(nodes=nodes))


def test_a_product_with_an_offer() -> None:
    assert read(lamp_node()) == (
        MarkedProduct(
            name="Desk lamp", url="https://shop.example/products/desk-lamp", brand="Acme", skus=("L-1",),
            gtins=("4006381333931",), prices=("39.00",), currency="EUR", availability="in_stock",
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("offers", "prices", "currency", "availability"),
    [
        (item("Offer", price=39, priceCurrency="eur"), ("39.00",), "EUR", None),
        (item("Offer", price="1.299,00", priceCurrency="EUR"), ("1299.00",), "EUR", None),
        (item("Offer", price="1.299", priceCurrency="EUR"), ("1.299",), "EUR", None),  # the vocabulary's decimal point
        (item("AggregateOffer", lowPrice="19", highPrice="29", priceCurrency="EUR"), ("19.00", "29.00"), "EUR", None),
        (
            [item("Offer", price="1", availability="OutOfStock"), item("Offer", price="2", availability="InStock")],
            ("1.00", "2.00"), None, "in_stock",
        ),
        (
            item("AggregateOffer", offers=[item("Offer", price="5", availability="http://schema.org/SoldOut")]),
            ("5.00",), None, "out_of_stock",
        ),
        (
            item("Offer", priceSpecification=item("UnitPriceSpecification", price="7.5", priceCurrency="CHF")),
            ("7.50",), "CHF", None,
        ),
        (item("Offer", price="call us", priceCurrency="money", availability="perhaps"), (), None, None),
        (item("Offer", price=True), (), None, None),
        ([], (), None, None),
    ],
)  # fmt: skip
def test_offers(offers: object, prices: tuple[str, ...], currency: str | None, availability: str | None) -> None:
    (found,) = read(lamp_node(offers=offers))
    assert (found.prices, found.currency, found.availability) == (prices, currency, availability)


def test_variants_are_folded_in() -> None:
    variants = [
        item("Product", sku=f"L-{size}", gtin=code, offers=item("Offer", price=price))
        for size, code, price in (("S", "96385074", "19"), ("M", "4006381333931", "29"))
    ]
    (found,) = read(node("ProductGroup", name="Lamp", hasVariant=variants))
    assert found.skus == ("L-S", "L-M")
    assert found.gtins == ("96385074", "4006381333931")
    assert found.prices == ("19.00", "29.00")


def test_where_products_stand() -> None:
    product = item("Product", name="Lamp")
    found = read(
        node("WebPage", mainEntity=product),
        node("Review", itemReviewed=item("Product", name="Vase")),
        node("Thing", name="Cup", offers=item("Offer", price="1")),
        node("Offer", price="5"),
        node("Organization", name="Shop"),
        node("Product", name="Dish", syntax="microdata", top_level=False),
    )
    assert [(product.name, product.syntax, product.top_level) for product in found] == [
        ("Lamp", "json-ld", True), ("Vase", "json-ld", True), ("Cup", "json-ld", True), ("Dish", "microdata", False),
    ]  # fmt: skip


def test_one_product_written_twice_is_one() -> None:
    assert len(read(lamp_node(), lamp_node())) == 1


def test_wrong_trade_numbers_are_left_out() -> None:
    (found,) = read(lamp_node(gtin13="4006381333932", gtin="x"))
    assert found.gtins == ()


def test_markup_of_any_shape_is_read() -> None:
    (found,) = read(
        Node(("Product",), {"name": "Lamp", "brand": {"@type": "Brand"}, "offers": "cheap"}, "rdfa", top_level=True)
    )
    assert (found.name, found.brand, found.prices) == ("Lamp", "", ())


def test_a_page_of_a_thousand_products_is_bounded() -> None:
    assert len(read(*(node("Product", name=f"Lamp {number}") for number in range(1000)))) == 200
