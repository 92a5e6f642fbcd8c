import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.crawling.domain.measures import facts_of, has_fact, plain_decimal, prices_of


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("12 cm and 12cm", {"12cm"}),
        ("1.5 kg, 20 %, €5", {"1.5kg", "20%", "€5"}),
        ("1,299.00 EUR", {"1,299.00eur"}),
        ("on 3 March 2013", {"3march2013"}),
        ("a 300-ml pot", {"300-ml"}),
        ("5 minutes", {"5minutes"}),
        ("5 mountains, 12 items in 3 towns", set()),
        ("version 10.5.0", set()),
        ("chapter 7", set()),
        ("environment", set()),
    ],
)
def test_facts_are_matched_on_word_boundaries(text: str, facts: set[str]) -> None:
    assert facts_of(text) == facts
    assert has_fact(text) == bool(facts)


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("1.299,00 EUR", ("1299.00",)),
        ("$1,299.00", ("1299.00",)),
        ("€ 1.299", ("1299",)),
        ("1 299,50 €", ("1299.50",)),
        ("CHF 1'299.90", ("1299.90",)),
        ("12,5 €, 12.50 EUR", ("12.5", "12.50")),
        ("£0.999", ("0.999",)),
        ("5 eurostars and 7 kronor", ()),
        ("12 cm", ()),
    ],
)
def test_prices_are_plain_decimals(text: str, prices: tuple[str, ...]) -> None:
    assert prices_of([text]) == prices


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_both_ways_of_writing_a_number_are_one_decimal(whole: int, cents: int) -> None:
    english = f"{whole:,}.{cents:02}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert plain_decimal(english) == plain_decimal(german) == f"{whole}.{cents:02}"


@given(st.text())
def test_no_text_is_too_hostile(text: str) -> None:
    facts_of(text)
    prices_of([text])
