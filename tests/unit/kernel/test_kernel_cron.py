"""When schedules fire, the days of the clock change included, and which missed runs are made up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.kernel.cron import ALIASES, MOST_MADE_UP, CronLine, CronSpec, MissedRuns, slots_to_fire
from engineo.kernel.errors import InvalidInputError
from engineo.kernel.jobs import Job

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"  # the last one moves by 30 min
CHANGES = [  # moments at which a clock was or will be set
    datetime.fromisoformat(text)
    for text in ("2026-03-29T01:00Z", "2026-10-25T01:00Z", "2026-03-08T07:00Z", "2026-11-01T06:00Z",
                 "2026-04-04T15:00Z", "2026-10-03T15:30Z", "2011-12-30T10:00Z")
]  # fmt: skip
near_changes = st.tuples(st.sampled_from(CHANGES), st.integers(-5 * 3600, 5 * 3600)).map(
    lambda pair: pair[0] + timedelta(seconds=pair[1])
)
any_time = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
moments = st.one_of(near_changes, any_time)
lines = st.sampled_from(
    ["* * * * *", "*/7 * * * *", "0 * * * *", "45 * * * *", "30 2 * * *", "*/15 2 * * *", "0 */2 * * *", "15 1,2 * * *",
     "0 3 * * 1", "15 2 29 2 *", "0 0 1 */3 *", "59 23 L * *", "0 0-23 * * 7", "*/20 1-3 * * 5L", *ALIASES]
)  # fmt: skip
zones = st.sampled_from(["UTC", BERLIN, NEW_YORK, LORD_HOWE, "Asia/Kolkata", "Pacific/Apia"])
schedules = st.builds(CronLine, lines, zones)


class Nightly(Job):
    kind: ClassVar[str] = "tests.nightly"
    queue: ClassVar[str] = "tests"


def local(line: str, zone: str, after: str, count: int) -> list[str]:
    """The next slots in local time, with their offset."""
    moment, found = datetime.fromisoformat(after), []
    for _ in range(count):
        moment = CronLine(line, zone).next_slot(moment)
        assert moment.tzinfo is UTC
        found.append(moment.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes"))
    return found


# --- one line


def test_a_slot_is_strictly_after_the_moment() -> None:
    assert local("0 3 * * *", "UTC", "2026-01-01T03:00Z", 1) == ["2026-01-02T03:00+00:00"]
    assert local("0 3 * * *", "UTC", "2026-01-01T02:59:59.999Z", 1) == ["2026-01-01T03:00+00:00"]


ALIAS_SLOTS = {
    "@hourly": "2026-05-07T13:00+00:00",
    "@daily": "2026-05-08T00:00+00:00",
    "@weekly": "2026-05-10T00:00+00:00",  # a Sunday
    "@monthly": "2026-06-01T00:00+00:00",
    "@yearly": "2027-01-01T00:00+00:00",
}


@pytest.mark.parametrize("alias", ALIASES)
def test_aliases(alias: str) -> None:
    assert local(alias, "UTC", "2026-05-07T12:34Z", 1) == [ALIAS_SLOTS[alias]]
    assert CronLine(alias).explain()


def test_a_line_in_words() -> None:
    assert CronLine("0 9 * * 1-5").explain() == "At 09:00 on Monday through Friday"


# --- days of the clock change


def test_a_slot_in_the_spring_gap_fires_once_after_it() -> None:
    # on 29 March 2026, 02:00 becomes 03:00
    assert local("30 2 * * *", BERLIN, "2026-03-28T00:00Z", 3) == [
        "2026-03-28T02:30+01:00", "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00",
    ]  # fmt: skip


def test_several_slots_in_the_gap_fire_once_and_join_the_one_at_its_end() -> None:
    after = "2026-03-29T00:45Z"
    assert local("*/15 2 * * *", BERLIN, after, 2) == ["2026-03-29T03:00+02:00", "2026-03-30T02:00+02:00"]
    assert local("30 2,3 * * *", BERLIN, after, 2) == ["2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00"]
    assert local("0 2,3 * * *", BERLIN, after, 2) == ["2026-03-29T03:00+02:00", "2026-03-30T02:00+02:00"]
    assert local("0 */2 * * *", BERLIN, after, 2) == ["2026-03-29T03:00+02:00", "2026-03-29T04:00+02:00"]


AUTUMN = ["2026-10-24T12:00Z", "2026-10-25T00:15Z"]
IN_THE_SECOND_PASS = ["2026-10-25T00:30Z", "2026-10-25T00:59Z", "2026-10-25T01:00Z", "2026-10-25T01:10Z"]


@pytest.mark.parametrize("after", AUTUMN)
def test_a_slot_in_the_autumn_hour_fires_the_first_time(after: str) -> None:
    # on 25 October 2026, 03:00 becomes 02:00
    assert local("30 2 * * *", BERLIN, after, 2) == ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]


@pytest.mark.parametrize("after", IN_THE_SECOND_PASS)
def test_and_not_the_second_time_wherever_one_begins_to_look(after: str) -> None:
    assert local("30 2 * * *", BERLIN, after, 1) == ["2026-10-26T02:30+01:00"]


def test_what_runs_in_every_hour_runs_in_both_autumn_hours() -> None:
    assert local("30 * * * *", BERLIN, "2026-10-24T23:45Z", 3) == [
        "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", "2026-10-25T03:30+01:00",
    ]  # fmt: skip
    assert local("30 0-23 * * *", BERLIN, "2026-10-25T00:45Z", 1) == ["2026-10-25T02:30+01:00"]


def test_what_runs_in_every_hour_is_not_made_up_after_the_gap() -> None:
    assert local("30 * * * *", BERLIN, "2026-03-29T00:00Z", 2) == ["2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00"]


def test_a_clock_that_moves_by_half_an_hour() -> None:
    assert local("45 * * * *", LORD_HOWE, "2026-04-04T14:30Z", 3) == [
        "2026-04-05T01:45+11:00", "2026-04-05T01:45+10:30", "2026-04-05T02:45+10:30",
    ]  # fmt: skip
    assert local("15 2 * * *", LORD_HOWE, "2026-10-03T10:00Z", 1) == ["2026-10-04T02:30+11:00"]


def test_a_day_that_was_left_out() -> None:
    # Samoa went from 29 to 31 December 2011
    assert local("0 12 * * *", "Pacific/Apia", "2011-12-29T23:00Z", 2) == [
        "2011-12-31T00:00+14:00", "2011-12-31T12:00+14:00",
    ]  # fmt: skip


def test_local_time_is_kept_over_the_year() -> None:
    assert local("0 3 * * *", BERLIN, "2026-01-01T12:00Z", 1) == ["2026-01-02T03:00+01:00"]
    assert local("0 3 * * *", BERLIN, "2026-07-01T12:00Z", 1) == ["2026-07-02T03:00+02:00"]


# --- laws


@given(schedules, moments)
def test_slots_go_forward_and_lie_on_whole_minutes(line: CronLine, moment: datetime) -> None:
    first = line.next_slot(moment)
    assert moment < first < line.next_slot(first)
    assert (first.second, first.microsecond) == (0, 0)
    assert line.is_slot(first)
    # nothing was skipped: asking from just before the slot gives the slot
    assert line.next_slot(first - timedelta(microseconds=1)) == first


@given(schedules, moments, st.lists(st.integers(0, 26 * 60), min_size=2, max_size=4))
def test_slots_do_not_depend_on_how_the_time_is_cut(line: CronLine, start: datetime, cuts: list[int]) -> None:
    edges = [start, *(start + timedelta(minutes=minutes) for minutes in sorted(cuts))]
    whole = list(line.slots(edges[0], edges[-1]))
    assert whole == [slot for begin, end in pairwise(edges) for slot in line.slots(begin, end)]
    assert whole == sorted(set(whole))
    assert all(line.is_slot(slot) for slot in whole)


@given(schedules, moments, st.integers(0, 60 * 24 * 400), st.integers(1, 9))
def test_the_newest_slots_are_the_last_of_all(line: CronLine, start: datetime, minutes: int, most: int) -> None:
    end = start + timedelta(minutes=minutes if line.expression not in {"* * * * *", "*/7 * * * *"} else minutes % 999)
    assert line.newest_slots(start, end, most) == list(line.slots(start, end))[-most:]
    assert line.newest_slots(end + timedelta(microseconds=1), start, most) == []


@given(st.sampled_from(["* * * * *", "30 * * * *", "15 2 * * *", "*/25 1-3 * * *"]), near_changes)
def test_wall_clock_times_are_those_of_the_line(line: str, start: datetime) -> None:
    zone = ZoneInfo(BERLIN)
    gap_end = datetime.fromisoformat("2026-03-29T01:00Z")
    for slot in CronLine(line, BERLIN).slots(start, start + timedelta(hours=6)):
        wall = slot.astimezone(zone)
        minute, hour = line.split()[:2]
        assert slot == gap_end or (
            (minute == "*" or wall.minute in {"30": {30}, "15": {15}, "*/25": {0, 25, 50}}[minute])
            and (hour == "*" or wall.hour in {"2": {2}, "1-3": {1, 2, 3}}[hour])
        )


# --- what is refused

BAD_LINES = [
    "", " ", "* * * *", "60 * * * *", "* 24 * * *", "0 0 31 2 *", "0 0 0 * *", "a b c d e", "@reboot", "@Daily",
    "*/0 * * * *", "0 0 30 2 *",
    "0 0 0 * * *", "* * * * * *", "5-1 * * * *", "-1 * * * *", "1.5 * * * *", "٣ * * * *", "1#2/3 * * * *", "* * * * 9",
    "9" * 5000 + " * * * *", ",".join(["1"] * 100) + " * * * *", "\0 * * * *", "* * * * *\0", "0 0 * * 1#6",
    "0 0 30 2 */8",
]  # fmt: skip


@pytest.mark.parametrize("line", BAD_LINES, ids=lambda line: ascii(line[:20]))
def test_lines_that_never_fire_are_refused(line: str) -> None:
    with pytest.raises(InvalidInputError, match="is not a cron line that ever fires") as refused:
        CronLine(line)
    assert len(refused.value.message) < 400


BAD_ZONES = [
    "Europe/Nowhere", "", "../../etc/passwd", "/etc/localtime", "CET+1x", "\0", "Europe", "x" * 10_000, "right/UTC",
    "\ud800", "posix/Europe/Berlin", "localtime", "europe/berlin ", " UTC",
]  # fmt: skip


@pytest.mark.parametrize("zone", BAD_ZONES, ids=lambda zone: ascii(zone[:20]))
def test_zones_that_there_are_not_are_refused(zone: str) -> None:
    with pytest.raises(InvalidInputError, match="unknown time zone") as refused:
        CronLine("* * * * *", zone)
    assert len(refused.value.message) < 400


@given(st.text(st.sampled_from("0123456789*/,-#LW @SUNJAdaily"), max_size=30))
def test_whatever_is_accepted_fires_and_can_be_explained(text: str) -> None:
    try:
        line = CronLine(text)
    except InvalidInputError:
        return
    assert line.is_slot(line.next_slot(CHANGES[0]))
    assert line.explain()


# --- missed runs

NOW = datetime(2026, 5, 1, 12, 0, 30, tzinfo=UTC)
MISSED: list[tuple[str, MissedRuns, float, list[str]]] = [  # line, policy, hours since the last slot, what fires now
    ("0 * * * *", "once", 0.2, ["12:00"]),
    ("0 * * * *", "skip", 0.2, ["12:00"]),
    ("0 * * * *", "all", 0.2, ["12:00"]),
    ("0 * * * *", "once", 3.2, ["12:00"]),
    ("0 * * * *", "skip", 3.2, ["12:00"]),
    ("0 * * * *", "all", 3.2, ["09:00", "10:00", "11:00", "12:00"]),
    ("30 * * * *", "once", 3.2, ["11:30"]),
    ("30 * * * *", "skip", 3.2, []),
    ("30 * * * *", "all", 3.2, ["09:30", "10:30", "11:30"]),
    ("59 11 * * *", "skip", 24, []),  # a minute and a half late: missed
    ("0 12 * * *", "skip", 24, ["12:00"]),  # half a minute late: not missed
    ("0 13 * * *", "once", 2, []),
    ("0 13 * * *", "all", -5, []),  # the clock was set back
]


@pytest.mark.parametrize(("line", "missed", "hours", "fires"), MISSED)
def test_what_is_made_up(line: str, missed: MissedRuns, hours: float, fires: list[str]) -> None:
    found = slots_to_fire(CronLine(line), missed, NOW - timedelta(hours=hours), NOW)
    assert [slot.strftime("%H:%M") for slot in found] == fires


def test_all_has_a_bound_and_the_newest_count() -> None:
    found = slots_to_fire(CronLine("* * * * *"), "all", NOW - timedelta(days=700), NOW)
    assert len(found) == MOST_MADE_UP
    assert found[-1] == NOW.replace(second=0)


@given(schedules, moments, st.integers(0, 4000))
def test_a_policy_makes_up_no_more_than_the_next(line: CronLine, last: datetime, minutes: int) -> None:
    now = last + timedelta(minutes=minutes)
    skip, once, every = (slots_to_fire(line, missed, last, now) for missed in ("skip", "once", "all"))
    assert set(skip) <= set(once) <= set(every)
    assert len(once) <= 1
    assert once == every[-1:]


def test_a_schedule_has_a_stable_name() -> None:
    assert CronSpec("0 3 * * *", Nightly()).name == "tests.nightly@0 3 * * *"
    assert CronSpec("@daily", Nightly(), BERLIN).line == CronLine("@daily", BERLIN)
