from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.crawling.domain.dates import full_dates, parse_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-06", datetime(2024, 5, 6, tzinfo=UTC)),
        ("20240506", datetime(2024, 5, 6, tzinfo=UTC)),
        ("2024-05-06T10:00:00+02:00", datetime(2024, 5, 6, 8, tzinfo=UTC)),
        ("2024-05-06 10:00", datetime(2024, 5, 6, 10, tzinfo=UTC)),
        ("2024-05-06T10:00:00.123Z", datetime(2024, 5, 6, 10, tzinfo=UTC)),
        ("Tue, 15 Nov 1994 12:45:26 GMT", datetime(1994, 11, 15, 12, 45, 26, tzinfo=UTC)),
        ("May 6, 2024", datetime(2024, 5, 6, tzinfo=UTC)),
        ("6. Mai 2024", datetime(2024, 5, 6, tzinfo=UTC)),
        ("6 de mayo de 2024", datetime(2024, 5, 6, tzinfo=UTC)),
        ("2024-13-06", None),
        ("0001-01-01", None),
        ("9999-99-99T99:99:99", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_read(text: str, expected: datetime | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 3rd March 1933 in", [None]),
        ("on 3rd March 2013 in", [datetime(2013, 3, 3, tzinfo=UTC)]),
        ("March 3, 2013.", [datetime(2013, 3, 3, tzinfo=UTC)]),
        ("3.4.2013", [datetime(2013, 4, 3, tzinfo=UTC)]),
        ("3/14/2013", [datetime(2013, 3, 14, tzinfo=UTC)]),
        ("14/3/2013", [datetime(2013, 3, 14, tzinfo=UTC)]),
        ("3/4/2013", [None]),
        ("2013年3月4日", [datetime(2013, 3, 4, tzinfo=UTC)]),
        ("2 août 2013 and 4 dicembre 2014", [datetime(2013, 8, 2, tzinfo=UTC), datetime(2014, 12, 4, tzinfo=UTC)]),
        ("March 2013", []),
        ("version 1.2.2013.4", []),
        ("31 February 2013", [None]),
    ],
)
def test_full_dates_are_found_in_text(text: str, expected: list[datetime | None]) -> None:
    assert [date for _, date in full_dates(text)] == expected


@given(st.text())
def test_no_text_is_too_hostile(text: str) -> None:
    parse_date(text)
    list(full_dates(f"{text} 2013"))
