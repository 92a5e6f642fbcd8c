"""Names, codes and addresses, compared as people compare them."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.products.domain.texts import (
    address_key,
    last_segment,
    place_key,
    same_brand,
    same_code,
    same_name,
)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Linen apron", "LINEN APRON", True),
        ("Linen apron", "Linen apron | Acme shop", True),
        ("Linen apron, blue", "Blue linen apron", True),
        ("Apron", "Apron for everybody who cooks", False),
        ("Linen apron", "Wool scarf", False),
        ("", "", False),
        ("Käse", "KÄSE", True),
    ],
)
def test_names(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same
    assert same_name(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Acme", "ACME", True), ("Acme", "Acme GmbH", True), ("Bo", "Bosch", False), ("H&M", "H & M", True),
        ("", "A", False),
    ],
)  # fmt: skip
def test_brands(one: str, other: str, same: bool) -> None:
    assert same_brand(one, other) is same


@pytest.mark.parametrize(("one", "other", "same"), [("AB-1", "ab 1", True), ("AB1", "AB2", False), ("-", "-", False)])
def test_codes(one: str, other: str, same: bool) -> None:
    assert same_code(one, other) is same


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/products/lamp",
        "http://www.shop.example/products/lamp#top",
        "https://SHOP.example:443/products/lamp?utm_source=x&gclid=1",
        "https://shop.example/products/l%61mp",
    ],
)
def test_spellings_of_one_address(url: str) -> None:
    assert address_key(url) == "shop.example/products/lamp"


def test_addresses_that_differ() -> None:
    assert address_key("https://shop.example/a?b=1&a=2") == address_key("https://shop.example/a?a=2&b=1")
    assert address_key("https://shop.example/a?b=1") != address_key("https://shop.example/a")
    assert place_key("https://shop.example/a/?variant=1") == place_key("http://shop.example/a")
    assert address_key("https://shop.example:8443/a") == "shop.example:8443/a"


@pytest.mark.parametrize("text", ["", "/a", "mailto:a@b", "https://", "https://[::1", "https://x:99999/", "ftp://x/"])
def test_what_is_no_address(text: str) -> None:
    assert address_key(text) == ""


@pytest.mark.parametrize(
    ("url", "segment"),
    [
        ("https://shop.example/products/Lamp/", "lamp"), ("https://shop.example/p/lamp.html?x=1", "lamp"),
        ("https://shop.example/", ""), ("https://shop.example/l%C3%A4mp", "lämp"),
    ],
)  # fmt: skip
def test_last_segments(url: str, segment: str) -> None:
    assert last_segment(url) == segment


@given(st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    assert address_key(f"https://{text}").partition("?")[0].rstrip("/") == place_key(f"https://{text}")
    assert "/" not in last_segment(text)
    assert same_name(text, text) is any(char.isalnum() for char in normalize("NFKC", text).casefold())
