"""Jobs that return, say or hold what nobody expects: they end, and so do those after them."""

import json
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from tests.integration.infra.recording import Eventually, Task

from engineo.infra.broker.places import Record, stand
from engineo.infra.broker.store import NewJob, State
from engineo.kernel.jobs import Actor, JobContext, JobMessage
from engineo.kernel.policies import RetryPolicy


class Once(Task):
    kind: ClassVar[str] = "broker.once"
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=1)


class Teller(Actor[Once]):
    """Does as it was made to, once; then nothing."""

    job = Once

    def __init__(self, does: Callable[[JobContext], object]) -> None:
        self._does = does

    def perform(self, job: Once, context: JobContext) -> object:
        return self._does(context) if job.text == "hostile" else "plain"


class Speechless(Exception):  # noqa: N818 - it says nothing
    def __str__(self) -> str:
        raise ZeroDivisionError


def raises(error: BaseException) -> Callable[[JobContext], object]:
    def run(_context: JobContext) -> object:
        raise error

    return run


def circle(_context: JobContext) -> object:
    found: list[Any] = []
    found.append(found)
    return found


def odd_progress(context: JobContext) -> object:
    context.progress({(1, 2): 3})
    context.log("\ud800")
    return None


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The queue does not care which database the outbox is in: once is enough."""
    return sqlite_url


def info(world: Any, job_id: str) -> dict[str, Any]:
    (stored,) = world.jobs.store.find([job_id])
    found: dict[str, Any] = json.loads(stored.info)
    return found


@pytest.mark.parametrize(
    ("does", "state", "kept"),
    [
        (lambda _: {(1, 2): 3}, State.COMPLETED, ("result", "no JSON value: dict")),
        (circle, State.COMPLETED, ("result", "no JSON value: list")),
        (lambda _: {1, 2}, State.COMPLETED, ("result", "{1, 2}")),
        (lambda _: "\ud800", State.COMPLETED, ("result", "\ud800")),
        (odd_progress, State.COMPLETED, ("progress", "no JSON value: dict")),
        (raises(ValueError("\ud800")), State.FAILED, ("error", "ValueError: \ud800")),
        (raises(Speechless()), State.FAILED, ("error", "Speechless")),
        (raises(SystemExit(3)), State.FAILED, ("error", "SystemExit: 3")),
        (raises(KeyboardInterrupt()), State.FAILED, ("error", "KeyboardInterrupt: ")),
        (raises(StopIteration()), State.FAILED, ("error", "StopIteration: ")),
        (raises(ExceptionGroup("g", [KeyError(1)])), State.FAILED, ("error", "ExceptionGroup: g (1 sub-exception)")),
    ],
)  # fmt: skip
def test_whatever_a_job_does_it_ends_and_the_next_one_runs(
    world: Any, eventually: Eventually, does: Callable[[JobContext], object], state: State, kept: tuple[str, str]
) -> None:
    world.processors(Teller(does), threads=1).start()
    world.jobs.enqueue(JobMessage.of(Once(text="hostile"), job_id="hostile"), JobMessage.of(Once(), job_id="next"))
    eventually(lambda: world.ids(State.COMPLETED, State.FAILED) == ["hostile", "next"])
    assert world.ids(state) == (["hostile", "next"] if state is State.COMPLETED else ["hostile"])
    assert info(world, "hostile")[kept[0]] == kept[1]
    assert info(world, "next")["result"] == "plain"


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"[]", b"{}", b"[" * 50_000, b'["broker.once",[]]', b'["nobody.knows",{}]', b"E{}", b"null"]
)
def test_a_record_that_is_no_job_fails_and_the_next_one_runs(world: Any, eventually: Eventually, body: bytes) -> None:
    store = world.jobs.store
    place = stand(Once.queue, "hostile", store.now())
    store.add([NewJob(Record(place, body), "broker.once")])
    world.jobs.enqueue(JobMessage.of(Once(), job_id="next"))
    world.processors(Teller(circle), threads=1).start()
    eventually(lambda: world.ids(State.COMPLETED) == ["next"] and world.ids(State.FAILED) == ["hostile"])
    assert info(world, "hostile")["error"]


@pytest.mark.parametrize("job_id", ["a,b", "a;b", "é 😀", "%7C", "*", "{q}", "..", "-", "$", "shop~7~8", "x" * 200])
def test_ids_of_the_senders_own(world: Any, eventually: Eventually, job_id: str) -> None:
    world.processors(Teller(circle)).start()
    (added,) = world.jobs.enqueue(JobMessage.of(Once(), job_id=job_id))
    assert added.added
    eventually(lambda: world.ids(State.COMPLETED) == [job_id])
    (again,) = world.jobs.enqueue(JobMessage.of(Once(), job_id=job_id))
    assert (again.job_id, again.added) == (job_id, False)
    assert [(event.name, event.job_id) for event in world.events()] == [
        ("added", job_id), ("active", job_id), ("completed", job_id),
    ]  # fmt: skip
