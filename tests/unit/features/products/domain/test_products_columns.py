"""The columns of shops' files."""

import pytest

from engineo.features.products.domain.columns import Columns, read_columns

SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,"
    "Variant Fulfillment Service,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Image Position,"
    "SEO Title,Status"
)
SHOPIFY_NEW = (
    "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,"
    "Option1 name,Option1 value,Price,Compare-at price,Inventory tracker,Inventory quantity,"
    "Continue selling when out of stock,Product image URL"
)
GOOGLE = "id title description link image_link availability price sale_price brand gtin mpn google_product_category"


def headers(columns: Columns) -> dict[str, str]:
    return dict(columns.headers)


def test_shopify() -> None:
    columns = read_columns(SHOPIFY.split(","))
    assert columns.shopify
    assert columns.identity == "handle"
    assert headers(columns) == {
        "handle": "Handle", "name": "Title", "brand": "Vendor", "category": "Product Category", "active": "Status",
        "published": "Published", "sku": "Variant SKU", "gtin": "Variant Barcode", "price": "Variant Price",
        "imageUrl": "Image Src", "tracker": "Variant Inventory Tracker", "quantity": "Variant Inventory Qty",
        "whenSoldOut": "Variant Inventory Policy",
    }  # fmt: skip
    assert "Body (HTML)" in columns.ignored


def test_shopify_as_its_files_are_now() -> None:
    columns = read_columns(SHOPIFY_NEW.split(","))
    assert columns.shopify
    assert headers(columns) == {
        "handle": "URL handle", "name": "Title", "brand": "Vendor", "category": "Product category", "active": "Status",
        "published": "Published on online store", "sku": "SKU", "gtin": "Barcode", "price": "Price",
        "imageUrl": "Product image URL", "tracker": "Inventory tracker", "quantity": "Inventory quantity",
        "whenSoldOut": "Continue selling when out of stock",
    }  # fmt: skip


def test_google_merchant_center() -> None:
    columns = read_columns(GOOGLE.split())
    assert not columns.shopify
    assert columns.identity == "externalId"
    assert headers(columns) == {
        "externalId": "id", "name": "title", "url": "link", "imageUrl": "image_link", "availability": "availability",
        "price": "price", "salePrice": "sale_price", "brand": "brand", "gtin": "gtin", "mpn": "mpn",
        "category": "google_product_category",
    }  # fmt: skip
    assert columns.ignored == ("description",)


@pytest.mark.parametrize("header", [["g:id", "g:title", "g:sale_price"], ["\ufeffID ", "Title", "SALE PRICE"]])
def test_names_in_other_spellings(header: list[str]) -> None:
    assert set(read_columns(header).positions) == {"externalId", "name", "salePrice"}


def test_other_shops() -> None:
    columns = read_columns(["ID", "Type", "SKU", "GTIN, UPC, EAN, or ISBN", "Name", "Regular price", "Sale price"])
    assert headers(columns)["gtin"] == "GTIN, UPC, EAN, or ISBN"
    assert headers(columns)["price"] == "Regular price"
    assert columns.identity == "externalId"


@pytest.mark.parametrize(
    ("header", "identity"),
    [(["sku", "name"], "sku"), (["slug", "name"], "handle"), (["ean", "name"], "gtin"), (["link", "name"], "url")],
)
def test_what_tells_products_apart_where_there_is_no_id(header: list[str], identity: str) -> None:
    assert read_columns(header).identity == identity


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ([], "no column tells products apart"),
        (["colour", "size"], "no column tells products apart.*'colour'"),
        (["id", "price"], "no column holds the products' names"),
        (["id", "name", "Price", "price"], "two columns are called 'Price'"),
    ],
)
def test_a_header_that_names_no_products_says_why(header: list[str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_columns(header)


def test_the_better_of_two_names_counts() -> None:
    columns = read_columns(["type", "category", "id", "name"])
    assert columns.fields(["T-shirts", "Clothing", "1", "Shirt"])["category"] == "Clothing"


@pytest.mark.parametrize(
    ("cell", "text"),
    [('="0042"', "0042"), ('="a""b"', 'a"b'), ("=1+1", "=1+1"), ("'0042", "'0042"), ("  x ", "x")],
)
def test_cells_that_a_spreadsheet_has_written(cell: str, text: str) -> None:
    assert read_columns(["id", "name"]).fields([cell, "Lamp"])["externalId"] == text


def test_empty_and_missing_cells_are_no_fields() -> None:
    columns = read_columns(["id", "name", "price"])
    assert columns.fields(["1", " ", '=""']) == {"externalId": "1"}
