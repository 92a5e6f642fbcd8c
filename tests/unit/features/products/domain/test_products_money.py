"""Amounts of money, as shops of many countries write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.products.domain.currencies import DECIMALS
from engineo.features.products.domain.money import read_money, same_amount


@pytest.mark.parametrize(
    ("text", "currency", "amount", "said"),
    [
        ("12.90", None, "12.90", None),
        ("12.9", None, "12.90", None),
        ("12", None, "12.00", None),
        ("12.", None, "12.00", None),
        (".50", None, "0.50", None),
        ("0", None, "0.00", None),
        ("007.5", None, "7.50", None),
        ("12.990000", None, "12.99", None),
        ("0.125", None, "0.125", None),
        ("1,299.00", None, "1299.00", None),
        ("1.299,00", None, "1299.00", None),
        ("1,299", None, "1299.00", None),
        ("1.299", "EUR", "1299.00", None),
        ("1.299", "KWD", "1.299", None),
        ("1.299 KWD", None, "1.299", "KWD"),
        ("1 299,00", None, "1299.00", None),
        ("1\u00a0299,00\u00a0€", None, "1299.00", "EUR"),
        ("1\u202f299,00 €", None, "1299.00", "EUR"),
        ("1'299.00", None, "1299.00", None),
        ("CHF 1\u2019299.-", None, "1299.00", "CHF"),
        ("19,-", None, "19.00", None),
        ("19,\u2013 €", None, "19.00", "EUR"),
        ("1,00,000.00", "INR", "100000.00", None),
        ("1.299.000,5", None, "1299000.50", None),
        ("15.00 USD", None, "15.00", "USD"),
        ("USD15", None, "15.00", "USD"),
        ("usd 15", None, "15.00", "USD"),
        ("$15.00", None, "15.00", None),
        ("US$15.00", None, "15.00", "USD"),
        ("£15", None, "15.00", "GBP"),
        ("15 zł", None, "15.00", "PLN"),
        ("149 kr", None, "149.00", None),
        ("¥1200", "JPY", "1200", None),
        ("1200 JPY", None, "1200", "JPY"),
        ("\uff11\uff12.\uff15", None, "12.50", None),
    ],
)
def test_what_is_an_amount(text: str, currency: str | None, amount: str, said: str | None) -> None:
    found = read_money(text, currency)
    assert (found.amount, found.currency) == (amount, said)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not a price"),
        ("   ", "not a price"),
        ("free", "not a price"),
        ("from 12", "not a price"),
        ("12-15", "not a price"),
        ("-12", "negative"),
        ("(12.00)", "negative"),
        ("1.299", "may mean 1299.00 or 1.299"),
        ("1,2,3", "not grouped"),
        ("1.2.3", "not grouped"),
        ("1,29,9.00", "not grouped"),
        ("1.299,00.5", "mixes"),
        ("1,299.00,5", "mixes"),
        ("=1+1", "not a price"),
        ("1e5", "not a price"),
        ("12 EUR USD", "not a price"),
        ("12 \u0663", "not a price"),
        ("9" * 16, "too many digits"),
        ("1.1234567", "too many digits"),
        ("1.299.-", "may mean"),
        ("€", "not a price"),
    ],
)
def test_what_is_none_says_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_money(text)


@given(st.text(max_size=60), st.sampled_from([None, "EUR", "JPY", "KWD"]))
def test_no_text_does_worse_than_being_refused(text: str, currency: str | None) -> None:
    try:
        found = read_money(text, currency)
    except ValueError:
        return
    assert Decimal(found.amount) >= 0
    assert len(found.amount) <= 32


@given(st.decimals(0, 10**9, places=2), st.sampled_from(sorted(DECIMALS)))
def test_an_amount_reads_as_itself(amount: Decimal, currency: str) -> None:
    found = read_money(f"{amount} {currency}")
    assert Decimal(found.amount) == amount
    assert read_money(found.amount, currency).amount == found.amount


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.00", "10", True), ("10.00", "10.05", True), ("10.00", "10.06", False), ("0", "0.00", True),
        ("0", "0.01", False), ("1299.00", "12.99", False),
    ],
)  # fmt: skip
def test_half_a_per_cent_is_the_same(one: str, other: str, same: bool) -> None:
    assert same_amount(one, other) is same
    assert same_amount(other, one) is same
