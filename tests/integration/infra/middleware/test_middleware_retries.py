"""Retries: how often, after how long, and what is told when they are used up."""

from typing import Any

import dramatiq
import pytest
from dramatiq.errors import Retry
from dramatiq.middleware import Callbacks, CurrentMessage, Middleware, Retries, SkipMessage
from tests.integration.infra.middleware.watching import JOIN, Failed, Log, Seen, Times, current_options

SOON: dict[str, Any] = {"min_backoff": 5, "max_backoff": 10}


def test_an_actor_runs_again_until_it_succeeds(broker: Any, work: Any) -> None:
    runs: list[tuple[int, int]] = []

    @dramatiq.actor(broker=broker, **SOON)
    def flaky(x: int, *, y: int) -> None:
        runs.append((x, y))
        if len(runs) < 3:
            raise Failed

    work(broker)
    flaky.send(1, y=2)
    broker.join("default", **JOIN)
    assert runs == [(1, 2)] * 3
    assert broker.dead_letters == []


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_max_retries_of_the_actor(broker: Any, work: Any, retries: int) -> None:
    seen = Seen()

    @dramatiq.actor(broker=broker, max_retries=retries, **SOON)
    def fails() -> None:
        seen()
        raise Failed

    work(broker)
    message = fails.send()
    broker.join("default", **JOIN)
    assert len(seen.all()) == retries + 1
    (dead,) = broker.dead_letters
    assert dead.message_id == message.message_id
    assert dead.options["retries"] == retries + 1
    assert "Failed" in dead.options["traceback"]
    assert dead.options["requeue_timestamp"] >= message.message_timestamp


def test_max_retries_of_a_message_win_over_the_actors(broker: Any, work: Any) -> None:
    seen = Seen()

    @dramatiq.actor(broker=broker, max_retries=9, **SOON)
    def fails() -> None:
        seen()
        raise Failed

    work(broker)
    fails.send_with_options(max_retries=1)
    broker.join("default", **JOIN)
    assert len(seen.all()) == 2


def test_max_retries_of_the_middleware_are_the_default(make_broker: Any, work: Any) -> None:
    seen = Seen()
    broker = make_broker(Retries(max_retries=2, min_backoff=1, max_backoff=5))

    @dramatiq.actor(broker=broker)
    def fails() -> None:
        seen()
        raise Failed

    work(broker)
    fails.send()
    broker.join("default", **JOIN)
    assert len(seen.all()) == 3


def test_without_a_maximum_there_is_no_end(broker: Any, work: Any) -> None:
    runs: list[int] = []

    @dramatiq.actor(broker=broker, max_retries=None, min_backoff=1, max_backoff=2)
    def fails() -> None:
        runs.append(1)
        if len(runs) <= 30:
            raise Failed

    work(broker)
    fails.send()
    broker.join("default", **JOIN)
    assert len(runs) == 31
    assert broker.dead_letters == []


def test_without_the_middleware_a_failure_is_an_end(make_broker: Any, work: Any) -> None:
    seen = Seen()
    broker = make_broker(Callbacks())

    @dramatiq.actor(broker=broker)
    def fails() -> None:
        seen()
        raise Failed

    work(broker)
    fails.send()
    broker.join("default", **JOIN)
    assert len(seen.all()) == 1
    assert broker.dead_letters == []


# --- how long


def test_waits_grow_from_the_minimum_to_the_maximum(broker: Any, work: Any) -> None:
    times = Times()

    @dramatiq.actor(broker=broker, max_retries=3, min_backoff=50, max_backoff=200)
    def fails() -> None:
        times()
        raise Failed

    work(broker)
    fails.send()
    first, second, third = times.gaps_ms(3)
    assert first >= 50  # at most twice as long, plus what the machine needs
    assert second >= 100
    assert third >= 100  # half of the maximum at least
    assert first < 1000


def test_the_backoff_of_a_message_wins_over_the_actors(broker: Any, work: Any) -> None:
    times = Times()

    @dramatiq.actor(broker=broker, max_retries=1, min_backoff=60_000)
    def fails() -> None:
        times()
        raise Failed

    work(broker)
    fails.send_with_options(min_backoff=100, max_backoff=200)
    (gap,) = times.gaps_ms(1)
    assert 100 <= gap < 5000


def test_an_actor_says_itself_when_to_run_again(broker: Any, work: Any) -> None:
    times = Times()

    @dramatiq.actor(broker=broker, max_retries=2, min_backoff=60_000)
    def again() -> None:
        times()
        raise Retry("not yet", delay=100)

    work(broker)
    again.send()
    gaps = times.gaps_ms(2)
    assert min(gaps) >= 100
    assert max(gaps) < 5000
    broker.join("default", **JOIN)
    assert len(broker.dead_letters) == 1  # it counts as a retry


def test_again_without_a_delay_waits_as_any_failure(broker: Any, work: Any) -> None:
    times = Times()

    @dramatiq.actor(broker=broker, max_retries=1, min_backoff=100, max_backoff=200)
    def again() -> None:
        times()
        raise Retry

    work(broker)
    again.send()
    (gap,) = times.gaps_ms(1)
    assert 100 <= gap < 5000


# --- what decides


def test_retry_when_decides_instead_of_the_maximum(broker: Any, work: Any) -> None:
    asked: list[tuple[int, type[BaseException]]] = []
    runs = Seen()

    def retry_when(retries: int, exception: BaseException) -> bool:
        asked.append((retries, type(exception)))
        return retries < 2

    @dramatiq.actor(broker=broker, max_retries=0, retry_when=retry_when, **SOON)
    def fails() -> None:
        runs()
        raise Failed

    work(broker)
    fails.send()
    broker.join("default", **JOIN)
    assert asked == [(0, Failed), (1, Failed), (2, Failed)]
    assert len(runs.all()) == 3
    assert len(broker.dead_letters) == 1


def test_retry_when_of_the_middleware_is_the_default(make_broker: Any, work: Any) -> None:
    runs = Seen()
    broker = make_broker(Retries(retry_when=lambda retries, _exception: retries < 1, min_backoff=1, max_backoff=2))

    @dramatiq.actor(broker=broker)
    def fails() -> None:
        runs()
        raise Failed

    work(broker)
    fails.send()
    broker.join("default", **JOIN)
    assert len(runs.all()) == 2


@pytest.mark.parametrize("throws", [Failed, (KeyError, Failed)])
def test_what_an_actor_throws_is_not_retried(broker: Any, work: Any, throws: Any) -> None:
    runs = Seen()

    @dramatiq.actor(broker=broker, throws=throws, **SOON)
    def fails() -> None:
        runs()
        raise Failed

    work(broker)
    message = fails.send()
    broker.join("default", **JOIN)
    assert len(runs.all()) == 1
    assert broker.dead_letters == [message]


def test_what_it_does_not_throw_is_retried(broker: Any, work: Any) -> None:
    runs = Seen()

    @dramatiq.actor(broker=broker, throws=KeyError, max_retries=1, **SOON)
    def fails() -> None:
        runs()
        raise Failed

    work(broker)
    fails.send()
    broker.join("default", **JOIN)
    assert len(runs.all()) == 2


def test_a_skipped_message_is_not_retried(broker: Any, work: Any) -> None:
    class Skips(Middleware):
        def before_process_message(self, _broker: Any, _message: Any) -> None:
            raise SkipMessage

    log = Log("after_skip_message", "after_ack")
    broker.add_middleware(Skips())
    broker.add_middleware(log)

    @dramatiq.actor(broker=broker)
    def never() -> None:
        raise AssertionError("it ran")

    work(broker)
    message_id = never.send().message_id
    assert log.seen.take(2) == [("after_skip_message", message_id), ("after_ack", message_id)]
    broker.join("default", **JOIN)
    assert broker.dead_letters == []


# --- what is told


def test_an_exhausted_message_is_told_of_once(broker: Any, work: Any) -> None:
    told = Seen()

    @dramatiq.actor(broker=broker)
    def hears(message: dict[str, Any], retries: dict[str, int]) -> None:
        told((message["message_id"], message["args"], retries))

    @dramatiq.actor(broker=broker, max_retries=2, on_retry_exhausted="hears", **SOON)
    def fails(_x: int) -> None:
        raise Failed

    work(broker)
    message = fails.send(7)
    broker.join("default", **JOIN)
    assert told.all() == [(message.message_id, [7], {"retries": 2, "max_retries": 2})]


def test_every_run_sees_how_often_it_was_retried(broker: Any, work: Any) -> None:
    runs = Seen()
    broker.add_middleware(CurrentMessage())

    @dramatiq.actor(broker=broker, max_retries=2, **SOON)
    def fails() -> None:
        options = current_options()
        runs((options.get("retries", 0), "traceback" in options, "requeue_timestamp" in options, options.get("eta")))
        raise Failed

    work(broker)
    fails.send()
    broker.join("default", **JOIN)
    assert runs.all() == [(0, False, False, None), (1, True, True, None), (2, True, True, None)]


def test_each_end_is_announced_once(broker: Any, work: Any) -> None:
    log = Log("after_ack", "after_nack")
    broker.add_middleware(log)

    @dramatiq.actor(broker=broker, max_retries=0)
    def may_fail(*, fails: bool) -> None:
        if fails:
            raise Failed

    worker = work(broker)
    good, bad = may_fail.send(fails=False), may_fail.send(fails=True)
    broker.join("default", **JOIN)
    worker.join()
    assert sorted(log.seen.take(2)) == [("after_ack", good.message_id), ("after_nack", bad.message_id)]
    assert log.seen.all() == []
