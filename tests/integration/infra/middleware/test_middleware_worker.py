"""Steering a worker, and waiting for it: pause, priorities, prefetching, `join`."""

import gc
import logging
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import dramatiq
import pytest
from dramatiq.errors import QueueJoinTimeout, QueueNotFound
from tests.integration.infra.middleware.watching import JOIN, SECONDS, Failed, Seen


@pytest.fixture
def notes(broker: Any) -> tuple[Any, Seen]:
    """An actor that notes its argument."""
    seen = Seen()

    @dramatiq.actor(broker=broker)
    def note(what: Any) -> None:
        seen(what)

    return note, seen


# --- pause


def test_a_paused_worker_takes_nothing_until_it_resumes(broker: Any, work: Any, notes: Any) -> None:
    note, seen = notes
    worker = work(broker)
    for number in range(3):
        worker.pause()
        note.send(number)
        assert broker.queues["default"].qsize() == 1
        assert seen.all() == []
        worker.resume()
        assert seen.take() == number
    broker.join("default", **JOIN)


def test_a_pause_lets_what_runs_finish(broker: Any, work: Any) -> None:
    started, goes_on, done = Seen(), threading.Event(), Seen()

    @dramatiq.actor(broker=broker)
    def waits() -> None:
        started()
        done(goes_on.wait(SECONDS))

    worker = work(broker, threads=1)
    waits.send()
    started.take()
    pausing = threading.Thread(target=worker.pause)
    pausing.start()
    goes_on.set()
    assert done.take() is True
    pausing.join(SECONDS)
    assert not pausing.is_alive()
    worker.resume()
    broker.join("default", **JOIN)


# --- order


def test_waiting_messages_are_taken_by_priority(our_broker: Any, work: Any) -> None:
    """The stub hands them out as they came, and only sorts what a worker has prefetched."""
    calls = Seen()

    @dramatiq.actor(broker=our_broker, priority=10)
    def low(number: int) -> None:
        calls(("low", number))

    @dramatiq.actor(broker=our_broker, priority=0)
    def high(number: int) -> None:
        calls(("high", number))

    for number in range(20):
        low.send(number)
    for number in range(20):
        high.send(number)
    work(our_broker, threads=1)
    our_broker.join("default", **JOIN)
    assert calls.all() == [(name, number) for name in ("high", "low") for number in range(20)]


def test_one_thread_keeps_the_order_of_one_priority(broker: Any, work: Any, notes: Any) -> None:
    note, seen = notes
    for number in range(100):
        note.send(number)
    work(broker, threads=1)
    broker.join("default", **JOIN)
    assert seen.all() == list(range(100))


# --- which and how many


def test_only_the_named_queues_are_worked(broker: Any, work: Any, notes: Any) -> None:
    note, seen = notes

    @dramatiq.actor(broker=broker, queue_name="other")
    def other() -> None:
        raise AssertionError("it ran")

    worker = work(broker, queues={"default"})
    other.send()
    note.send(1)
    broker.join("default", **JOIN)
    assert seen.all() == [1]
    assert "other" not in worker.consumers
    assert broker.queues["other"].qsize() == 1


def test_queues_that_are_declared_later_are_worked(broker: Any, work: Any) -> None:
    seen = Seen()
    work(broker)

    @dramatiq.actor(broker=broker, queue_name="later")
    def later() -> None:
        seen("ran")

    later.send()
    assert seen.take() == "ran"
    broker.join("later", **JOIN)


def test_no_message_is_missed_while_queues_are_declared(broker: Any, work: Any, notes: Any) -> None:
    """Each new queue makes our broker subscribe anew; what is announced meanwhile must be found."""
    note, seen = notes
    work(broker)
    for number in range(20):
        note.send_with_options(args=(number,), delay=1)
        broker.declare_queue(f"queue_{number}")
        note.send_with_options(args=(number,), delay=2)
        assert seen.take(2) == [number, number]
    broker.join("default", **JOIN)


def test_every_thread_works(broker: Any, work: Any) -> None:
    together, seen = threading.Barrier(6), Seen()

    @dramatiq.actor(broker=broker)
    def meets() -> None:
        together.wait(SECONDS)
        seen()

    work(broker, threads=6)
    for _ in range(6):
        meets.send()
    broker.join("default", **JOIN)
    assert len(seen.all()) == 6


def test_an_actor_of_a_class_of_its_own_is_called(broker: Any, work: Any) -> None:
    seen = Seen()

    class Announced(dramatiq.Actor[..., Any]):
        def __call__(self, *arguments: Any, **options: Any) -> Any:
            seen("called")
            return super().__call__(*arguments, **options)

    @dramatiq.actor(broker=broker, actor_class=Announced)
    def note(what: str) -> None:
        seen(what)

    work(broker)
    note.send("run")
    broker.join("default", **JOIN)
    assert seen.all() == ["called", "run"]


@pytest.mark.parametrize(("eta", "warns"), [("soon", True), (None, False), (1.5, False)])
def test_a_message_of_another_program_runs_whatever_its_time_says(
    broker: Any, work: Any, notes: Any, caplog: pytest.LogCaptureFixture, eta: Any, *, warns: bool
) -> None:
    note, seen = notes
    work(broker)
    message = note.message_with_options(args=(1,), eta=eta)
    broker.queues["default"].put(message.encode())
    assert seen.take() == 1
    broker.join("default", **JOIN)
    assert any("Invalid eta value" in record.getMessage() for record in caplog.records) == warns


@pytest.mark.parametrize("kept", [True, False])
def test_a_value_that_nobody_keeps_is_warned_of(
    broker: Any, work: Any, notes: Any, caplog: pytest.LogCaptureFixture, *, kept: bool
) -> None:
    note, seen = notes

    @dramatiq.actor(broker=broker)
    def returns() -> int:
        return 7

    work(broker)
    if kept:
        (returns.message() | note.message()).run()
        assert seen.take() == 7
    else:
        returns.send()
    broker.join("default", **JOIN)
    assert any("Results middleware" in record.getMessage() for record in caplog.records) != kept


# --- join


def test_join_waits_for_what_a_message_sends(broker: Any, work: Any) -> None:
    seen = Seen()

    @dramatiq.actor(broker=broker)
    def counts_down(number: int) -> None:
        seen(number)
        if number:
            counts_down.send_with_options(args=(number - 1,), delay=10 if number % 2 else None)

    work(broker)
    counts_down.send(6)
    broker.join("default", **JOIN)
    assert seen.all() == [6, 5, 4, 3, 2, 1, 0]


def test_join_gives_up_in_time(broker: Any, notes: Any) -> None:
    note, _seen = notes
    note.send(1)
    with pytest.raises(QueueJoinTimeout):
        broker.join("default", timeout=30)
    note.send_with_options(args=(2,), delay=60_000)
    with pytest.raises(QueueJoinTimeout):
        broker.join("default", timeout=30)
    broker.flush_all()
    broker.join("default", timeout=1000)


def test_join_refuses_an_unknown_queue(broker: Any) -> None:
    with pytest.raises(QueueNotFound):
        broker.join("nowhere")


def test_join_raises_what_a_message_failed_with_unless_told_otherwise(broker: Any, work: Any, notes: Any) -> None:
    note, _seen = notes

    @dramatiq.actor(broker=broker, max_retries=0)
    def fails() -> None:
        raise Failed("as told")

    work(broker)
    fails.send()
    broker.join("default", timeout=15_000, fail_fast=False)
    for _ in range(2):
        with pytest.raises(Failed, match="as told"):
            broker.join("default", timeout=15_000)
    note.send(1)
    with pytest.raises(Failed, match="as told"):
        broker.join("default", timeout=15_000, fail_fast=True)
    broker.flush_all()
    broker.join("default", timeout=15_000)


def test_join_is_not_concerned_with_other_queues(broker: Any, work: Any, notes: Any) -> None:
    note, seen = notes

    @dramatiq.actor(broker=broker, queue_name="other", max_retries=0)
    def fails() -> None:
        raise Failed

    work(broker)
    fails.send()
    note.send(1)
    broker.join("default", timeout=15_000, fail_fast=True)
    assert seen.all() == [1]
    with pytest.raises(Failed):
        broker.join("other", timeout=15_000, fail_fast=True)


@pytest.fixture
def no_cyclic_collection() -> Iterator[None]:
    """What is in a cycle stays."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_cyclic_collection")
def test_exceptions_are_forgotten_where_join_does_not_raise_them(
    our_broker: Any, work: Any, request: pytest.FixtureRequest
) -> None:
    """A kept exception keeps all frames that it came through; the stub keeps them in any case."""
    logging.disable(logging.CRITICAL)  # captured records would keep them too, whatever level a logger was given
    request.addfinalizer(lambda: logging.disable(logging.NOTSET))
    raised: list[weakref.ref[Failed]] = []
    our_broker.fail_fast_default = False

    @dramatiq.actor(broker=our_broker, max_retries=2, min_backoff=1, max_backoff=5)
    def fails() -> None:
        error = Failed()
        raised.append(weakref.ref(error))
        try:
            raise error
        finally:
            del error

    worker = work(our_broker)
    fails.send()
    our_broker.join("default", **JOIN)
    worker.stop()
    assert [reference() for reference in raised] == [None] * 3
