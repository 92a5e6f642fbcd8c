"""Several processes with one schedule send each slot's job once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from tests.services import RedisService

from engineo.infra.cron import CronClock
from engineo.kernel.cron import CronSpec
from engineo.kernel.jobs import Job, JobMessage

START = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)


class Hourly(Job):
    kind: ClassVar[str] = "tests.hourly"
    queue: ClassVar[str] = "tests"


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


def test_two_clocks_fire_each_slot_once(
    make_world: Any, world: Any, redis_prefix: str, in_threads: Callable[..., Any]
) -> None:
    now = Now()
    other = make_world(world.database.url.render_as_string(hide_password=False), world.redis_url, redis_prefix)
    schedule = CronSpec("0 * * * *", Hourly())
    clocks = [CronClock([schedule], parts.jobs, now) for parts in (world, other)]
    for hours in range(1, 6):
        now.moment = START + timedelta(hours=hours)
        waiting = list(clocks)
        in_threads(2, lambda waiting=waiting: waiting.pop().fire_due())
        assert len(world.added()) == len(world.queued()) == hours


def test_a_clock_that_starts_late_does_not_fire_the_slot_again(world: Any) -> None:
    now = Now()
    CronClock([CronSpec("0 * * * *", Hourly())], world.jobs, now)
    first = CronClock([CronSpec("0 * * * *", Hourly())], world.jobs, now)
    late = CronClock([CronSpec("0 * * * *", Hourly())], world.jobs, now)
    now.moment = START + timedelta(hours=1)
    first.fire_due()
    late.fire_due()
    assert len(world.queued()) == 1


def test_a_slot_missed_while_redis_is_away_does_not_stop_the_next(
    make_world: Any, own_redis: RedisService, sqlite_url: str
) -> None:
    world, now = make_world(sqlite_url, own_redis.url, "cron"), Now()
    clock = CronClock([CronSpec("0 * * * *", Hourly())], world.jobs, now)
    own_redis.stop()
    now.moment = START + timedelta(hours=1)
    clock.fire_due()
    own_redis.start()
    assert world.queued() == []
    now.moment = START + timedelta(hours=2)
    clock.fire_due()
    assert len(world.queued()) == 1


def test_a_slot_is_taken_and_its_job_sent_in_one_step(world: Any) -> None:
    def fire(schedule: str, slot: datetime, job_id: str) -> bool:
        fired: bool = world.jobs.fire(schedule, slot, JobMessage.of(Hourly(), job_id=job_id))
        return fired

    assert fire("nightly", START, "a")
    assert not fire("nightly", START, "b")
    assert fire("nightly", START + timedelta(hours=1), "c")
    assert not fire("nightly", START, "d"), "an earlier slot than the last one is past"
    assert fire("weekly", START, "e")
    assert world.queued() == ["a", "c", "e"]
    last = world.jobs.last_slots(["nightly", "weekly", "never"])
    assert last == {"nightly": START + timedelta(hours=1), "weekly": START}


def test_slots_are_marked_as_past_where_none_is_known(world: Any) -> None:
    world.jobs.fire("nightly", START, JobMessage.of(Hourly(), job_id="a"))
    later = START + timedelta(days=1)
    world.jobs.mark_slots({"nightly": later, "weekly": later})
    assert world.jobs.last_slots(["nightly", "weekly"]) == {"nightly": START, "weekly": later}
    assert not world.jobs.fire("weekly", later, JobMessage.of(Hourly(), job_id="b"))
    assert world.queued() == ["a"]


def test_many_processes_fire_a_slot_once(world: Any, in_threads: Callable[..., Any]) -> None:
    def fire() -> bool:
        fired: bool = world.jobs.fire("nightly", START, JobMessage.of(Hourly()))
        return fired

    assert sorted(in_threads(4, fire)) == [False, False, False, True]
    assert len(world.added()) == 1


def test_the_epoch_is_claimed_by_one(world: Any, in_threads: Callable[..., Any]) -> None:
    assert sorted(in_threads(4, world.jobs.claim_epoch)) == [False, False, False, True]
