"""Stored schedules run when they are due, and cost nothing in between."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.memory_bell import MemoryBell

from engineo.infra.schedulers import FIRST_RETRY, LONGEST_WAIT, StoredSchedules
from engineo.kernel.errors import UnavailableError
from engineo.kernel.ports import SCHEDULES_CHANGED

NOON = datetime(2026, 5, 7, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Now:
    def __init__(self) -> None:
        self.moment = NOON

    def now(self) -> datetime:
        return self.moment


class Rows:
    """A table of one-time runs, truly: a lock and a list. It counts its queries and may be away."""

    def __init__(self, *due: datetime) -> None:
        self.due = sorted(due)
        self.ran: list[datetime] = []
        self.queries = 0
        self.away = False
        self.changed = threading.Condition()

    def next_due(self) -> datetime | None:
        with self.changed:
            self._query()
            return self.due[0] if self.due else None

    def run_due(self, now: datetime) -> int:
        with self.changed:
            self._query()
            batch = [moment for moment in self.due if moment <= now][:2]
            self.due = self.due[len(batch) :]
            self.ran += batch
            return len(batch)

    def _query(self) -> None:
        self.queries += 1
        self.changed.notify_all()
        if self.away:
            raise UnavailableError

    def wait_for(self, condition: Callable[[], object]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, 10)


class Locked(Rows):
    """What is due is held by another process, which has not committed yet."""

    def run_due(self, now: datetime) -> int:
        del now
        self.queries += 1
        return 0


def test_all_that_is_due_runs_batch_by_batch_and_the_rest_waits() -> None:
    rows = Rows(NOON - 3 * MINUTE, NOON - 2 * MINUTE, NOON - MINUTE, NOON, NOON + 7 * MINUTE)
    assert StoredSchedules([rows], MemoryBell(), Now()).run_due() == 7 * MINUTE
    assert len(rows.ran) == 4
    assert rows.queries == 2 * 2 + 1


def test_the_earliest_of_several_modules_counts() -> None:
    sources = [Rows(NOON + 9 * MINUTE), Rows(), Rows(NOON, NOON + 5 * MINUTE)]
    assert StoredSchedules(sources, MemoryBell(), Now()).run_due() == 5 * MINUTE
    assert [len(rows.ran) for rows in sources] == [0, 0, 1]


@pytest.mark.parametrize("rows", [Rows(), Rows(NOON + timedelta(days=9))], ids=["none", "later"])
def test_it_looks_once_an_hour_at_most_while_nothing_is_due(rows: Rows) -> None:
    assert StoredSchedules([rows], MemoryBell(), Now()).run_due() == LONGEST_WAIT
    assert rows.queries == 1


def test_what_another_process_is_at_is_looked_at_again_shortly_and_not_at_once() -> None:
    rows = Locked(NOON)
    assert StoredSchedules([rows], MemoryBell(), Now()).run_due() == FIRST_RETRY
    assert rows.queries == 2


# --- the thread


def test_a_ring_makes_it_look_and_nothing_else_does() -> None:
    rows, bell, now = Rows(), MemoryBell(), Now()
    part = StoredSchedules([rows], bell, now)
    part.start()
    part.start()
    rows.wait_for(lambda: rows.queries >= 1)
    assert bell.listeners(SCHEDULES_CHANGED) == 1
    with rows.changed:
        rows.due = [NOON]
        seen = rows.queries
    bell.ring("something else")
    assert rows.queries <= seen + 1  # the look that follows from beginning to listen
    bell.ring(SCHEDULES_CHANGED)
    rows.wait_for(lambda: rows.ran)
    part.stop(10.0)
    part.stop(10.0)
    assert bell.listeners(SCHEDULES_CHANGED) == 0


def test_what_was_due_before_the_start_runs() -> None:
    rows = Rows(NOON - MINUTE)
    part = StoredSchedules([rows], MemoryBell(), Now())
    part.start()
    rows.wait_for(lambda: rows.ran)
    part.stop(10.0)


def test_a_run_comes_when_its_moment_comes() -> None:
    rows, now = Rows(NOON + timedelta(milliseconds=30)), Now()

    class Running(Now):
        """Time passes with every look at the clock."""

        def now(self) -> datetime:
            now.moment += timedelta(milliseconds=10)
            return now.moment

    part = StoredSchedules([rows], MemoryBell(), Running())
    part.start()
    rows.wait_for(lambda: rows.ran)
    part.stop(10.0)


def test_a_database_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engineo.infra.schedulers.FIRST_RETRY", timedelta(milliseconds=1))
    rows = Rows(NOON)
    rows.away = True
    part = StoredSchedules([rows], MemoryBell(), Now())
    part.start()
    rows.wait_for(lambda: rows.queries >= 4)
    assert rows.ran == []
    rows.away = False
    rows.wait_for(lambda: rows.ran)
    part.stop(10.0)


def test_a_bell_that_comes_back_makes_it_look() -> None:
    rows, bell = Rows(), MemoryBell()
    bell.go_away()
    part = StoredSchedules([rows], bell, Now())
    part.start()
    rows.wait_for(lambda: rows.queries >= 1)
    rows.due = [NOON]
    bell.come_back()
    rows.wait_for(lambda: rows.ran)
    part.stop(10.0)


def test_no_module_with_schedules_no_thread_and_nobody_listens() -> None:
    bell = MemoryBell()
    part = StoredSchedules([], bell, Now())
    part.start()
    assert part._thread is None
    assert bell.listeners(SCHEDULES_CHANGED) == 0
    part.stop(1.0)


def test_a_stop_at_any_moment_is_quick() -> None:
    for _ in range(200):
        part = StoredSchedules([Rows()], MemoryBell(), Now())
        part.start()
        thread = part._thread
        assert thread is not None
        part.stop(10.0)
        assert not thread.is_alive()
