"""Trade item numbers: GS1's check digit, and what spreadsheets do to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.products.domain.codes import check_digit_fits, read_gtin, same_gtin


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("96385074", "96385074"),  # GTIN-8
        ("036000291452", "036000291452"),  # GTIN-12
        ("36000291452", "036000291452"),  # its zero dropped by a spreadsheet
        ("4006381333931", "4006381333931"),  # GTIN-13
        ("4 006381 333931", "4006381333931"),
        ("978-3-16-148410-0", "9783161484100"),  # ISBN-13
        ("10614141000415", "10614141000415"),  # GTIN-14
    ],
)
def test_numbers(text: str, gtin: str) -> None:
    assert read_gtin(text) == gtin


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("4006381333932", "check digit"),
        ("4.00638E+12", "shortened by a spreadsheet"),
        ("ABC", "other characters"),
        ("\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0660", "other characters"),
        ("123", "3 digits"),
        ("0" * 13, "digits"),
        ("1" * 15, "15 digits"),
        ("", "other characters"),
    ],
)
def test_what_is_none_says_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_gtin(text)


@given(st.integers(10**9, 10**12 - 1))
def test_one_digit_of_ten_fits(number: int) -> None:
    assert sum(check_digit_fits(f"{number}{digit}") for digit in range(10)) == 1


def test_zeros_on_the_left_change_nothing() -> None:
    assert same_gtin("036000291452", "00036000291452")
    assert not same_gtin("036000291452", "4006381333931")
