"""Products as entities."""

from typing import Any

import pytest
from tests.unit.features.entity_extraction.domain.entity_pages import (
    ORIGIN,
    conflicts,
    extract,
    facts,
    item,
    node,
    of_kind,
)

from engineo.features.crawling.contracts import Node, PageFacts
from engineo.features.entity_extraction.domain.entity import Extracted
from engineo.features.products.contracts import Product

GTIN = "4006381333931"


def lamp(**changes: Any) -> Node:
    offer = item("Offer", price=changes.pop("price", "39.00"), priceCurrency=changes.pop("currency", "EUR"),
                 availability=changes.pop("availability", "InStock"))  # fmt: skip
    given: dict[str, Any] = {"name": "Desk lamp", "gtin13": GTIN, "sku": "L-1", "brand": "Lumen", "offers": offer}
    return node("Product", **{**given, **changes})


def page(*nodes: Node, shown: str = "39.00", text: str = "Desk lamp, in stock") -> PageFacts:
    return facts(*nodes, heading="Desk lamp", main_prices=(shown,), visible_prices=(shown,), visible_text_sample=text)


def products(pages: dict[str, PageFacts], catalogue: dict[str, Product] | None = None, **more: Any) -> list[Extracted]:
    return of_kind("product", extract(pages, catalogue, **more))


def sold(**changes: Any) -> Product:
    given: dict[str, Any] = {"id": "1", "external_id": "A1", "name": "Desk lamp", "gtin": GTIN, "price": "39.00",
                             "currency": "EUR", "availability": "in_stock", "category": "Home > Lamps"}  # fmt: skip
    return Product(**{**given, **changes})


def test_a_product_that_is_the_same_everywhere() -> None:
    listing = facts(lamp(), node("Product", name="Vase", sku="V", offers=item("Offer", price="5")))
    found, vase = products({"lamp": page(lamp()), "all": listing}, {"lamp": sold()})
    assert (found.name, found.pages, found.conflicts) == ("Desk lamp", 2, [])
    assert found.properties["url"] == f"{ORIGIN}/lamp"
    assert (found.properties["price"], found.properties["gtin"], found.properties["externalId"]) == (
        "39.00",
        GTIN,
        "A1",
    )
    assert {evidence["source"] for evidence in found.evidence} == {"json-ld", "text", "catalogue"}
    assert (vase.name, vase.pages) == ("Vase", 1)


@pytest.mark.parametrize(
    ("changes", "shown", "catalogue", "expected"),
    [
        ({"price": "42.00"}, "39.00", None, {"price": ["39.00", "42.00"]}),
        ({}, "39.00", sold(price="45.00"), {"price": ["39.00", "45.00"]}),
        ({"price": "39.10"}, "39.00", sold(), {}),
        ({"name": "Wool scarf"}, "39.00", sold(), {"name": ["Desk lamp", "Wool scarf"]}),
        ({"currency": "USD"}, "39.00", sold(), {"currency": ["EUR", "USD"]}),
        ({"availability": "OutOfStock"}, "39.00", sold(), {"availability": ["in_stock", "out_of_stock"]}),
        ({"availability": "PreOrder"}, "39.00", sold(), {}),
        ({"gtin13": "96385074"}, "39.00", sold(), {"gtin": ["4006381333931", "96385074"]}),
        ({"brand": "Other"}, "39.00", sold(brand="Lumen"), {"brand": ["Lumen", "Other"]}),
        ({}, "39.00", sold(price="29.00", other_prices=("39.00",)), {}),  # a variant's
    ],
)
def test_what_contradicts(
    changes: dict[str, Any], shown: str, catalogue: Product | None, expected: dict[str, list[str]]
) -> None:
    (found,) = products({"lamp": page(lamp(**changes), shown=shown)}, {"lamp": catalogue} if catalogue else None)
    assert {name: sorted(values) for name, values in conflicts(found).items()} == expected


def test_two_prices_on_two_pages() -> None:
    (found,) = products({"a": facts(lamp(price="39.00")), "b": facts(lamp(price="45.00"))})
    (conflict,) = found.conflicts
    assert conflict["field"] == "price"
    assert {value["value"]: value["urls"] for value in conflict["values"]} == {
        "39.00": [f"{ORIGIN}/a"], "45.00": [f"{ORIGIN}/b"],
    }  # fmt: skip


def test_one_number_on_different_products_is_seen() -> None:
    (found,) = products({"a": facts(lamp()), "b": facts(lamp(name="Wool scarf"))})
    assert conflicts(found) == {"name": ["Desk lamp", "Wool scarf"]}


def test_products_without_any_number_are_told_apart_by_address_and_name() -> None:
    bare: dict[str, Any] = {"gtin13": [], "sku": []}
    found = products({"a": facts(lamp(**bare)), "b": facts(lamp(**bare, name="Vase"))})
    assert sorted(product.name for product in found) == ["Desk lamp", "Vase"]
    listed = facts(lamp(**bare, url=f"{ORIGIN}/a?variant=1"), lamp(**bare, name="Cup"))
    joined = {product.name: product.pages for product in products({"a": facts(lamp(**bare)), "list": listed})}
    assert joined == {"Desk lamp": 2, "Cup": 1}


def test_products_of_the_catalogue_that_have_no_page() -> None:
    (found,) = products({"": facts()}, unseen=[sold(id="9", brand="Lumen")])
    assert (found.pages, found.properties["externalId"]) == (0, "A1")
    whole = extract({"": facts()}, unseen=[sold(brand="Lumen")])
    assert [entity.name for entity in of_kind("topic", whole)] == ["Home", "Lamps"]
    assert [entity.name for entity in of_kind("brand", whole)][-1] == "Lumen"


def test_a_page_of_the_catalogue_without_markup() -> None:
    (found,) = products({"lamp": page(shown="45.00")}, {"lamp": sold()})
    assert conflicts(found) == {"price": ["39.00", "45.00"]}
    assert found.pages == 1
