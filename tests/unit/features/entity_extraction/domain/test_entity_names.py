"""Names as entities are told apart by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.entity_extraction.domain.names import digits, name_key, place, plain, same_company, same_title


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Acme", "ACME GmbH", True), ("Acme Lamps, Inc.", "acme-lamps", True), ("Acme Lamps", "Acme", True),
        ("Bo", "Bosch", False), ("Acme", "Zenith", False), ("", "Acme", False), ("GmbH", "GmbH", True),
    ],
)  # fmt: skip
def test_companies(one: str, other: str, same: bool) -> None:
    assert same_company(one, other) is same
    assert same_company(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Desk lamp", "Desk Lamp, black", True), ("Desk lamp", "Wool scarf", False), ("", "Lamp", False),
        ("Lamp", "A lamp for desks and more", False),
    ],
)  # fmt: skip
def test_titles(one: str, other: str, same: bool) -> None:
    assert same_title(one, other) is same


def test_places_and_numbers() -> None:
    assert place("https://www.acme.example/about/?x=1") == place("http://acme.example/about") == "acme.example/about"
    assert place("/about") == place("https://[::1") == place("mailto:a@b") == ""
    assert digits("+49 (0)30 / 123-45") == digits("0049 0 30 12345")


@given(st.text(max_size=40))
def test_keys_are_stable(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert " " not in name_key(text)
