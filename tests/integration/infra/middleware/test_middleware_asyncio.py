"""Async actors: on one loop per worker process, with retries, time limits and shutdown as for any other."""

import asyncio
import threading
from typing import Any

import dramatiq
import pytest
from dramatiq.middleware import AsyncIO, CurrentMessage, Retries, ShutdownNotifications, TimeLimit
from tests.integration.infra.middleware.watching import JOIN, SECONDS, Failed, Seen


@pytest.fixture
def async_broker(make_broker: Any) -> Any:
    return make_broker(
        TimeLimit(interval=10), ShutdownNotifications(), AsyncIO(), Retries(max_retries=0, min_backoff=1, max_backoff=5)
    )


def test_async_actors_run_on_the_loop_of_their_worker(async_broker: Any, work: Any) -> None:
    seen = Seen()

    @dramatiq.actor(broker=async_broker)
    async def add(x: int, *, y: int) -> None:
        await asyncio.sleep(0)
        seen((x + y, threading.get_ident()))

    work(async_broker, threads=4)
    for number in range(10):
        add.send(number, y=1)
    async_broker.join("default", **JOIN)
    answers = seen.all()
    assert sorted(number for number, _thread in answers) == list(range(1, 11))
    assert len({thread for _number, thread in answers}) == 1


def test_async_actors_wait_for_one_another(async_broker: Any, work: Any) -> None:
    seen, together = Seen(), asyncio.Barrier(3)

    @dramatiq.actor(broker=async_broker)
    async def meets() -> None:
        await asyncio.wait_for(together.wait(), SECONDS)
        seen()

    work(async_broker, threads=3)
    for _ in range(3):
        meets.send()
    async_broker.join("default", **JOIN)
    assert len(seen.all()) == 3


def test_async_and_sync_actors_go_together(async_broker: Any, work: Any) -> None:
    seen, arrived = Seen(), threading.Event()

    @dramatiq.actor(broker=async_broker)
    async def waits() -> None:
        assert await asyncio.to_thread(arrived.wait, SECONDS)
        seen("async")

    @dramatiq.actor(broker=async_broker)
    def arrives() -> None:
        seen("sync")
        arrived.set()

    work(async_broker, threads=2)
    waits.send()
    arrives.send()
    async_broker.join("default", **JOIN)
    assert seen.all() == ["sync", "async"]


def test_a_failing_async_actor_is_retried_and_its_exception_raised(async_broker: Any, work: Any) -> None:
    seen = Seen()

    @dramatiq.actor(broker=async_broker, max_retries=2)
    async def fails() -> None:
        seen()
        raise Failed("as told")

    work(async_broker)
    fails.send()
    with pytest.raises(Failed, match=r"^as told$"):
        async_broker.join("default", timeout=15_000, fail_fast=True)
    assert len(seen.all()) == 3


@pytest.mark.parametrize("by", ["limit", "shutdown"])
def test_an_async_actor_is_cancelled(async_broker: Any, work: Any, by: str) -> None:
    started, cancelled = Seen(), Seen()

    @dramatiq.actor(broker=async_broker, notify_shutdown=True)
    async def endless() -> None:
        await asyncio.sleep(0.05)  # its thread waits for it by then: only so does dramatiq hand on the interrupt
        started()
        try:
            await asyncio.sleep(SECONDS)
        except asyncio.CancelledError:
            cancelled()
            raise

    worker = work(async_broker)
    message = endless.send_with_options(time_limit=100 if by == "limit" else 60_000)
    started.take()
    if by == "shutdown":
        worker.stop()
    else:
        async_broker.join("default", **JOIN)
    assert len(cancelled.all()) == 1
    assert [dead.message_id for dead in async_broker.dead_letters] == [message.message_id]


def test_every_coroutine_sees_its_own_message(async_broker: Any, work: Any) -> None:
    seen = Seen()
    async_broker.add_middleware(CurrentMessage())

    @dramatiq.actor(broker=async_broker)
    async def looks(number: int) -> None:
        await asyncio.sleep(0.001 * (number % 3))
        message = CurrentMessage.get_current_message()
        seen((number, message and message.args[0]))

    work(async_broker, threads=4)
    for number in range(8):
        looks.send(number)
    async_broker.join("default", **JOIN)
    assert sorted(seen.all()) == [(number, number) for number in range(8)]


def test_without_the_middleware_an_async_actor_fails_with_the_reason(broker: Any, work: Any) -> None:
    @dramatiq.actor(broker=broker, max_retries=0)
    async def cannot_run() -> None:
        raise AssertionError("it ran")

    work(broker)
    cannot_run.send()
    with pytest.raises(RuntimeError, match="AsyncIO middleware"):
        broker.join("default", timeout=15_000, fail_fast=True)
