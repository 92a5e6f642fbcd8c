"""Catalogues as JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.products.domain.drafts import Context, Entry
from engineo.features.products.domain.json_items import read_json

PLAIN = Context(origin="https://shop.example", plain_prices=True)


def read(*items: Any) -> list[Entry]:
    return list(read_json(json.dumps({"products": items}).encode(), PLAIN))


def faults(item: Any) -> dict[str, str]:
    (entry,) = read(item)
    assert entry.draft is None
    return {fault.field: fault.message for fault in entry.faults}


def test_a_product() -> None:
    item = {
        "externalId": "A1", "name": "Lamp", "price": 12.9, "otherPrices": ["13.5", 14], "currency": "EUR",
        "availability": "in_stock", "active": False, "brand": None, "updatedAt": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    (entry,) = read(item)
    assert entry.draft is not None, entry.faults
    values = entry.draft.values
    assert (entry.external_id, values["name"], values["price"], values["other_prices"]) == (
        "A1", "Lamp", "12.90", ["13.50", "14.00"],
    )  # fmt: skip
    assert (values["currency"], values["active"], values["brand"]) == ("EUR", False, None)


@pytest.mark.parametrize(("price", "amount"), [(1.299, "1.299"), ("1.299", "1.299"), (12, "12.00"), (1e2, "100.00")])
def test_prices_are_plain_decimals(price: object, amount: str) -> None:
    (entry,) = read({"externalId": "A1", "name": "Lamp", "price": price})
    assert entry.draft is not None
    assert entry.draft.values["price"] == amount


def test_faults_name_item_and_field() -> None:
    entries = read({"externalId": "1", "name": "A"}, {"externalId": 2, "name": "B", "price": "1,5", "colour": "red"}, 5)
    named = {(fault.number, fault.field) for entry in entries for fault in entry.faults}
    assert named == {(2, "externalId"), (2, "colour"), (2, "price"), (3, "")}
    assert entries[0].draft is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", True), ("price", -1), ("price", 1e12), ("price", 1e400), ("price", "12 EUR"), ("price", []),
        ("otherPrices", "12"), ("otherPrices", ["x"]), ("otherPrices", ["1"] * 101), ("active", "yes"), ("active", 1),
        ("sku", 5), ("sku", 1.5), ("sku", ["a"]), ("url", "shop"), ("currency", "Euro"), ("availability", "soon"),
        ("updatedAt", 1767225900), ("sku", "\ud800"), ("sku", "a\x00"), ("name", "x" * 501),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_field(field: str, value: object) -> None:
    if value == 1e400:
        body = b'{"products": [{"externalId": "1", "name": "A", "price": 1e400}]}'
        (entry,) = read_json(body, PLAIN)
        assert [fault.field for fault in entry.faults] == ["price"]
        return
    assert set(faults({"externalId": "1", "name": "A", field: value})) == {field}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b'{"products": {}}', b'{"products": [], "more": 1}', b'{"product": []}', b"\xff\xfe",
        b"{", b'{"products": [NaN]}', b"[" * 100_000, b'{"products": [' + b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_catalogue(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|expected"):
        read_json(body, PLAIN)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["externalId", "name", "price", "otherPrices", "active", "url", "updatedAt", "x"])


@given(st.lists(st.dictionaries(FIELDS, JSON, max_size=6) | JSON, max_size=4))
def test_no_item_does_worse_than_being_refused(items: list[Any]) -> None:
    found = read(*items)
    assert len(found) == len(items)
    assert all(entry.draft or entry.faults for entry in found)
