"""ISO 4217 as far as prices need it."""

from engineo.features.products.domain.currencies import DECIMALS, SHOWN_AS, SIGNS


def test_codes_are_codes() -> None:
    assert all(len(code) == 3 and code.isupper() for code in DECIMALS)
    assert {code: DECIMALS[code] for code in ("EUR", "USD", "JPY", "KWD", "CHF")} == {
        "EUR": 2, "USD": 2, "JPY": 0, "KWD": 3, "CHF": 2,
    }  # fmt: skip


def test_signs_mean_currencies_that_there_are() -> None:
    assert set(SIGNS.values()) <= DECIMALS.keys()
    assert {code for codes in SHOWN_AS.values() for code in codes} <= DECIMALS.keys()
