"""What middleware does to one message: callbacks, age limits, the current message, signals in order."""

import threading
import time
from datetime import timedelta
from typing import Any

import dramatiq
import pytest
from dramatiq.errors import ActorNotFound
from dramatiq.middleware import AgeLimit, CurrentMessage, Middleware, SkipMessage
from tests.integration.infra.middleware.watching import JOIN, SECONDS, Failed, Log, Seen

SOON: dict[str, Any] = {"min_backoff": 5, "max_backoff": 10}


# --- callbacks


@pytest.fixture
def heard(broker: Any) -> Seen:
    """What the actor `hears` is called with, on a queue of its own."""
    seen = Seen()

    @dramatiq.actor(broker=broker, queue_name="callbacks")
    def hears(message: dict[str, Any], what: Any) -> None:
        seen((message["message_id"], message["args"], what))

    return seen


@pytest.mark.parametrize("by_message", [True, False])
def test_success_is_told_with_the_result(broker: Any, work: Any, heard: Seen, *, by_message: bool) -> None:
    options: dict[str, Any] = {"on_success": "hears"}

    @dramatiq.actor(broker=broker, **({} if by_message else options))
    def add(x: int, y: int) -> int:
        return x + y

    work(broker)
    message = add.send_with_options(args=(1, 2), **(options if by_message else {}))
    assert heard.take() == (message.message_id, [1, 2], 3)
    broker.join("default", **JOIN)
    broker.join("callbacks", **JOIN)
    assert heard.all() == []


@pytest.mark.parametrize("by_message", [True, False])
def test_every_failure_is_told_with_the_reason(broker: Any, work: Any, heard: Seen, *, by_message: bool) -> None:
    options: dict[str, Any] = {"on_failure": "hears"}

    @dramatiq.actor(broker=broker, max_retries=2, **SOON, **({} if by_message else options))
    def fails() -> None:
        raise Failed("as told")

    work(broker)
    message = fails.send_with_options(**(options if by_message else {}))
    broker.join("default", **JOIN)
    broker.join("callbacks", **JOIN)
    assert heard.all() == [(message.message_id, [], {"type": "Failed", "message": "as told"})] * 3


def test_success_after_a_retry_is_told_once(broker: Any, work: Any, heard: Seen) -> None:
    runs: list[int] = []

    @dramatiq.actor(broker=broker, on_success="hears", on_failure="hears", **SOON)
    def flaky() -> int:
        runs.append(1)
        if len(runs) == 1:
            raise Failed
        return 7

    work(broker)
    flaky.send()
    broker.join("default", **JOIN)
    broker.join("callbacks", **JOIN)
    assert [what for _id, _args, what in heard.all()] == [{"type": "Failed", "message": ""}, 7]


# --- age


@pytest.mark.parametrize("of", ["actor", "message", "middleware"])
def test_what_is_too_old_is_not_run(broker: Any, make_broker: Any, work: Any, of: str) -> None:
    runs, limit = Seen(), 30
    broker = make_broker(AgeLimit(max_age=limit)) if of == "middleware" else broker

    of_actor: dict[str, Any] = {"max_age": limit} if of == "actor" else {}

    @dramatiq.actor(broker=broker, **of_actor)
    def too_late() -> None:
        runs()

    log = Log("after_skip_message", "after_nack")
    broker.add_middleware(log)
    options: dict[str, Any] = {"max_age": limit} if of == "message" else {}
    message = too_late.send_with_options(delay=limit * 2, **options)
    work(broker)
    with pytest.raises(SkipMessage, match="age limit"):
        broker.join("default", timeout=15_000, fail_fast=True)
    assert log.seen.take(2) == [("after_skip_message", message.message_id), ("after_nack", message.message_id)]
    assert runs.all() == []


def test_what_is_young_enough_runs(broker: Any, work: Any) -> None:
    runs = Seen()

    @dramatiq.actor(broker=broker, max_age=60_000)
    def in_time() -> None:
        runs()

    work(broker)
    in_time.send_with_options(delay=timedelta(milliseconds=20))
    broker.join("default", **JOIN)
    assert len(runs.all()) == 1


# --- the current message


def test_every_thread_has_its_own_current_message(broker: Any, work: Any) -> None:
    seen, together = Seen(), threading.Barrier(4)
    broker.add_middleware(CurrentMessage())

    @dramatiq.actor(broker=broker)
    def looks(number: int) -> None:
        together.wait(SECONDS)
        message = CurrentMessage.get_current_message()
        assert message is not None
        seen((number, message.args, message.message_id))

    work(broker, threads=4)
    sent = {number: looks.send(number).message_id for number in range(4)}
    broker.join("default", **JOIN)
    assert sorted(seen.all()) == [(number, (number,), sent[number]) for number in range(4)]
    assert CurrentMessage.get_current_message() is None


def test_a_thread_forgets_its_message(broker: Any, work: Any) -> None:
    """A middleware of a later message must not see the one before."""
    seen = Seen()

    class Looks(Middleware):
        def before_process_message(self, _broker: Any, _message: Any) -> None:
            seen(CurrentMessage.get_current_message())

    broker.add_middleware(Looks())
    broker.add_middleware(CurrentMessage())

    @dramatiq.actor(broker=broker)
    def nothing() -> None: ...

    work(broker, threads=1)
    nothing.send()
    nothing.send()
    broker.join("default", **JOIN)
    assert seen.all() == [None, None]


# --- signals


def test_signals_come_in_order(broker: Any, work: Any) -> None:
    signals = (
        "before_enqueue",
        "after_enqueue",
        "before_process_message",
        "after_process_message",
        "before_ack",
        "after_ack",
    )

    class Tells(Middleware):
        def __init__(self) -> None:
            self.seen = Seen()

        def __getattribute__(self, name: str) -> Any:
            if name in signals:
                return lambda *_arguments, **_options: self.seen(name)
            return super().__getattribute__(name)

    tells = Tells()
    broker.add_middleware(tells)

    @dramatiq.actor(broker=broker)
    def nothing() -> None: ...

    nothing.send()
    assert tells.seen.all() == list(signals[:2])
    work(broker)
    assert tells.seen.take(4) == list(signals[2:])


def test_enqueueing_is_announced_with_its_delay(broker: Any) -> None:
    seen = Seen()

    class Hears(Middleware):
        def before_enqueue(self, _broker: Any, message: Any, delay: int | None) -> None:
            seen((message.message_id, delay))

    broker.add_middleware(Hears())

    @dramatiq.actor(broker=broker)
    def nothing() -> None: ...

    now, later = nothing.send(), nothing.send_with_options(delay=60_000)
    assert seen.all() == [(now.message_id, None), (later.message_id, 60_000)]


def test_a_middleware_that_breaks_does_not_break_the_message(broker: Any, work: Any) -> None:
    runs = Seen()

    class Broken(Middleware):
        def before_process_message(self, _broker: Any, _message: Any) -> None:
            raise ZeroDivisionError

        after_process_message = before_ack = after_ack = before_process_message  # type: ignore[assignment]

    broker.add_middleware(Broken())

    @dramatiq.actor(broker=broker)
    def nothing() -> None:
        runs()

    work(broker)
    nothing.send()
    broker.join("default", **JOIN)
    assert len(runs.all()) == 1
    assert broker.dead_letters == []


def test_a_message_of_an_unknown_actor_is_a_dead_letter(broker: Any, work: Any) -> None:
    message: dramatiq.Message[Any] = dramatiq.Message("orphans", "nobody", (), {}, {})
    broker.declare_queue("orphans")
    work(broker)
    broker.enqueue(message)
    with pytest.raises(ActorNotFound, match=r"^nobody$"):
        broker.join("orphans", timeout=15_000, fail_fast=True)
    assert broker.dead_letters == [message]


def test_a_middleware_may_reject_a_message_that_ran(broker: Any, work: Any) -> None:
    class Rejects(Middleware):
        def after_process_message(
            self, _broker: Any, message: Any, *, result: Any = None, exception: BaseException | None = None
        ) -> None:
            assert (result, exception) == (None, None)
            message.fail()

    broker.add_middleware(Rejects())

    @dramatiq.actor(broker=broker)
    def nothing() -> None: ...

    work(broker)
    message = nothing.send()
    broker.join("default", **JOIN)
    assert broker.dead_letters == [message]
    with pytest.raises(Exception, match="unknown error"):
        broker.join("default", timeout=1, fail_fast=True)


def test_a_message_knows_when_it_was_sent(broker: Any, work: Any) -> None:
    seen = Seen()
    broker.add_middleware(CurrentMessage())

    @dramatiq.actor(broker=broker)
    def looks() -> None:
        message = CurrentMessage.get_current_message()
        assert message is not None
        seen(message.message_timestamp)

    before = int(time.time() * 1000)
    sent = looks.send()
    work(broker)
    assert before <= seen.take() == sent.message_timestamp <= int(time.time() * 1000)
