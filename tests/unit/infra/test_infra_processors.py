"""Actors as handlers: what runs, what is told when a job is given up, how events fan out."""

import asyncio
import queue
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import dramatiq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.infra.broker.handlers import Handler, RunContext
from engineo.infra.broker.leased import LeasedMessage
from engineo.infra.broker.places import Lease, Place, Record
from engineo.infra.processors import FAN_OUT_RETRY, handlers_of
from engineo.kernel.errors import BootError, InvalidPayloadError, UnavailableError
from engineo.kernel.jobs import Actor, Added, Event, Job, JobContext, JobMessage, Subscriber
from engineo.kernel.policies import Limit, Retention


def context_of(job_id: str, *, stopping: Callable[[], bool] = lambda: False) -> RunContext:
    place = Place("cleaning", job_id)
    message: dramatiq.Message[Any] = dramatiq.Message("cleaning", "processors.clean", (), {}, {}, job_id, 0)
    leased = LeasedMessage(message, Lease(f"t||{place.entry}", place), Record(place, b""), "")
    return RunContext(job_id, 2, 3, stopping, leased, noted=lambda _message: None)


CONTEXT = context_of("job-1")


class Clean(Job):
    kind: ClassVar[str] = "processors.clean"
    queue: ClassVar[str] = "cleaning"

    room: str


class Cleaned(Event):
    kind: ClassVar[str] = "processors.cleaned"

    room: str


class Cleaner(Actor[Clean]):
    job = Clean

    def __init__(self) -> None:
        self.runs: list[tuple[str, str]] = []
        self.ends: list[tuple[str, str]] = []

    def perform(self, job: Clean, context: JobContext) -> None:
        self.runs.append((job.room, context.job_id))

    def gave_up(self, job: Clean, context: JobContext, error: BaseException) -> None:
        self.ends.append((job.room, f"{context.attempt} {error}"))


class Inspector(Subscriber[Cleaned]):
    job = Cleaned
    subscription = "inspector"

    def perform(self, job: Cleaned, context: JobContext) -> None:
        """Looks only."""


class Guest(Inspector):
    subscription = "guest"


class Sent:
    """A queue that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: queue.SimpleQueue[JobMessage] = queue.SimpleQueue()

    def enqueue(self, *messages: JobMessage) -> Sequence[Added]:
        for message in messages:
            self.messages.put(message)
        return [Added(message.job_id, added=True) for message in messages]

    def taken(self) -> list[JobMessage]:
        return [self.messages.get() for _ in range(self.messages.qsize())]


class Away(Sent):
    def enqueue(self, *messages: JobMessage) -> Sequence[Added]:
        raise UnavailableError(f"{len(messages)} messages cannot be sent")


def handlers(*actors: Actor[Any], to: Sent | None = None) -> dict[str, Handler]:
    return {handler.name: handler for handler in handlers_of(actors, to or Sent())}


def test_a_handler_has_what_its_job_says() -> None:
    class Guarded(Clean):
        kind: ClassVar[str] = "processors.guarded"
        retention: ClassVar[Retention] = Retention(completed_count=3)
        limits: ClassVar[tuple[Limit, ...]] = (Limit(concurrency=1, key="room"),)

    class Guard(Cleaner):
        job = Guarded

    handler = handlers(Guard())["processors.guarded"]
    assert (handler.queue, handler.retry, handler.time_limit) == ("cleaning", Clean.retry, Clean.time_limit)
    assert (handler.retention, handler.limits) == (Guarded.retention, Guarded.limits)
    assert not handler.is_async


def test_a_handler_parses_and_runs() -> None:
    cleaner = Cleaner()
    handler = handlers(cleaner)["processors.clean"]
    handler.run({"room": "7", "added later": True}, CONTEXT)
    handler.gave_up({"room": "7"}, CONTEXT, ValueError("no"))
    assert (cleaner.runs, cleaner.ends) == ([("7", "job-1")], [("7", "2 no")])


def test_what_an_actor_returns_is_the_result() -> None:
    class Counter(Actor[Clean]):
        job = Clean

        def perform(self, job: Clean, context: JobContext) -> int:
            return len(job.room) + context.attempt

    assert handlers(Counter())["processors.clean"].run({"room": "seven"}, CONTEXT) == 7


def test_an_actor_may_be_a_coroutine_function() -> None:
    class Patient(Actor[Clean]):
        job = Clean

        async def perform(self, job: Clean, context: JobContext) -> str:
            await asyncio.sleep(0)
            return job.room + context.job_id

    handler = handlers(Patient())["processors.clean"]
    assert handler.is_async
    assert asyncio.run(handler.run({"room": "7"}, CONTEXT)) == "7job-1"


def test_an_invalid_payload_is_raised_and_nobody_is_told() -> None:
    cleaner = Cleaner()
    handler = handlers(cleaner)["processors.clean"]
    with pytest.raises(InvalidPayloadError):
        handler.run({}, CONTEXT)
    handler.gave_up({}, CONTEXT, ValueError("no"))
    assert (cleaner.runs, cleaner.ends) == ([], [])


def test_an_event_becomes_a_job_per_subscriber() -> None:
    sent = Sent()
    found = handlers(Inspector(), Guest(), to=sent)
    assert {"processors.cleaned", "processors.cleaned>inspector", "processors.cleaned>guest"} <= found.keys()
    found["processors.cleaned"].run({"room": "7"}, CONTEXT)
    first = sent.taken()
    assert [(m.kind, m.queue, dict(m.payload)) for m in first] == [
        ("processors.cleaned>inspector", "events", {"room": "7"}),
        ("processors.cleaned>guest", "events", {"room": "7"}),
    ]
    found["processors.cleaned"].run({"room": "7"}, CONTEXT)
    assert [m.job_id for m in sent.taken()] == [m.job_id for m in first]
    assert len({m.job_id for m in first}) == 2
    assert all(m.own_id for m in first), "a second fan-out adds nothing"


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_events_never_share_a_job_id(one: str, other: str) -> None:
    sent = Sent()
    fan_out = handlers(Inspector(), to=sent)["processors.cleaned"]
    for job_id in (one, other):
        fan_out.run({"room": "7"}, context_of(job_id))
    ids = [message.job_id for message in sent.taken()]
    assert (ids[0] == ids[1]) == (one == other)


def test_a_fan_out_that_cannot_send_is_tried_again_for_longer() -> None:
    fan_out = handlers(Inspector(), to=Away())["processors.cleaned"]
    with pytest.raises(UnavailableError):
        fan_out.run({"room": "7"}, CONTEXT)
    assert fan_out.retry is FAN_OUT_RETRY
    fan_out.gave_up({"room": "7"}, CONTEXT, UnavailableError())


def test_an_event_that_nobody_hears_is_taken_off_the_queue() -> None:
    sent = Sent()
    handlers(Cleaner(), to=sent)["processors.cleaned"].run({"room": "7"}, CONTEXT)
    assert sent.taken() == []


@pytest.mark.parametrize("actors", [[Cleaner(), Cleaner()], [Inspector(), Guest(), Inspector()]])
def test_two_actors_of_one_name_are_refused(actors: list[Actor[Any]]) -> None:
    with pytest.raises(BootError, match=r"^two actors run the same job: processors\.clean.*; a kind has one actor$"):
        handlers_of(actors, Sent())


def test_a_context_says_when_to_stop() -> None:
    stopping = [False]
    context = context_of("job-1", stopping=lambda: stopping[0])
    assert isinstance(context, JobContext)
    assert (context.attempt, context.postponed, context.should_stop()) == (2, 3, False)
    stopping[0] = True
    assert context.should_stop()
