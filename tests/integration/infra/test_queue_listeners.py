"""Queue events: heard in order, resumed where they stopped, harmless to workers."""

import queue
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from tests.integration.infra.recording import WITHIN, Recorder, Task, fails

from engineo.infra.queue_events import QueueEvents
from engineo.kernel.errors import BootError
from engineo.kernel.jobs import JobMessage
from engineo.kernel.queue_events import (
    JobAdded,
    JobCompleted,
    JobFailed,
    JobRetrying,
    JobStarted,
    Listener,
    QueueEvent,
    on,
)


class Ear(Listener):
    name: ClassVar[str] = "ear"

    def __init__(self) -> None:
        self.heard: queue.SimpleQueue[QueueEvent] = queue.SimpleQueue()

    @on(JobAdded, JobStarted, JobCompleted, JobRetrying, JobFailed)
    def hear(self, event: QueueEvent) -> None:
        self.heard.put(event)

    def next(self) -> QueueEvent:
        return self.heard.get(timeout=WITHIN)


class Clumsy(Listener):
    name: ClassVar[str] = "clumsy"

    @on(JobAdded)
    def stumble(self, _event: JobAdded) -> None:
        raise RuntimeError("a listener's own bug")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def listen(world: Any) -> Callable[..., QueueEvents]:
    def start(*listeners: Listener) -> QueueEvents:
        events = QueueEvents(world.jobs, listeners)
        world.closing.callback(events.stop, 5.0)
        events.start()
        return events

    return start


def test_a_job_is_heard_from_beginning_to_end(world: Any, listen: Callable[..., QueueEvents]) -> None:
    ear = Ear()
    listen(ear)
    world.processors(Recorder()).start()
    world.jobs.enqueue(JobMessage.of(Task(), job_id="mine"))
    events = [ear.next() for _ in range(3)]
    assert [type(event) for event in events] == [JobAdded, JobStarted, JobCompleted]
    assert {event.job_id for event in events} == {"mine"}
    assert {event.queue for event in events} == {Task.queue}
    assert (events[0].kind, events[2].kind) == (Task.kind, Task.kind)
    assert events[0].at <= events[1].at <= events[2].at


def test_a_failure_says_why(world: Any, listen: Callable[..., QueueEvents]) -> None:
    ear = Ear()
    listen(ear)
    world.processors(Recorder(fails(ValueError("no")))).start()
    world.jobs.enqueue(JobMessage.of(Task()))
    names: list[str] = []
    while not names or names[-1] != "failed":
        event = ear.next()
        names.append(event.name)
    assert names == ["added", *["active", "retrying"] * 2, "active", "failed"]
    assert event.detail == "ValueError: no"


def test_a_listener_resumes_where_it_stopped(world: Any, listen: Callable[..., QueueEvents]) -> None:
    first = Ear()
    events = listen(first)
    world.jobs.enqueue(JobMessage.of(Task(), job_id="a"))
    assert first.next().job_id == "a"
    events.stop(5.0)
    world.jobs.enqueue(JobMessage.of(Task(), job_id="b"))
    second = Ear()
    listen(second)
    assert second.next().job_id == "b"
    assert first.heard.empty()


def test_a_bulk_is_heard_job_by_job(world: Any, listen: Callable[..., QueueEvents]) -> None:
    ear = Ear()
    listen(ear)
    messages = [JobMessage.of(Task()) for _ in range(300)]
    world.jobs.enqueue(*messages)
    assert [ear.next().job_id for _ in messages] == [message.job_id for message in messages]


def test_a_listener_that_raises_stops_neither_itself_nor_others(world: Any, listen: Callable[..., QueueEvents]) -> None:
    ear = Ear()
    listen(Clumsy(), ear)
    world.jobs.enqueue(JobMessage.of(Task(), job_id="a"))
    world.jobs.enqueue(JobMessage.of(Task(), job_id="b"))
    assert [ear.next().job_id for _ in range(2)] == ["a", "b"]


def test_stopping_does_not_wait_for_an_event(world: Any, listen: Callable[..., QueueEvents]) -> None:
    ear = Ear()
    events = listen(ear)
    world.jobs.enqueue(JobMessage.of(Task()))
    ear.next()
    events.stop(5.0)
    events.stop(5.0)


def test_two_listeners_of_one_name_are_refused(world: Any) -> None:
    with pytest.raises(BootError, match="two listeners are named ear"):
        QueueEvents(world.jobs, [Ear(), Ear()])
