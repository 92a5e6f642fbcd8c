"""Which page is a product's."""

from dataclasses import replace

import pytest
from tests.unit.features.products.domain.product_pages import ORIGIN, crawled, item, lamp, lamp_node, lamp_page, node

from engineo.features.crawling.contracts import CrawledPage, PageFacts
from engineo.features.products.contracts import Product
from engineo.features.products.domain.matching import match

BARE = lamp(sku=None, gtin=None, url=None)
MARKED = PageFacts(nodes=(lamp_node(),))


@pytest.mark.parametrize(
    ("product", "page", "path"),
    [
        (lamp(), crawled("products/desk-lamp"), "products/desk-lamp"),
        (lamp(url="http://www.shop.example/products/desk-lamp?utm_source=feed"), crawled("products/desk-lamp"),
         "products/desk-lamp"),
        (lamp(url=f"{ORIGIN}/products/desk-lamp?variant=7"), crawled("products/desk-lamp"), "products/desk-lamp"),
        (lamp(url=f"{ORIGIN}/old"), crawled("old", final_key=f"{ORIGIN}/new", final_url=f"{ORIGIN}/new"), "new"),
        (replace(BARE, gtin="4006381333931"), crawled("x", MARKED), "x"),
        (replace(BARE, gtin="04006381333931"), crawled("x", MARKED), "x"),
        (replace(BARE, sku="l1"), crawled("x", MARKED), "x"),
        (replace(BARE, handle="Desk-Lamp"), crawled("en/products/desk-lamp/"), "en/products/desk-lamp/"),
        (replace(BARE, handle="desk-lamp"), crawled("p/desk-lamp.html"), "p/desk-lamp.html"),
    ],
)  # fmt: skip
def test_by_url_number_or_handle(product: Product, page: CrawledPage, path: str) -> None:
    assert match([product], [page]) == {"1": f"{ORIGIN}/{path}"}


@pytest.mark.parametrize(
    ("product", "page"),
    [
        (lamp(), crawled("products/other")),
        (lamp(), crawled("products/desk-lamp", outcome="http_error", status=404, facts=None)),
        (replace(BARE, sku="L-1"), crawled("all", PageFacts(nodes=(lamp_node(), lamp_node(name="Vase", sku="V"))))),
        (replace(BARE, sku="L-1"), crawled("all", PageFacts(nodes=(node("ItemList", item=item("Product")),)))),
        (replace(BARE, handle="lamp"), crawled("products/desk-lamp")),
        (BARE, crawled("products/desk-lamp", MARKED)),
    ],
)
def test_what_is_no_page_of_it(product: Product, page: CrawledPage) -> None:
    assert match([product], [page]) == {}


def test_the_url_goes_before_the_number_and_the_number_before_the_handle() -> None:
    product = lamp(handle="desk-lamp")
    by_handle, by_number, by_url = crawled("a/desk-lamp"), crawled("b", lamp_page()), crawled("products/desk-lamp")
    assert match([product], [by_handle, by_number, by_url]) == {"1": by_url.url_key}
    assert match([product], [by_handle, by_number]) == {"1": by_number.url_key}
    assert match([product], [by_handle]) == {"1": by_handle.url_key}


def test_the_order_of_pages_changes_nothing() -> None:
    product = replace(BARE, handle="desk-lamp")
    pages = [crawled("b/desk-lamp"), crawled("a/desk-lamp"), crawled("c/desk-lamp")]
    assert match([product], pages) == match([product], reversed(pages)) == {"1": f"{ORIGIN}/a/desk-lamp"}


def test_variants_may_share_a_page() -> None:
    products = [replace(lamp(), id=str(n), external_id=str(n), url=f"{ORIGIN}/lamp?variant={n}") for n in range(3)]
    assert match(products, [crawled("lamp")]) == {str(n): f"{ORIGIN}/lamp" for n in range(3)}
