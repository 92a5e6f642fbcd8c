"""Several processes with one schedule send each slot's job once, and make up what was missed, on a real Redis."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from tests.services import RedisService

from engineo.infra.cron import CronClock
from engineo.kernel.cron import CronSpec
from engineo.kernel.errors import UnavailableError
from engineo.kernel.jobs import Job, JobMessage

START = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Hourly(Job):
    kind: ClassVar[str] = "tests.hourly"
    queue: ClassVar[str] = "tests"


SCHEDULE = CronSpec("0 * * * *", Hourly())


class Now:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Slots have nothing to do with the database."""
    return sqlite_url


@pytest.fixture
def processes(make_world: Any, world: Any, redis_prefix: str) -> list[Any]:
    """Two processes of one installation."""
    url = world.database.url.render_as_string(hide_password=False)
    return [world, make_world(url, world.redis_url, redis_prefix)]


def test_two_clocks_fire_each_slot_once(processes: list[Any], in_threads: Callable[..., Any]) -> None:
    now = Now()
    clocks = [CronClock([SCHEDULE], parts.jobs, now) for parts in processes]
    for clock in clocks:
        clock.fire_due()
    for hours in range(1, 6):
        now.moment = START + hours * HOUR
        waiting = list(clocks)
        in_threads(2, lambda waiting=waiting: waiting.pop().fire_due())
        assert len(processes[0].queued()) == hours


def test_a_process_that_starts_makes_up_what_was_missed_and_no_more(processes: list[Any]) -> None:
    now = Now()
    CronClock([SCHEDULE], processes[0].jobs, now).fire_due()
    now.moment += 5 * HOUR
    for parts in processes * 2:
        CronClock([SCHEDULE], parts.jobs, now).fire_due()
        assert len(processes[0].queued()) == 1
    now.moment += HOUR
    every = CronSpec(SCHEDULE.expression, Hourly(), missed="all")
    CronClock([every], processes[1].jobs, now).fire_due()
    assert len(processes[0].queued()) == 2


def test_a_slot_that_came_while_redis_was_away_is_made_up(
    make_world: Any, own_redis: RedisService, sqlite_url: str
) -> None:
    world, now = make_world(sqlite_url, own_redis.url, "cron"), Now()
    clock = CronClock([SCHEDULE], world.jobs, now)
    clock.fire_due()
    own_redis.stop()
    now.moment += HOUR
    with pytest.raises(UnavailableError):
        clock.fire_due()
    own_redis.start()
    clock.fire_due()
    clock.fire_due()
    assert len(world.queued()) == 1


def test_a_flushed_redis_costs_no_slot_of_a_running_process(
    make_world: Any, own_redis: RedisService, sqlite_url: str
) -> None:
    world, now = make_world(sqlite_url, own_redis.url, "cron"), Now()
    clock = CronClock([SCHEDULE], world.jobs, now)
    clock.fire_due()
    with own_redis.client() as client:
        client.flushall()
    now.moment += HOUR
    clock.fire_due()
    assert len(world.queued()) == 1


# --- what the queue promises


def message() -> JobMessage:
    return JobMessage.of(Hourly())


def test_a_slot_is_fired_by_one_and_none_before_it_ever_again(world: Any, in_threads: Callable[..., Any]) -> None:
    fire = world.jobs.fire
    assert sorted(in_threads(8, lambda: fire("nightly", START, message()))) == [False] * 7 + [True]
    assert not fire("nightly", START - HOUR, message())
    assert fire("weekly", START - HOUR, message())
    assert fire("nightly", START + timedelta(milliseconds=1), message())
    assert len(world.queued()) == 3


def test_the_queue_remembers_the_last_slots(processes: list[Any]) -> None:
    first, second = (parts.jobs for parts in processes)
    assert first.last_slots([]) == first.last_slots(["nightly"]) == {}
    first.fire("nightly", START, message())
    first.mark_slots({"nightly": START + HOUR, "weekly": START})
    assert second.last_slots(["weekly", "nightly", "never"]) == {"weekly": START, "nightly": START}
    assert not second.fire("weekly", START, message())
    assert second.fire("weekly", START + HOUR, message())
    assert first.last_slots(["weekly"]) == {"weekly": START + HOUR}
    assert len(processes[0].queued()) == 2


def test_the_epoch_is_claimed_by_one(world: Any, in_threads: Callable[..., Any]) -> None:
    assert sorted(in_threads(4, world.jobs.claim_epoch)) == [False, False, False, True]
