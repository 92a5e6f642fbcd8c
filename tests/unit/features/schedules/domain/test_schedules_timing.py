"""When stored schedules run."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engineo.features.schedules.domain.timing import LONGEST, Timing
from engineo.features.schedules.errors import InvalidTimingError
from engineo.kernel.errors import InvalidInputError

NOW = datetime(2026, 5, 7, 12, 34, 56, 789, tzinfo=UTC)
MOST = int(LONGEST.total_seconds())
timings = st.one_of(
    st.builds(Timing, st.none(), st.integers(60, MOST)),
    st.builds(
        Timing,
        st.sampled_from(["* * * * *", "0 */6 * * *", "30 2 * * 1", "@daily"]),
        st.none(),
        st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe"]),
    ),
)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
lateness = st.timedeltas(timedelta(0), timedelta(days=900))


def test_a_cron_line_runs_at_its_times() -> None:
    timing = Timing("0 9 * * 1-5", None, "Europe/Berlin")
    first = timing.first_run(NOW)
    assert first == datetime(2026, 5, 8, 7, 0, tzinfo=UTC)  # a Friday
    assert timing.run_after(first, first) == datetime(2026, 5, 11, 7, 0, tzinfo=UTC)


def test_an_interval_begins_now_and_keeps_its_beat() -> None:
    timing = Timing(None, 3600)
    first = timing.first_run(NOW)
    assert first == NOW + timedelta(hours=1)
    assert timing.run_after(first, first + timedelta(seconds=3)) == first + timedelta(hours=1)


def test_what_was_missed_is_made_up_by_the_one_late_run() -> None:
    slot = datetime(2026, 5, 7, 6, 0, tzinfo=UTC)
    assert Timing(None, 3600).run_after(slot, NOW) == datetime(2026, 5, 7, 13, 0, tzinfo=UTC)
    assert Timing("0 * * * *", None).run_after(slot, NOW) == datetime(2026, 5, 7, 13, 0, tzinfo=UTC)


@given(timings, moments, lateness)
def test_the_next_run_is_to_come_and_the_first_of_its_kind(timing: Timing, slot: datetime, late: timedelta) -> None:
    now = slot + late
    following = timing.run_after(slot, now)
    assert following > now
    if timing.interval_seconds is not None:
        interval = timedelta(seconds=timing.interval_seconds)
        assert (following - slot) % interval == timedelta(0)
        assert following - now <= interval
    else:
        assert following == timing.first_run(now)


@given(timings, moments, lateness)
def test_a_clock_that_was_set_back_runs_nothing_twice(timing: Timing, slot: datetime, early: timedelta) -> None:
    assume(timing.interval_seconds is not None or slot.replace(second=0, microsecond=0) == slot)
    assert timing.run_after(slot, slot - early) > slot


@given(timings)
def test_every_timing_is_accepted_and_has_words(timing: Timing) -> None:
    timing.check()
    assert timing.explain()


WORDS = [
    (60, "Every minute"), (61, "Every 61 seconds"), (90, "Every 90 seconds"), (120, "Every 2 minutes"),
    (3600, "Every hour"), (5400, "Every 90 minutes"), (86_400, "Every day"),
    (90_000, "Every 25 hours"), (604_800, "Every 7 days"),
]  # fmt: skip


@pytest.mark.parametrize(("seconds", "words"), WORDS)
def test_an_interval_in_words(seconds: int, words: str) -> None:
    assert Timing(None, seconds).explain() == words


def test_a_cron_line_in_words() -> None:
    assert Timing("0 9 * * 1-5", None, "Europe/Berlin").explain() == (
        "At 09:00 on Monday through Friday (Europe/Berlin)"
    )


@pytest.mark.parametrize(
    ("cron", "seconds"),
    [(None, None), ("* * * * *", 60), (None, 59), (None, 0), (None, -60), (None, MOST + 1), ("", 60)],
)
def test_neither_both_and_too_often_are_refused(cron: str | None, seconds: int | None) -> None:
    with pytest.raises(InvalidTimingError):
        Timing(cron, seconds).check()


@pytest.mark.parametrize(
    "timing", [Timing("0 0 31 2 *", None), Timing("@daily", None, "Moon/Sea"), Timing(None, 60, "x")]
)
def test_lines_and_zones_that_are_none_are_refused(timing: Timing) -> None:
    with pytest.raises(InvalidInputError):
        timing.check()
