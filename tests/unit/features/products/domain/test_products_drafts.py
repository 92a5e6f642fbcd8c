"""Products field by field."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.products.domain.columns import NAMES
from engineo.features.products.domain.drafts import (
    AVAILABILITIES,
    LONGEST,
    Context,
    read_address,
    read_availability,
    read_decimal,
    read_draft,
    read_flag,
    read_moment,
)

SHOP = Context(origin="https://shop.example")
LAMP = {"externalId": "A1", "name": "Lamp"}


def values(**fields: str) -> dict[str, Any]:
    entry = read_draft(2, {**LAMP, **fields}, SHOP)
    assert entry.draft is not None, entry.faults
    return dict(entry.draft.values)


def faults(**fields: str) -> dict[str, str]:
    entry = read_draft(7, {**LAMP, **fields}, SHOP)
    assert all(fault.number == 7 for fault in entry.faults)
    assert (entry.draft is None) == any(not fault.harmless for fault in entry.faults)
    return {fault.field: fault.message for fault in entry.faults}


def test_what_is_not_said_is_none() -> None:
    found = values()
    assert found.pop("name") == "Lamp"
    assert found.pop("active") is True
    assert found.pop("other_prices") == []
    assert set(found.values()) == {None}


def test_everything_that_can_be_said() -> None:
    found = values(
        handle="/lamp/", sku=" L 1 ", mpn="M", gtin="4006381333931", brand="Acme", category="Home > Lamps",
        price="1.299,00 EUR", salePrice="999", availability="in stock", url="/products/lamp?variant=1",
        imageUrl="https://cdn.example/a.jpg, https://cdn.example/b.jpg", active="draft",
        updatedAt="2026-01-31 12:00:00 +0100",
    )  # fmt: skip
    assert found == {
        "name": "Lamp", "handle": "lamp", "sku": "L 1", "mpn": "M", "gtin": "4006381333931", "brand": "Acme",
        "category": "Home > Lamps", "price": "999.00", "other_prices": ["1299.00"], "currency": None,
        "availability": "in_stock", "url": "https://shop.example/products/lamp?variant=1",
        "image_url": "https://cdn.example/a.jpg", "active": False,
        "updated_at": datetime(2026, 1, 31, 11, tzinfo=UTC),
    }  # fmt: skip


def test_the_price_names_the_currency_before_the_column_and_the_column_before_the_import() -> None:
    assert values(price="5 USD", currency="EUR")["currency"] == "USD"
    assert values(price="5", currency="eur")["currency"] == "EUR"
    entry = read_draft(1, {**LAMP, "price": "1.299"}, Context("https://shop.example", currency="EUR"))
    assert entry.draft is not None
    assert (entry.draft.values["price"], entry.draft.values["currency"]) == ("1299.00", "EUR")


def test_every_fault_names_its_field() -> None:
    found = faults(
        price="cheap", salePrice="-1", currency="EURO", availability="perhaps", url="ftp://x", active="maybe",
        updatedAt="yesterday", name="x" * 501, sku="a\x00b",
    )  # fmt: skip
    assert set(found) == {
        "price", "salePrice", "currency", "availability", "url", "active", "updatedAt", "name", "sku",
    }  # fmt: skip
    assert found["sku"] == "holds characters that cannot be stored"
    assert "in_stock, out_of_stock" in found["availability"]


def test_an_id_and_a_name_must_be_there() -> None:
    for fields, missing in (({"name": "Lamp"}, "externalId"), ({"externalId": "A1", "name": " "}, "name")):
        entry = read_draft(3, fields, SHOP)
        assert [(fault.field, fault.message) for fault in entry.faults] == [(missing, "is empty")]


def test_faults_are_named_as_the_source_names_its_fields() -> None:
    context = Context("https://shop.example", headers={"price": "Variant Price"})
    assert [fault.field for fault in read_draft(3, {**LAMP, "price": "x"}, context).faults] == ["Variant Price"]


@pytest.mark.parametrize(("field", "text"), [("gtin", "123"), ("imageUrl", "no address")])
def test_harmless_faults_leave_the_field_out(field: str, text: str) -> None:
    entry = read_draft(1, {**LAMP, field: text}, SHOP)
    assert entry.draft is not None
    assert [(fault.field, fault.harmless) for fault in entry.faults] == [(field, True)]
    assert entry.draft.values["image_url" if field == "imageUrl" else field] is None


def test_a_formula_is_a_text_like_any_other() -> None:
    found = values(name="=cmd|' /C calc'!A0", brand='@SUM(1+1)*"x"', sku="+1")
    assert (found["name"], found["brand"], found["sku"]) == ("=cmd|' /C calc'!A0", '@SUM(1+1)*"x"', "+1")
    assert set(faults(price="=2+5", url="=HYPERLINK(1)", availability="=1")) == {"price", "url", "availability"}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("in_stock", "in_stock"), ("in stock", "in_stock"), ("InStock", "in_stock"),
        ("https://schema.org/InStock", "in_stock"), ("http://schema.org/LimitedAvailability", "in_stock"),
        ("12", "in_stock"), ("0", "out_of_stock"), ("-3", "out_of_stock"), ("Out of Stock", "out_of_stock"),
        ("SoldOut", "out_of_stock"), ("PreOrder", "preorder"), ("pre-order", "preorder"), ("BackOrder", "backorder"),
        ("onbackorder", "backorder"), ("Discontinued", "discontinued"),
    ],
)  # fmt: skip
def test_availability(text: str, state: str) -> None:
    assert state in AVAILABILITIES
    assert read_availability(text) == state


@pytest.mark.parametrize(
    ("text", "flag"), [("TRUE", True), ("active", True), ("1", True), ("archived", False), ("-1", False)]
)
def test_flags(text: str, flag: bool) -> None:
    assert read_flag(text) is flag


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "https://", "https://[::1", "shop.example/x", "https://a b.example/", "//x\x00",
     "https://x.example/" + "x" * 2048, "data:text/html,x", "/a\x00b"],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="address"):
        read_address(text, "https://shop.example")


@pytest.mark.parametrize("text", ["2026-13-01", "tomorrow", "1767225900", "9999-12-31T23:59:59-12:00", ""])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match="not a date"):
        read_moment(text)


@pytest.mark.parametrize(
    "text", ["2026-01-31", "2026-01-31T00:00:00Z", "2026-01-31 00:00:00 UTC", "2026-01-31T01:00+01:00"]
)
def test_moments(text: str) -> None:
    assert read_moment(text) == datetime(2026, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize(("text", "amount"), [("1.299", "1.299"), ("12", "12.00"), ("12.5", "12.50"), ("0", "0.00")])
def test_a_plain_decimal_is_never_grouped(text: str, amount: str) -> None:
    assert read_decimal(text).amount == amount


@pytest.mark.parametrize("text", ["1,299", "1e3", "-1", "", "12 EUR", "1." + "0" * 7, "9" * 13])
def test_what_is_no_plain_decimal(text: str) -> None:
    with pytest.raises(ValueError, match="plain decimal"):
        read_decimal(text)


@given(st.dictionaries(st.sampled_from(sorted(NAMES)), st.text(max_size=2100)))
def test_whatever_a_row_holds_what_comes_out_can_be_stored(fields: dict[str, str]) -> None:
    entry = read_draft(2, fields, SHOP)
    if entry.draft is None:
        assert any(not fault.harmless for fault in entry.faults)
        return
    stored = {"externalId": entry.external_id, **entry.draft.values}
    for name, value in stored.items():
        if isinstance(value, str):
            assert "\x00" not in value
            value.encode()  # no half characters
            assert len(value) <= LONGEST.get(name, 2048)
