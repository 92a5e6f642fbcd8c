"""Several processes with one schedule send each slot's job once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from tests.services import RedisService

from engineo.infra.cron import CronClock
from engineo.kernel.cron import CronSpec
from engineo.kernel.jobs import Job

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
        assert len(world.messages("*.msgs")) == len(world.queued()) == hours


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


def test_a_slot_given_back_can_be_claimed_again(world: Any) -> None:
    assert world.jobs.claim_slot("nightly", START)
    assert not world.jobs.claim_slot("nightly", START)
    assert world.jobs.claim_slot("nightly", START + timedelta(hours=1))
    assert world.jobs.claim_slot("weekly", START)
    world.jobs.release_slot("nightly", START)
    assert world.jobs.claim_slot("nightly", START)
    with world.client() as client:
        keys = list(client.scan_iter(f"{world.prefix}:cron:*"))
        assert len(keys) == 3
        assert all(0 < client.ttl(key) <= 2 * 86_400 for key in keys)


def test_the_epoch_is_claimed_by_one(world: Any, in_threads: Callable[..., Any]) -> None:
    assert sorted(in_threads(4, world.jobs.claim_epoch)) == [False, False, False, True]
