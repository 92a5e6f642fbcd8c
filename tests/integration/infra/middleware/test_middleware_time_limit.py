"""Time limits: an actor that takes too long is interrupted, and its thread goes on."""

from typing import Any

import dramatiq
import pytest
from dramatiq.middleware import Retries, TimeLimit, TimeLimitExceeded
from tests.integration.infra.middleware.watching import JOIN, Seen, run_until_interrupted


@pytest.fixture
def watched_broker(make_broker: Any) -> Any:
    """It looks for actors that take too long every few milliseconds, and allows them a minute."""
    return make_broker(TimeLimit(time_limit=60_000, interval=10), Retries(min_backoff=1, max_backoff=5))


def endless(broker: Any, **options: Any) -> tuple[Any, Seen]:
    started = Seen()

    @dramatiq.actor(broker=broker, **options)
    def takes_too_long() -> None:
        run_until_interrupted(started)

    return takes_too_long, started


def test_the_limit_of_the_actor(watched_broker: Any, work: Any) -> None:
    actor, started = endless(watched_broker, max_retries=0, time_limit=50)
    work(watched_broker)
    actor.send()
    with pytest.raises(TimeLimitExceeded):
        watched_broker.join("default", timeout=15_000, fail_fast=True)
    assert len(started.all()) == 1


def test_the_limit_of_a_message_wins(watched_broker: Any, work: Any) -> None:
    actor, _started = endless(watched_broker, max_retries=0, time_limit=60_000)
    work(watched_broker)
    message = actor.send_with_options(time_limit=50)
    watched_broker.join("default", **JOIN)
    assert [dead.message_id for dead in watched_broker.dead_letters] == [message.message_id]


def test_the_limit_of_the_middleware_is_the_default(make_broker: Any, work: Any) -> None:
    broker = make_broker(TimeLimit(time_limit=50, interval=10), Retries(max_retries=0))
    actor, _started = endless(broker)
    work(broker)
    actor.send()
    with pytest.raises(TimeLimitExceeded):
        broker.join("default", timeout=15_000, fail_fast=True)


def test_an_infinite_limit_is_none(make_broker: Any, work: Any) -> None:
    broker = make_broker(TimeLimit(time_limit=50, interval=10), Retries(max_retries=0))
    limited, _started = endless(broker)
    done = Seen()

    @dramatiq.actor(broker=broker, time_limit=float("inf"))
    def unlimited() -> None:
        limited_ended.take()
        done()

    limited_ended = Seen()

    @dramatiq.actor(broker=broker, time_limit=float("inf"))
    def hears(_message: dict[str, Any], _retries: dict[str, Any]) -> None:
        limited_ended()

    work(broker, threads=3)
    unlimited.send()
    limited.send_with_options(on_retry_exhausted="hears")
    broker.join("default", **JOIN)
    assert len(done.all()) == 1


def test_what_took_too_long_is_retried(watched_broker: Any, work: Any) -> None:
    actor, started = endless(watched_broker, max_retries=2, time_limit=30)
    work(watched_broker)
    actor.send()
    watched_broker.join("default", **JOIN)
    assert len(started.all()) == 3


def test_the_thread_is_good_for_the_next_message(watched_broker: Any, work: Any) -> None:
    actor, _started = endless(watched_broker, max_retries=0, time_limit=30)
    done = Seen()

    @dramatiq.actor(broker=watched_broker)
    def next_one(number: int) -> None:
        done(number)

    work(watched_broker, threads=1)
    for number in range(3):
        actor.send()
        next_one.send(number)
    watched_broker.join("default", **JOIN)
    assert sorted(done.all()) == [0, 1, 2]
    assert len(watched_broker.dead_letters) == 3


def test_what_ends_in_time_is_left_alone(watched_broker: Any, work: Any) -> None:
    done = Seen()

    @dramatiq.actor(broker=watched_broker, time_limit=5_000)
    def quick(number: int) -> None:
        done(number)

    work(watched_broker)
    for number in range(50):
        quick.send(number)
    watched_broker.join("default", **JOIN)
    assert sorted(done.all()) == list(range(50))
    assert watched_broker.dead_letters == []
