"""The cron clock: each slot once over all processes, missed runs by policy, and no command while nothing is due."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.infra.cron import CronClock
from engineo.kernel.cron import MOST_MADE_UP, CronLine, CronSpec, MissedRuns
from engineo.kernel.errors import BootError, UnavailableError
from engineo.kernel.jobs import Job, JobMessage

START = datetime(2026, 1, 1, 2, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Nightly(Job):
    kind: ClassVar[str] = "tests.nightly"
    queue: ClassVar[str] = "tests"

    tags: tuple[str, ...] | list[str] = ()


class Slots:
    """The queue's memory of slots, truly: one lock and one dict. It counts its commands and may be away."""

    def __init__(self) -> None:
        self.memory: dict[str, datetime] = {}
        self.sent: list[tuple[datetime, JobMessage]] = []
        self.commands = 0
        self.away = False
        self.loses_answers = False
        self.changed = threading.Condition()

    def fire(self, schedule: str, slot: datetime, message: JobMessage) -> bool:
        with self._command():
            if slot <= self.memory.get(schedule, datetime.min.replace(tzinfo=UTC)):
                return False
            self.memory[schedule] = slot
            self.sent.append((slot, message))
            if self.loses_answers:
                raise UnavailableError
            return True

    def last_slots(self, schedules: Sequence[str]) -> dict[str, datetime]:
        with self._command():
            return {name: self.memory[name] for name in schedules if name in self.memory}

    def mark_slots(self, slots: Mapping[str, datetime]) -> None:
        with self._command():
            self.memory = {**slots, **self.memory}

    def hours(self) -> list[int]:
        """Which slots were sent, in hours after midnight of the first day."""
        return [(slot - START.replace(hour=0, minute=0)) // HOUR for slot, _ in self.sent]

    @contextmanager
    def _command(self) -> Iterator[None]:
        with self.changed:
            self.commands += 1
            self.changed.notify_all()
            if self.away:
                raise UnavailableError
            yield

    def wait_for_commands(self, number: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.commands >= number, 10)


class Now:
    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def hourly(missed: MissedRuns = "once") -> CronSpec:
    return CronSpec("0 * * * *", Nightly(), missed=missed)


def clock(queue: Slots, now: Now, *specs: CronSpec) -> CronClock:
    """A process that has just started."""
    started = CronClock(specs or [hourly()], queue, now)
    started.fire_due()
    return started


# --- slots


def test_every_slot_is_sent_when_it_comes_and_not_before() -> None:
    queue, now = Slots(), Now()
    running = clock(queue, now)
    for minutes, hours in ((29, []), (1, [3]), (1, [3]), (58, [3]), (1, [3, 4]), (60, [3, 4, 5])):
        now.moment += timedelta(minutes=minutes)
        running.fire_due()
        assert queue.hours() == hours


def test_a_schedule_seen_for_the_first_time_makes_nothing_up() -> None:
    queue, now = Slots(), Now()
    clock(queue, now, CronSpec("0 * * * *", Nightly(), missed="all"), CronSpec("30 2 1 1 *", Nightly()))
    assert queue.sent == []
    assert set(queue.memory.values()) == {START}


def test_a_slot_has_the_same_id_in_every_process() -> None:
    queues = [Slots(), Slots()]
    for queue in queues:
        now = Now()
        running = clock(queue, now)
        now.moment += HOUR
        running.fire_due()
    assert queues[0].sent == queues[1].sent
    assert len({message.job_id for queue in queues for _, message in queue.sent}) == 1


@given(st.integers(2, 5), st.lists(st.integers(1, 400), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_many_processes_send_each_slot_once_in_order(count: int, steps: list[int], random: object) -> None:
    queue, now = Slots(), Now()
    clocks = [clock(queue, now, hourly("all")) for _ in range(count)]
    expected: list[datetime] = []
    line = CronLine("0 * * * *")
    for step in steps:
        before, now.moment = now.moment, now.moment + timedelta(minutes=step)
        expected += line.slots(before, now.moment)
        random.shuffle(clocks)  # type: ignore[attr-defined] # Hypothesis' own random.Random
        for running in clocks[: 1 + step % count]:  # the others sleep on
            running.fire_due()
    assert [slot for slot, _ in queue.sent] == expected


def test_processes_that_race_send_each_slot_once() -> None:
    queue, now = Slots(), Now()
    clocks = [clock(queue, now, hourly("all")) for _ in range(8)]
    now.moment += 24 * HOUR
    together = threading.Barrier(len(clocks))

    def run(running: CronClock) -> None:
        together.wait(10)
        running.fire_due()

    threads = [threading.Thread(target=run, args=(running,)) for running in clocks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert queue.hours() == list(range(3, 27))


# --- missed runs

DOWN: dict[MissedRuns, list[int]] = {"skip": [], "once": [7], "all": [3, 4, 5, 6, 7]}


@pytest.mark.parametrize("missed", DOWN)
def test_runs_missed_while_no_process_ran(missed: MissedRuns) -> None:
    queue, now = Slots(), Now()
    clock(queue, now, hourly(missed))
    now.moment += 5 * HOUR
    for _ in range(2):
        running = clock(queue, now, hourly(missed))
        assert queue.hours() == DOWN[missed]
    now.moment += HOUR / 2
    running.fire_due()
    assert queue.hours() == [*DOWN[missed], 8]


@pytest.mark.parametrize("missed", DOWN)
def test_runs_missed_while_redis_was_away(missed: MissedRuns) -> None:
    queue, now = Slots(), Now()
    running = clock(queue, now, hourly(missed))
    queue.away = True
    for _ in range(10):
        now.moment += HOUR / 2
        with suppress(UnavailableError):  # where something was due
            running.fire_due()
    queue.away = False
    running.fire_due()
    running.fire_due()
    assert queue.hours() == DOWN[missed]


def test_a_slot_that_redis_was_briefly_away_for_was_not_missed() -> None:
    queue, now = Slots(), Now()
    running = clock(queue, now, hourly("skip"))
    now.moment += HOUR / 2
    queue.away = True
    with pytest.raises(UnavailableError):
        running.fire_due()
    queue.away = False
    now.moment += timedelta(seconds=40)
    running.fire_due()
    assert queue.hours() == [3]


def test_an_answer_that_is_lost_sends_nothing_twice() -> None:
    queue, now = Slots(), Now()
    running = clock(queue, now, hourly("all"))
    now.moment += 3 * HOUR
    queue.loses_answers = True
    for hours in ([3], [3, 4], [3, 4, 5]):
        with pytest.raises(UnavailableError):
            running.fire_due()
        assert queue.hours() == hours
    running.fire_due()
    assert queue.hours() == [3, 4, 5]


def test_all_is_bounded_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    queue, now = Slots(), Now()
    clock(queue, now, hourly("all"))
    now.moment += 200 * HOUR
    clock(queue, now, hourly("all"))
    assert queue.hours() == list(range(103, 203))
    assert len(queue.sent) == MOST_MADE_UP
    assert "cron.slots.dropped" in capsys.readouterr().out


def test_a_flushed_redis_costs_no_slot_of_a_running_process() -> None:
    queue, now = Slots(), Now()
    clocks = [clock(queue, now) for _ in range(2)]
    for hours in ([3], [3, 4]):
        queue.memory.clear()
        now.moment += HOUR
        for running in clocks:
            running.fire_due()
        assert queue.hours() == hours


def test_a_redis_flushed_while_it_was_away_makes_up_what_this_process_knows() -> None:
    queue, now = Slots(), Now()
    running = clock(queue, now)
    queue.away = True
    now.moment += HOUR
    with pytest.raises(UnavailableError):
        running.fire_due()
    queue.memory.clear()
    queue.away = False
    running.fire_due()
    assert queue.hours() == [3]


def test_a_clock_set_back_fires_nothing_twice_and_goes_on() -> None:
    queue, now = Slots(), Now()
    running = clock(queue, now)
    now.moment += HOUR
    running.fire_due()
    now.moment -= timedelta(minutes=45)
    running.fire_due()
    now.moment += timedelta(minutes=30)
    running.fire_due()
    assert queue.hours() == [3]
    now.moment += HOUR
    running.fire_due()
    assert queue.hours() == [3, 4]


# --- what it costs


def test_one_command_at_the_start_none_while_nothing_is_due_one_per_slot() -> None:
    queue, now = Slots(), Now()
    specs = [CronSpec(f"{minute} * * * *", Nightly()) for minute in range(10)]
    clock(queue, now, *specs)
    assert queue.commands == 2  # all are new: asked, and marked
    running = clock(queue, now, *specs)
    assert queue.commands == 3
    for _ in range(100):
        now.moment += timedelta(seconds=10)
        running.fire_due()
    assert queue.commands == 3
    now.moment = START + timedelta(minutes=35)
    running.fire_due()
    assert queue.commands == 3 + 6
    assert len(queue.sent) == 6


def test_no_schedule_no_thread_no_command() -> None:
    queue = Slots()
    idle = CronClock([], queue, Now())
    idle.start()
    assert idle._thread is None
    assert idle.status() == []
    idle.stop(1.0)
    assert queue.commands == 0


# --- the thread


def test_the_thread_fires_what_is_due_and_stops() -> None:
    queue, now = Slots(), Now(START + HOUR / 2)
    queue.memory = {hourly().name: START}
    running = CronClock([hourly()], queue, now)
    running.start()
    running.start()
    thread = running._thread
    assert thread is not None
    queue.wait_for_commands(2)
    running.stop(10.0)
    running.stop(10.0)
    assert not thread.is_alive()
    assert queue.hours() == [3]


def test_the_thread_waits_for_a_queue_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engineo.infra.cron.FIRST_RETRY", timedelta(milliseconds=1))
    queue, now = Slots(), Now(START + HOUR / 2)
    queue.memory = {hourly().name: START}
    queue.away = True
    running = CronClock([hourly()], queue, now)
    running.start()
    queue.wait_for_commands(4)
    queue.away = False
    with queue.changed:
        assert queue.changed.wait_for(lambda: queue.sent, 10)
    running.stop(10.0)
    assert queue.hours() == [3]


def test_a_stop_does_not_wait_for_the_next_slot() -> None:
    running = CronClock([hourly()], Slots(), Now())
    running.start()
    thread = running._thread
    assert thread is not None
    running.stop(10.0)
    assert not thread.is_alive()


# --- what operators see


def test_the_status_shows_last_and_next_run_in_words() -> None:
    queue, now = Slots(), Now()
    running = CronClock([CronSpec("0 3 * * 1-5", Nightly(), "Europe/Berlin")], queue, now)
    (status,) = running.status()
    assert (status.last_slot, status.next_slot) == (None, datetime(2026, 1, 2, 2, 0, tzinfo=UTC))
    assert (status.expression, status.timezone) == ("0 3 * * 1-5", "Europe/Berlin")
    assert status.name == "tests.nightly@0 3 * * 1-5"
    assert status.description == "At 03:00 on Monday through Friday"
    running.fire_due()
    assert running.status() == [status]  # what was never run has no last run
    now.moment = datetime(2026, 1, 2, 2, 0, 1, tzinfo=UTC)
    running.fire_due()
    (status,) = running.status()
    assert (status.last_slot, status.next_slot) == (
        datetime(2026, 1, 2, 2, 0, tzinfo=UTC), datetime(2026, 1, 5, 2, 0, tzinfo=UTC),
    )  # fmt: skip
    assert clock(queue, now, CronSpec("0 3 * * 1-5", Nightly(), "Europe/Berlin")).status() == [status]


def test_a_run_that_was_skipped_is_no_last_run() -> None:
    queue, now = Slots(), Now()
    running = clock(queue, now, hourly("skip"))
    now.moment += HOUR
    running.fire_due()
    assert running.status()[0].last_slot is None


# --- what is refused


def test_a_line_or_zone_that_is_none_ends_the_boot() -> None:
    with pytest.raises(BootError, match=r"schedule 'tests.nightly@0 0 31 2 \*': .* is not a cron line that ever fires"):
        CronClock([CronSpec("0 0 31 2 *", Nightly())], Slots(), Now())
    with pytest.raises(BootError, match="unknown time zone"):
        CronClock([CronSpec("* * * * *", Nightly(), "Europe/Nowhere")], Slots(), Now())


def test_two_schedules_of_one_name_are_refused() -> None:
    with pytest.raises(BootError, match="two schedules are"):
        CronClock([hourly(), CronSpec("0 * * * *", Nightly(), "Europe/Berlin")], Slots(), Now())


def test_a_job_may_hold_a_list() -> None:
    assert CronClock([CronSpec("0 * * * *", Nightly(tags=["a"]))], Slots(), Now()).status()
