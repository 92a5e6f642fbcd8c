"""Trade item numbers."""

_LENGTHS = (8, 12, 13, 14)
_FULL = 14


def check_digit_fits(digits: str) -> bool:
    """GS1's check digit: weights 3 and 1 from the right. Zeros on the left change nothing."""
    reverse = [int(digit) for digit in reversed(digits)]
    return (sum(reverse[::2]) + 3 * sum(reverse[1::2])) % 10 == 0


def read_gtin(text: str) -> str:
    """The digits of a GTIN, with the leading zeros that a spreadsheet has dropped put back.

    Raise `ValueError`, saying what is wrong, for what is none.
    """
    digits = text.replace(" ", "").replace("-", "")
    if "E+" in digits.upper():
        raise ValueError(f"{text[:40]!r} was shortened by a spreadsheet: format the column as text and export it again")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{text[:40]!r} is not a GTIN: it has other characters than digits")
    if len(digits.lstrip("0")) < min(_LENGTHS) - 3 or len(digits) > _FULL:
        raise ValueError(f"{text[:40]!r} is not a GTIN: it has {len(digits)} digits, not 8, 12, 13 or 14")
    if not check_digit_fits(digits):
        raise ValueError(f"{text[:40]!r} is not a GTIN: its check digit is wrong")
    return digits.zfill(next(length for length in _LENGTHS if length >= len(digits)))


def same_gtin(one: str, other: str) -> bool:
    """GTINs of different lengths are the same number where only zeros on the left tell them apart."""
    return one.zfill(_FULL) == other.zfill(_FULL)
