from engineo.features.crawling.domain.calendar_names import MONTHS


def test_every_month_has_names_in_lower_case() -> None:
    assert set(MONTHS.values()) == set(range(1, 13))
    assert all(name == name.lower() for name in MONTHS)
    assert (MONTHS["march"], MONTHS["märz"], MONTHS["dezember"], MONTHS["août"]) == (3, 3, 12, 8)
