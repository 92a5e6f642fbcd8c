"""When schedules fire, the days of the clock change included."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.infra.cron import CronClock, next_slot
from engineo.kernel.cron import CronSpec
from engineo.kernel.errors import BootError
from engineo.kernel.jobs import Added, Job, JobMessage

BERLIN = "Europe/Berlin"
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
lines = st.sampled_from(
    ["* * * * *", "*/7 * * * *", "0 * * * *", "30 2 * * *", "0 3 * * 1", "15 2 29 2 *", "0 0 1 */3 *"]
)
zones = st.sampled_from(["UTC", BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])


class Nightly(Job):
    kind: ClassVar[str] = "tests.nightly"
    queue: ClassVar[str] = "tests"


class Slots:
    """A queue that remembers; its slots are always free."""

    def __init__(self) -> None:
        self.sent: list[JobMessage] = []

    def enqueue(self, *messages: JobMessage) -> Sequence[Added]:
        self.sent += messages
        return [Added(message.job_id, added=True) for message in messages]

    def fire(self, schedule: str, slot: datetime, message: JobMessage) -> bool:
        assert schedule
        assert slot.tzinfo is UTC
        return all(added.added for added in self.enqueue(message))


class Now:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def spec(line: str, zone: str = "UTC") -> CronSpec:
    return CronSpec(line, Nightly(), zone)


def slots(line: str, zone: str, after: str, count: int) -> list[str]:
    """The next slots in local time, with their offset."""
    moment, found = datetime.fromisoformat(after), []
    for _ in range(count):
        moment = next_slot(spec(line, zone), moment)
        assert moment.tzinfo is UTC
        found.append(moment.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes"))
    return found


def test_a_slot_is_strictly_after_the_moment() -> None:
    assert slots("0 3 * * *", "UTC", "2026-01-01T03:00+00:00", 1) == ["2026-01-02T03:00+00:00"]
    assert slots("0 3 * * *", "UTC", "2026-01-01T02:59:59+00:00", 1) == ["2026-01-01T03:00+00:00"]


def test_a_slot_in_the_spring_gap_fires_once_after_it() -> None:
    # on 29 March 2026, 02:00 becomes 03:00
    found = slots("30 2 * * *", BERLIN, "2026-03-28T00:00+00:00", 3)
    assert found[0] == "2026-03-28T02:30+01:00"
    assert found[1].startswith("2026-03-29T03:")
    assert found[1].endswith("+02:00")
    assert found[2] == "2026-03-30T02:30+02:00"


def test_a_slot_in_the_autumn_hour_fires_once() -> None:
    # on 25 October 2026, 03:00 becomes 02:00
    found = slots("30 2 * * *", BERLIN, "2026-10-24T12:00+00:00", 2)
    assert [text[:16] for text in found] == ["2026-10-25T02:30", "2026-10-26T02:30"]


def test_local_time_is_kept_over_the_year() -> None:
    assert slots("0 3 * * *", BERLIN, "2026-01-01T12:00+00:00", 1) == ["2026-01-02T03:00+01:00"]
    assert slots("0 3 * * *", BERLIN, "2026-07-01T12:00+00:00", 1) == ["2026-07-02T03:00+02:00"]


@given(lines, zones, moments)
def test_slots_go_forward_and_lie_on_whole_minutes(line: str, zone: str, moment: datetime) -> None:
    first = next_slot(spec(line, zone), moment)
    second = next_slot(spec(line, zone), first)
    assert moment < first < second
    assert (first.second, first.microsecond) == (0, 0)
    # nothing was skipped: asking from just before the slot gives the slot
    assert next_slot(spec(line, zone), first - timedelta(microseconds=1)) == first


@pytest.mark.parametrize(
    "line", ["", "* * * *", "60 * * * *", "* 24 * * *", "0 0 31 2 *", "0 0 0 * *", "a b c d e", "@daily", "*/0 * * * *"]
)
def test_lines_that_never_fire_are_refused(line: str) -> None:
    with pytest.raises(BootError, match="is not a cron line that ever fires"):
        CronClock([spec(line)], Slots(), Now(datetime(2026, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "", "../../etc/passwd", "CET+1x", "\0", "Europe", "x" * 10_000])
def test_zones_that_there_are_not_are_refused(zone: str) -> None:
    with pytest.raises(BootError, match="unknown time zone"):
        CronClock([spec("* * * * *", zone)], Slots(), Now(datetime(2026, 1, 1, tzinfo=UTC)))


def test_two_schedules_of_one_name_are_refused() -> None:
    with pytest.raises(BootError, match="two schedules are"):
        CronClock([spec("0 3 * * *"), spec("0 3 * * *", BERLIN)], Slots(), Now(datetime(2026, 1, 1, tzinfo=UTC)))


def test_no_schedule_no_thread() -> None:
    clock = CronClock([], Slots(), Now(datetime(2026, 1, 1, tzinfo=UTC)))
    clock.start()
    assert clock._thread is None
    clock.stop(1.0)


def test_what_was_slept_through_fires_once_and_the_same_slot_has_the_same_id() -> None:
    queues = [Slots(), Slots()]
    for queue in queues:
        now = Now(datetime(2026, 1, 1, 2, 59, tzinfo=UTC))
        clock = CronClock([spec("0 3 * * *")], queue, now)
        clock.fire_due()
        assert queue.sent == []
        now.moment += timedelta(days=3)
        clock.fire_due()
        clock.fire_due()
    assert [len(queue.sent) for queue in queues] == [1, 1]
    assert queues[0].sent[0].job_id == queues[1].sent[0].job_id


def test_the_thread_fires_what_is_due_and_stops() -> None:
    now = Now(datetime(2026, 1, 1, 2, 59, 59, 900_000, tzinfo=UTC))
    queue = Slots()
    clock = CronClock([spec("0 3 * * *")], queue, now)
    now.moment = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)
    clock.start()
    clock.start()
    thread = clock._thread
    assert thread is not None
    clock.stop(10.0)
    clock.stop(10.0)
    assert not thread.is_alive()
    assert len(queue.sent) <= 1
