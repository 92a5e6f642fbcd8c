"""What the score's routes take for a moment."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from engineo.features.deo_score.schemas import Moment

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
OFFSETS = st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=OFFSETS))  # noqa: DTZ001 - Hypothesis adds the zone
def test_a_moment_is_read_in_utc(moment: datetime) -> None:
    read = MOMENT.validate_python(moment.isoformat())
    assert read == moment
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "", "0.5", "-1", "1e400", "99999999999999999999", "now", "2026-01-31", "2026-01-31T12:00:00",
        "2026-02-30T12:00:00Z", "2026-01-31T12:00:00 00:00", "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59", "T", "\0T",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(text)
