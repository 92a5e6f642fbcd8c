"""Rows of files that spreadsheets, shops and others have written."""

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.products.domain.csv_rows import read_csv
from engineo.features.products.domain.drafts import Context, Entry

SHOP = Context(origin="https://shop.example")


def entries(text: str, context: Context = SHOP) -> list[Entry]:
    return list(read_csv(io.StringIO(text, newline=""), context)[1])


def ids(text: str) -> list[str]:
    found = entries(text)
    assert [entry.faults for entry in found if entry.faults] == []
    return [entry.external_id for entry in found]


def faults(text: str) -> list[tuple[int, str, str]]:
    return [(fault.number, fault.field, fault.message) for entry in entries(text) for fault in entry.faults]


@pytest.mark.parametrize(
    "text",
    [
        "id,name\n1,A\n2,B\n",
        "id,name\r\n1,A\r\n2,B",
        "id,name\r1,A\r2,B\r",
        "\ufeffid,name\n1,A\n2,B\n",
        "id;name\n1;A\n2;B\n",
        "id\tname\n1\tA\n2\tB\n",
        "id|name\n1|A\n2|B\n",
        "sep=;\nid;name\n1;A\n2;B\n",
        "\ufeffsep=;\r\nid;name\r\n1;A\r\n2;B\r\n",
        '"id","name"\n"1","A"\n"2","B"\n',
        'id;"name, or title";name\n1;x;A\n2;y;B\n',
        "id,name\n\n1,A\n,\n   ,\n2,B\n\n",
        "id,name\n1,A,,\n2,B,\n",
        'id,name\n1,"A\nand more"\n2,"say ""B"""\n',
    ],
)
def test_two_products_however_they_are_written(text: str) -> None:
    assert ids(text) == ["1", "2"]


def test_numbers_are_those_of_the_lines() -> None:
    text = 'id,name,price\n1,"A\nof\nthree lines",x\n\n2,B,y\n3,C,5\n'
    assert [(number, field) for number, field, _ in faults(text)] == [(2, "price"), (6, "price")]


def test_a_damaged_row_is_named_and_the_others_are_read() -> None:
    text = 'id,name\n1,A\n2,"B" or C\n3,C\n4,D,E,F\n5,"F\n'
    found = entries(text)
    assert [entry.external_id for entry in found if entry.draft] == ["1", "3"]
    assert faults(text) == [
        (3, "", "a quote inside of a quoted cell must be doubled"),
        (5, "", "has 4 cells, and the header 2: is a quote missing?"),
        (6, "", "a quote is opened here and never closed"),
    ]


def test_a_quote_that_is_never_closed_ends_somewhere() -> None:
    text = 'id,name\n1,"A\n' + "2,B\n" * 50_000
    assert "more than 131,072 characters" in faults(text)[0][2]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no column"),
        ("\n\n", "no column"),
        ("PK\x03\x04\x00\x00", "no text"),
        ("i\x00d\x00,\x00", "no text"),
        ("a,b\n1,2\n", "no column tells products apart"),
        ('"id,name\n1,A\n', "the first line is no list of columns"),
        ("<html><body>not a catalogue</body></html>", "no column"),
    ],
)
def test_a_file_that_is_no_catalogue_says_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        entries(text)


def test_files_are_read_as_they_are_asked_for() -> None:
    read = 0

    def lines() -> Iterator[str]:
        nonlocal read
        yield "id,name\n"
        for number in range(100_000):
            read += 1
            yield f"{number},Lamp\n"

    _, found = read_csv(lines(), SHOP)
    for _ in range(10):
        next(found)
    assert read <= 12


SHOPIFY = (
    "Handle,Title,Vendor,Published,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,"
    "Variant Inventory Policy,Variant Price,Variant Barcode,Image Src,Status\n"
    "lamp,Lamp,Acme,TRUE,L-S,shopify,0,deny,19.00,4006381333931,https://cdn.example/1.jpg,active\n"
    "lamp,,,,L-M,shopify,3,deny,29.00,,,\n"
    "lamp,,,,,,,,,,https://cdn.example/2.jpg,\n"
    "vase,Vase,Acme,TRUE,V,shopify,0,deny,5.00,,,active\n"
    "bowl,Bowl,Acme,TRUE,B,shopify,0,continue,5.00,,,active\n"
    "cup,Cup,Acme,TRUE,C,,,deny,5.00,,,active\n"
    "dish,Dish,Acme,FALSE,D,shopify,9,deny,5.00,,,active\n"
    "jug,Jug,Acme,TRUE,J,shopify,9,deny,5.00,,,draft\n"
)


def test_shopifys_rows_of_a_handle_are_one_product() -> None:
    found = {entry.external_id: entry.draft.values for entry in entries(SHOPIFY) if entry.draft}
    assert list(found) == ["lamp", "vase", "bowl", "cup", "dish", "jug"]
    lamp = found["lamp"]
    assert {name: lamp[name] for name in ("name", "brand", "sku", "gtin", "price", "other_prices", "image_url")} == {
        "name": "Lamp", "brand": "Acme", "sku": "L-S", "gtin": "4006381333931", "price": "19.00",
        "other_prices": ["29.00"], "image_url": "https://cdn.example/1.jpg",
    }  # fmt: skip
    assert {handle: product["availability"] for handle, product in found.items()} == {
        "lamp": "in_stock", "vase": "out_of_stock", "bowl": "in_stock", "cup": "in_stock", "dish": "in_stock",
        "jug": "in_stock",
    }  # fmt: skip
    assert [handle for handle, product in found.items() if not product["active"]] == ["dish", "jug"]


def test_a_variant_with_a_fault_is_named_by_its_own_line() -> None:
    text = "Handle,Title,Variant Price\nlamp,Lamp,19\nlamp,,cheap\nvase,Vase,5\n"
    assert [(number, field) for number, field, _ in faults(text)] == [(3, "Variant Price")]
    assert [entry.external_id for entry in entries(text) if entry.draft] == ["vase"]


def test_a_handle_without_a_title_has_a_fault() -> None:
    assert faults("Handle,Title,Variant Price\nlamp,,19\n") == [(2, "Title", "is empty")]


def test_google_merchant_center() -> None:
    text = (
        "id\ttitle\tlink\tprice\tsale_price\tavailability\tgtin\tbrand\n"
        "A1\tLamp\thttps://shop.example/lamp\t15.00 USD\t12.00 USD\tin_stock\t4006381333931\tAcme\n"
    )
    (entry,) = entries(text)
    assert entry.draft is not None
    assert {name: entry.draft.values[name] for name in ("price", "other_prices", "currency", "availability")} == {
        "price": "12.00", "other_prices": ["15.00"], "currency": "USD", "availability": "in_stock",
    }  # fmt: skip


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


@given(st.lists(st.tuples(CELL, CELL), max_size=20), st.sampled_from([",", ";", "\t"]))
def test_what_is_written_as_csv_is_read_again(rows: list[tuple[str, str]], delimiter: str) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["id", "name"])
    writer.writerows((f"id {number}", name) for number, (_, name) in enumerate(rows))
    found = entries(file.getvalue())
    assert [entry.external_id for entry in found] == [f"id {number}" for number in range(len(rows))]


@given(st.text(max_size=300))
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    for given_text in (text, f"id,name,price\n{text}"):
        try:
            found = entries(given_text)
        except ValueError:
            continue
        assert all(entry.draft or entry.faults for entry in found)
