"""What happens to running and waiting messages when their worker stops."""

import threading
from typing import Any

import dramatiq
import pytest
from dramatiq.middleware import CurrentMessage, Middleware, Retries, Shutdown, ShutdownNotifications
from tests.integration.infra.middleware.watching import JOIN, SECONDS, Seen, run_until_interrupted

SOON: dict[str, Any] = {"min_backoff": 5, "max_backoff": 10}


def notified(broker: Any, **options: Any) -> tuple[Any, Seen, Seen]:
    """An actor that runs until it is interrupted, when it starts, and what ended it."""
    started, ended = Seen(), Seen()

    @dramatiq.actor(broker=broker, **{**SOON, "max_retries": 0, **options})
    def waits() -> None:
        try:
            run_until_interrupted(started)
        except BaseException as error:
            ended(type(error))
            raise

    return waits, started, ended


def test_an_actor_that_asks_for_it_is_interrupted(broker: Any, work: Any) -> None:
    actor, started, ended = notified(broker, notify_shutdown=True)
    worker = work(broker)
    message = actor.send()
    started.take()
    worker.stop()
    assert ended.all() == [Shutdown]
    assert [dead.message_id for dead in broker.dead_letters] == [message.message_id]


def test_an_interrupted_message_runs_on_the_next_worker(our_broker: Any, work: Any) -> None:
    started, done = Seen(), Seen()
    our_broker.add_middleware(CurrentMessage())

    @dramatiq.actor(broker=our_broker, notify_shutdown=True, max_retries=1, **SOON)
    def waits_once() -> None:
        message = CurrentMessage.get_current_message()
        assert message is not None
        if message.options.get("retries"):
            done(message.message_id)
        else:
            run_until_interrupted(started)

    first = work(our_broker)
    message = waits_once.send()
    started.take()
    first.stop()
    work(our_broker)
    our_broker.join("default", **JOIN)
    assert done.all() == [message.message_id]
    assert our_broker.dead_letters == []


def test_an_actor_that_does_not_ask_for_it_finishes(broker: Any, work: Any) -> None:
    started, done, goes_on = Seen(), Seen(), threading.Event()

    class GoesOn(Middleware):
        def before_worker_shutdown(self, _broker: Any, _worker: Any) -> None:
            goes_on.set()

    broker.add_middleware(GoesOn())

    @dramatiq.actor(broker=broker)
    def finishes() -> None:
        started()
        done(goes_on.wait(SECONDS))

    worker = work(broker)
    finishes.send()
    started.take()
    worker.stop()
    assert done.all() == [True]
    broker.join("default", **JOIN)


def test_who_catches_the_interrupt_ends_well(broker: Any, work: Any) -> None:
    started, done = Seen(), Seen()

    @dramatiq.actor(broker=broker, notify_shutdown=True)
    def tidies_up() -> None:
        try:
            run_until_interrupted(started)
        except Shutdown:
            done("tidy")

    worker = work(broker)
    tidies_up.send()
    started.take()
    worker.stop()
    assert done.all() == ["tidy"]
    broker.join("default", **JOIN)
    assert broker.dead_letters == []


@pytest.mark.parametrize(
    ("default", "actor", "message", "interrupted"),
    [
        (False, None, None, False),
        (True, None, None, True),
        (True, False, None, False),
        (False, True, None, True),
        (False, True, False, False),
        (True, False, True, True),
        (True, None, False, False),
        (False, None, True, True),
    ],
)
def test_the_message_masks_the_actor_and_the_actor_the_middleware(
    make_broker: Any, work: Any, *, default: bool, actor: bool | None, message: bool | None, interrupted: bool
) -> None:
    started, ended, goes_on = Seen(), Seen(), threading.Event()
    broker = make_broker(ShutdownNotifications(notify_shutdown=default), Retries())
    options: dict[str, Any] = {} if actor is None else {"notify_shutdown": actor}

    @dramatiq.actor(broker=broker, max_retries=0, **options)
    def may_be_interrupted() -> None:
        try:
            if interrupted:
                run_until_interrupted(started)
            started()
            goes_on.wait(SECONDS)
            ended(None)
        except Shutdown:
            ended(Shutdown)
            raise

    class GoesOn(Middleware):
        def before_worker_shutdown(self, _broker: Any, _worker: Any) -> None:
            goes_on.set()  # after those who asked for it were interrupted

    broker.add_middleware(GoesOn())
    worker = work(broker)
    asked: dict[str, Any] = {} if message is None else {"notify_shutdown": message}
    may_be_interrupted.send_with_options(**asked)
    started.take()
    worker.stop()
    assert ended.all() == [Shutdown if interrupted else None]
    assert len(broker.dead_letters) == interrupted


def test_what_had_not_started_runs_on_the_next_worker(our_broker: Any, work: Any) -> None:
    started, goes_on, done = Seen(), threading.Event(), Seen()

    @dramatiq.actor(broker=our_broker)
    def numbered(number: int) -> None:
        started(number)
        goes_on.wait(SECONDS)
        done(number)

    first = work(our_broker, threads=1)
    for number in range(20):
        numbered.send(number)
    assert started.take() == 0
    stopping = threading.Thread(target=first.stop)
    stopping.start()
    goes_on.set()
    stopping.join(SECONDS)
    before = done.all()
    assert len(before) < 20
    work(our_broker)
    our_broker.join("default", **JOIN)
    assert sorted(before + done.all()) == list(range(20))


def test_a_delayed_message_outlives_its_worker(our_broker: Any, work: Any) -> None:
    done, arrived = Seen(), threading.Event()

    @dramatiq.actor(broker=our_broker)
    def later(number: int) -> None:
        done(number)

    @dramatiq.actor(broker=our_broker)
    def now() -> None:
        arrived.set()

    first = work(our_broker)
    later.send_with_options(args=(1,), delay=600)
    now.send()
    assert arrived.wait(SECONDS)
    first.stop()
    work(our_broker)
    our_broker.join("default", **JOIN)
    assert done.all() == [1]


def test_stopping_twice_and_without_work_is_harmless(broker: Any, work: Any) -> None:
    worker = work(broker)
    worker.stop()
    worker.stop()
