import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.deo_score.domain import text


def test_tokens() -> None:
    assert text.tokens("It\u2019s 3 Red-Shoes, x2!") == ("it's", "3", "red", "shoes", "x2")
    assert text.tokens("Tee 日本 abc") == ("tee", "日", "本", "abc")
    assert text.tokens("\uff21\uff22") == ("ab",)  # full width


def test_content_terms_leave_out_function_words_of_every_language() -> None:
    assert text.content_terms("The shoes und die Schuhe avec les chaussures") == {"shoes", "schuhe", "chaussures"}
    assert text.content_terms("東京都") == {"東京", "京都"}


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Red Shoe", "red shoe", True),
        ("Red Shoe", "Red Shoe - Shop of Shoes and Boots for All", True),  # both tokens are in the other
        ("Shoe", "Shoe shop of the town", False),  # one token only
        ("a b c d", "a b c e", True),  # Jaccard 3 / 5
        ("a b c", "a b d e", False),
        ("", "", False),
    ],
)
def test_names_match(left: str, right: str, same: bool) -> None:
    assert text.names_match(left, right) is same
    assert text.names_match(right, left) is same


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("19.90", 19.9), (19, 19.0), (0, 0.0), (" 5 ", 5.0), ("19,90", None), ("-1", None), (True, None), (None, None),
        ("1e5", None), (float("nan"), None), (float("inf"), None), (10**400, None), ("9" * 400, None), ({}, None),
    ],
)  # fmt: skip
def test_number(said: object, value: float | None) -> None:
    assert text.number(said) == value


def test_same_price_within_half_a_per_cent() -> None:
    assert text.same_price(100, 100.5)
    assert not text.same_price(100, 101)


@pytest.mark.parametrize("label", ["", "  ", "Click here!", "Read more \u2026", "mehr erfahren", "こちら"])
def test_generic_link_texts_say_nothing(label: str) -> None:
    assert not text.says_something(label)


def test_named_links_say_something() -> None:
    assert text.says_something("Read more about red shoes")


@given(st.text())
def test_any_text_has_words(anything: str) -> None:
    assert text.content_terms(anything) is text.content_terms(anything)
    assert all(token for token in text.tokens(anything))
    assert text.normalised(text.normalised(anything)) == text.normalised(anything) or anything
