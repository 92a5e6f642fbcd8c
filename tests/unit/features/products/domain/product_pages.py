"""Pages and products for the tests of this folder."""

from typing import Any

from engineo.features.crawling.contracts import CrawledPage, Heading, Node, PageFacts
from engineo.features.products.contracts import Product

ORIGIN = "https://shop.example"


def listed(properties: dict[str, Any]) -> dict[str, Any]:
    """Every property as a list, as facts have them."""
    return {name: value if isinstance(value, list) else [value] for name, value in properties.items()}


def item(kind: str, **properties: Any) -> dict[str, Any]:
    return {"@type": [kind], **listed(properties)}


def node(kind: str, *, syntax: str = "json-ld", top_level: bool = True, **properties: Any) -> Node:
    return Node((kind,), listed(properties), syntax, top_level)


def lamp_node(**changes: Any) -> Node:
    offer = {"price": "39.00", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}
    given: dict[str, Any] = {
        "name": "Desk lamp", "sku": "L-1", "gtin13": "4006381333931", "brand": item("Brand", name="Acme"),
        "url": f"{ORIGIN}/products/desk-lamp", "offers": item("Offer", **offer),
    }  # fmt: skip
    return node("Product", **{**given, **changes})


def lamp_page(*nodes: Node, **changes: Any) -> PageFacts:
    given: dict[str, Any] = {
        "title": "Desk lamp - Shop",
        "headings": (Heading(1, "Desk lamp"),),
        "nodes": nodes or (lamp_node(),),
        "main_prices": ("39.00",),
        "visible_prices": ("39.00", "12.00"),
        "visible_text_sample": "Desk lamp 39,00 € in stock. Made by Acme.",
        "canonicals": (f"{ORIGIN}/products/desk-lamp",),
    }
    return PageFacts(**{**given, **changes})


def lamp(**changes: Any) -> Product:
    given: dict[str, Any] = {
        "id": "1", "external_id": "A1", "name": "Desk lamp", "sku": "L-1", "gtin": "4006381333931", "brand": "Acme",
        "price": "39.00", "currency": "EUR", "availability": "in_stock", "url": f"{ORIGIN}/products/desk-lamp",
    }  # fmt: skip
    return Product(**{**given, **changes})


def crawled(path: str, facts: PageFacts | None = None, **changes: Any) -> CrawledPage:
    url = f"{ORIGIN}/{path}"
    given: dict[str, Any] = {
        "url_key": url,
        "url": url,
        "outcome": "html",
        "status": 200,
        "facts": facts or PageFacts(),
    }
    return CrawledPage(**{**given, **changes})
