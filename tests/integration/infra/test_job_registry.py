"""Looking at jobs and steering them, on a real store with a real outbox behind it."""

import queue
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from tests.integration.infra.recording import WITHIN, Eventually

from engineo.infra.job_registry import StoredJobRegistry
from engineo.kernel.errors import JobCancelledError, UnavailableError
from engineo.kernel.job_registry import JobRegistry, NoSuchJobError, WrongStateError
from engineo.kernel.jobs import Actor, Job, JobContext, JobMessage
from engineo.kernel.policies import RetryPolicy


class Chore(Job):
    kind: ClassVar[str] = "registry.chore"
    queue: ClassVar[str] = "chores"
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=2, base=timedelta(milliseconds=20))

    what: str = ""
    project_id: str = "p1"


class ChoreActor(Actor[Chore]):
    """Runs twice like once: it writes down what it was asked."""

    job = Chore

    def __init__(self) -> None:
        self.ran: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.ends: queue.SimpleQueue[BaseException] = queue.SimpleQueue()
        self.started = threading.Event()

    def perform(self, job: Chore, context: JobContext) -> Any:
        context.progress(0.5)
        context.log(f"doing {job.what}")
        self.started.set()
        if job.what == "fail":
            raise ValueError("it does not work")
        if job.what == "long":
            while not context.should_stop():
                threading.Event().wait(0.01)
            raise RuntimeError("told to stop")
        self.ran.put(job.what)
        return {"did": job.what}

    def gave_up(self, _job: Chore, _context: JobContext, error: BaseException) -> None:
        self.ends.put(error)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The outbox is the same on both databases; its own tests run on both."""
    return sqlite_url


@pytest.fixture
def registry(world: Any) -> JobRegistry:
    world.relay.start()
    return StoredJobRegistry(world.jobs, world.database, lambda: {"chores"})


def send(world: Any, what: str, **options: Any) -> str:
    with world.uow() as work:
        job_id: str = work.send(Chore(what=what), **options)
    return job_id


def states(registry: JobRegistry) -> dict[str, int]:
    return {state: count for state, count in registry.queues()[0].counts.items() if count}


def test_a_job_from_row_to_result(world: Any, registry: JobRegistry, eventually: Eventually) -> None:
    job_id = send(world, "dishes")
    view = registry.get(job_id)
    assert (view.state, view.kind, view.project_id, view.attempt) == ("waiting", Chore.kind, "p1", 1)
    assert view.stored
    actor = ChoreActor()
    world.processors(actor).start()
    eventually(lambda: registry.get(job_id).state == "completed")
    view = registry.get(job_id)
    assert view.result == {"did": "dishes"}
    assert view.progress == 0.5
    assert view.log == ["doing dishes"]
    assert view.added_at is not None
    assert view.started_at is not None
    assert view.finished_at is not None
    assert view.added_at <= view.started_at <= view.finished_at


def test_a_row_that_has_not_left_the_outbox_reads_waiting(
    make_world: Callable[..., Any], sqlite_url: str, redis_url: str, redis_prefix: str
) -> None:
    away = make_world(sqlite_url, "redis://127.0.0.1:1", redis_prefix)
    job_id = send(away, "later")
    here = make_world(sqlite_url, redis_url, redis_prefix)
    view = StoredJobRegistry(here.jobs, here.database, lambda: {"chores"}).get(job_id)
    assert (view.state, view.payload["what"]) == ("waiting", "later")
    with pytest.raises(UnavailableError, match="cannot be reached"):
        StoredJobRegistry(away.jobs, away.database, lambda: {"chores"}).get(job_id)


def test_a_failed_job_shows_why_and_can_run_again(world: Any, registry: JobRegistry, eventually: Eventually) -> None:
    actor = ChoreActor()
    world.processors(actor).start()
    job_id = send(world, "fail")
    eventually(lambda: registry.get(job_id).state == "failed")
    view = registry.get(job_id)
    assert view.error == "ValueError: it does not work"
    assert "it does not work" in (view.trace or "")
    assert view.attempt == 2
    assert [attempt["attempt"] for attempt in view.history] == [1]
    eventually(lambda: world.rows() == {})
    registry.retry(job_id, {"what": "mended", "project_id": "p1"})
    assert actor.ran.get(timeout=WITHIN) == "mended"
    eventually(lambda: registry.get(job_id).state == "completed")
    eventually(lambda: world.rows() == {})
    assert registry.get(job_id).attempt == 1


def test_a_retried_job_is_as_safe_as_a_new_one(world: Any, registry: JobRegistry, eventually: Eventually) -> None:
    actor = ChoreActor()
    processors = world.processors(actor)
    processors.start()
    job_id = send(world, "fail")
    eventually(lambda: registry.get(job_id).state == "failed")
    eventually(lambda: world.rows() == {})
    processors.stop(5.0)
    registry.retry(job_id)
    assert world.rows() == {job_id: True}


def test_retry_all(world: Any, registry: JobRegistry, eventually: Eventually) -> None:
    world.processors(ChoreActor()).start()
    for _ in range(5):
        send(world, "fail")
    eventually(lambda: states(registry) == {"failed": 5})
    assert registry.retry_all("chores") == 5
    eventually(lambda: states(registry) == {"failed": 5})


def test_what_waits_can_be_promoted_removed_and_cancelled(
    world: Any, registry: JobRegistry, eventually: Eventually
) -> None:
    delayed = send(world, "a", delay=timedelta(hours=1))
    waiting, unwanted = send(world, "b"), send(world, "c")
    eventually(lambda: states(registry) == {"waiting": 2, "delayed": 1})
    assert registry.get(delayed).due_at is not None
    registry.promote(delayed)
    assert registry.get(delayed).state == "waiting"
    registry.remove(waiting)
    with pytest.raises(NoSuchJobError):
        registry.get(waiting)
    registry.cancel(unwanted)
    assert (registry.get(unwanted).state, registry.get(unwanted).error) == ("failed", "cancelled")
    assert world.rows() == {delayed: True}
    for act in (registry.promote, registry.retry):
        with pytest.raises(WrongStateError, match="is waiting"):
            act(delayed)
    for act in (registry.promote, registry.retry, registry.remove, registry.cancel):
        with pytest.raises(NoSuchJobError):
            act("nobody")


def test_a_running_job_is_cancelled_from_elsewhere(
    world: Any, registry: JobRegistry, eventually: Eventually, make_world: Callable[..., Any], sqlite_url: str
) -> None:
    actor = ChoreActor()
    world.processors(actor).start()
    job_id = send(world, "long")
    assert actor.started.wait(WITHIN)
    eventually(lambda: registry.get(job_id).state == "active")
    with pytest.raises(WrongStateError, match="cancel it instead"):
        registry.remove(job_id)
    other = make_world(sqlite_url, world.redis_url, world.prefix)
    StoredJobRegistry(other.jobs, other.database, lambda: {"chores"}).cancel(job_id)
    assert isinstance(actor.ends.get(timeout=WITHIN), JobCancelledError)
    eventually(lambda: registry.get(job_id).state == "failed")
    eventually(lambda: world.rows() == {})


def test_listing_searching_and_cleaning(world: Any, registry: JobRegistry, eventually: Eventually) -> None:
    world.jobs.enqueue(*(JobMessage.of(Chore(what=f"note {number}")) for number in range(25)))
    newest = registry.list("chores", "waiting", limit=5)
    assert [view.payload["what"] for view in newest] == [f"note {number}" for number in range(24, 19, -1)]
    oldest = registry.list("chores", "waiting", offset=20, limit=10, newest_first=False)
    assert [view.payload["what"] for view in oldest] == [f"note {number}" for number in range(20, 25)]
    assert [view.payload["what"] for view in registry.search("NOTE 17")] == ["note 17"]
    assert registry.search(newest[0].job_id) == [newest[0]]
    assert len(registry.search("", kind=Chore.kind, limit=7)) == 7
    assert registry.search("note", state="failed") == []
    assert registry.search("note", queue="elsewhere") == []
    assert registry.drain("chores") == 25
    world.processors(ChoreActor()).start()
    world.jobs.enqueue(JobMessage.of(Chore(what="x")))
    eventually(lambda: states(registry) == {"completed": 1})
    assert registry.clean("chores", "completed", timedelta(hours=1)) == 0
    eventually(lambda: registry.clean("chores", "completed", timedelta(0)) == 1)


def test_a_paused_queue_accepts_and_waits(world: Any, registry: JobRegistry, eventually: Eventually) -> None:
    actor = ChoreActor()
    world.processors(actor).start()
    eventually(lambda: registry.queues()[0].consumers == 1)
    assert registry.pause("chores")
    assert not registry.pause("chores")
    send(world, "later")
    assert registry.queues()[0].paused
    eventually(lambda: states(registry) == {"waiting": 1})
    assert registry.resume("chores")
    assert actor.ran.get(timeout=WITHIN) == "later"


def test_workers_say_who_they_are(world: Any, registry: JobRegistry) -> None:
    processors = world.processors(ChoreActor())
    processors.start()
    (worker,) = registry.workers()
    assert "chores" in worker.details["queues"]
    assert worker.details["pid"] > 0
    processors.stop(5.0)
    assert registry.workers() == []
