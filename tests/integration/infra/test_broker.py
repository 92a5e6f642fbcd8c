"""Working jobs on real Redis: retries, failures, postponements, stops, crashes."""

import logging
import queue
import threading
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from structlog.testing import capture_logs
from tests.integration.infra.recording import BASE, WITHIN, Eventually, Recorder, Task, fails, send

from engineo.infra.broker.store import State
from engineo.kernel.errors import BootError, ConflictError, JobPostponedError, UnavailableError
from engineo.kernel.jobs import Event, JobContext, JobMessage, Subscriber
from engineo.kernel.policies import RetryPolicy


class Happened(Event):
    kind: ClassVar[str] = "broker.happened"

    text: str


class Unheard(Event):
    kind: ClassVar[str] = "broker.unheard"


class Ears(Subscriber[Happened]):
    job = Happened

    def __init__(self, subscription: str) -> None:
        self.subscription = subscription  # type: ignore[misc] # two of one class, told apart
        self.heard: queue.SimpleQueue[str] = queue.SimpleQueue()

    def perform(self, job: Happened, context: JobContext) -> None:
        self.heard.put(f"{job.text}{context.attempt}")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The queue does not care which database the outbox is in: once is enough."""
    return sqlite_url


def test_a_job_runs_and_its_row_is_deleted(world: Any, eventually: Eventually) -> None:
    actor = Recorder()
    world.relay.start()
    world.processors(actor).start()
    job_id = send(world)
    assert actor.runs.get(timeout=WITHIN)[:3] == (job_id, 1, 0)
    eventually(lambda: world.rows() == {})
    eventually(lambda: world.queued() == [])
    assert world.dead() == []


def test_a_job_without_a_row_runs_too(world: Any, eventually: Eventually) -> None:
    actor = Recorder()
    world.processors(actor).start()
    world.jobs.enqueue(JobMessage.of(Task(), job_id="mine"), JobMessage.of(Task(), job_id="later", delay=BASE))
    assert {actor.runs.get(timeout=WITHIN)[0] for _ in range(2)} == {"mine", "later"}
    eventually(lambda: world.queued() == [])


def test_retries_wait_as_the_policy_says_then_the_job_is_given_up_once(world: Any, eventually: Eventually) -> None:
    error = ValueError("a bug")
    actor = Recorder(fails(error))
    world.relay.start()
    world.processors(actor).start()
    job_id = send(world, "t")
    runs = [actor.runs.get(timeout=WITHIN) for _ in range(3)]
    assert [run[:3] for run in runs] == [(job_id, 1, 0), (job_id, 2, 0), (job_id, 3, 0)]
    assert runs[1][3] - runs[0][3] >= 0.05
    assert runs[2][3] - runs[1][3] >= 0.1
    assert actor.ends.get(timeout=WITHIN) == ("t", 3, error)
    eventually(lambda: len(world.dead()) == 1)
    message = world.messages()[job_id]
    assert message.args == ({"text": "t"},)
    assert [(each["attempt"], each["error"]) for each in message.options["history"]] == [
        (1, "ValueError: a bug"), (2, "ValueError: a bug"),
    ]  # fmt: skip
    (about,) = world.dead()
    assert about["error"] == "ValueError: a bug"
    assert about["trace"].startswith("Traceback (most recent call last):")
    assert about["trace"].endswith("ValueError: a bug\n")
    eventually(lambda: world.rows() == {} and world.queued() == [])
    assert actor.ends.empty()
    assert actor.runs.empty()


def test_what_cannot_be_retried_fails_at_once(world: Any, eventually: Eventually) -> None:
    error = ConflictError("no finished crawl")
    actor = Recorder(fails(error))
    world.relay.start()
    world.processors(actor).start()
    send(world, "t")
    assert actor.ends.get(timeout=WITHIN) == ("t", 1, error)
    eventually(lambda: len(world.dead()) == 1 and world.rows() == {})
    assert actor.runs.qsize() == 1


def test_an_expected_failure_that_may_pass_is_retried(world: Any) -> None:
    actor = Recorder(fails(UnavailableError()))
    world.processors(actor).start()
    world.jobs.enqueue(JobMessage.of(Task()))
    assert actor.ends.get(timeout=WITHIN)[1] == 3


@pytest.mark.parametrize("payload", [{}, {"text": 7}, {"text": ["x"]}, {"text": None}])
def test_an_invalid_payload_fails_at_once_and_is_kept(
    world: Any, eventually: Eventually, payload: dict[str, Any]
) -> None:
    class Strict(Task):
        kind: ClassVar[str] = "broker.strict"

        text: str  # has no default, unlike the parent's

    actor = Recorder()
    actor.job = Strict  # type: ignore[assignment] # declared without its default
    world.processors(actor).start()
    world.jobs.enqueue(JobMessage("broker.strict", Task.queue, payload))
    eventually(lambda: len(world.dead()) == 1)
    assert [message.args for message in world.messages().values()] == [(payload,)]
    assert world.dead()[0]["error"].startswith("InvalidPayloadError: payload of 'broker.strict' does not fit: text: ")
    assert actor.runs.empty()
    assert actor.ends.empty()


def test_a_postponed_job_runs_again_without_using_an_attempt(world: Any, eventually: Eventually) -> None:
    def thrice(_job: Task, context: JobContext) -> None:
        if context.postponed < 3:
            raise JobPostponedError(BASE, "what it waits for runs elsewhere")

    actor = Recorder(thrice)
    world.relay.start()
    world.processors(actor).start()
    job_id = send(world)
    assert [actor.runs.get(timeout=WITHIN)[:3] for _ in range(4)] == [(job_id, 1, count) for count in range(4)]
    eventually(lambda: world.rows() == {} and world.queued() == [])
    assert actor.ends.empty()


def test_postponements_and_attempts_are_counted_apart(world: Any) -> None:
    def does(_job: Task, context: JobContext) -> None:
        if context.attempt == 2 and context.postponed == 0:
            raise JobPostponedError(timedelta(0), "wait")
        raise ValueError("a bug")

    actor = Recorder(does)
    world.processors(actor).start()
    world.jobs.enqueue(JobMessage.of(Task()))
    runs = [actor.runs.get(timeout=WITHIN)[1:3] for _ in range(4)]
    assert runs == [(1, 0), (2, 0), (2, 1), (3, 1)]
    assert actor.ends.get(timeout=WITHIN)[1] == 3


def test_an_end_is_logged_once_and_a_postponement_is_no_error(
    world: Any, eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    def does(job: Task, context: JobContext) -> None:
        if job.text == "waits" and context.postponed < 2:
            raise JobPostponedError(BASE, "what it waits for runs elsewhere")
        if job.text == "fails":
            raise ConflictError

    with capture_logs() as logs:
        world.processors(Recorder(does)).start()
        world.jobs.enqueue(*(JobMessage.of(Task(text=text), job_id=text) for text in ("waits", "fails")))
        eventually(lambda: world.ids(State.COMPLETED, State.FAILED) == ["fails", "waits"])
    said = [(line["log_level"], line["event"]) for line in logs if line["event"].startswith("queue.job.")]
    assert sorted(line for line in said if line[0] != "debug") == [
        ("error", "queue.job.failed"), ("info", "queue.job.postponed"), ("info", "queue.job.postponed"),
    ]  # fmt: skip
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_giving_up_while_the_database_is_away_is_tried_again(world: Any, eventually: Eventually) -> None:
    class Forgetful(Recorder):
        def gave_up(self, job: Task, context: JobContext, error: BaseException) -> None:
            super().gave_up(job, context, error)
            if self.ends.qsize() == 1:
                raise UnavailableError

    actor = Forgetful(fails(ConflictError()))
    world.processors(actor).start()
    world.jobs.enqueue(JobMessage.of(Task()))
    eventually(lambda: actor.ends.qsize() == 2)
    eventually(lambda: len(world.dead()) == 1)


def test_a_bug_in_giving_up_ends_the_job(world: Any, eventually: Eventually) -> None:
    class Broken(Recorder):
        def gave_up(self, job: Task, context: JobContext, error: BaseException) -> None:
            super().gave_up(job, context, error)
            raise ZeroDivisionError

    world.relay.start()
    world.processors(Broken(fails(ConflictError()))).start()
    send(world)
    eventually(lambda: len(world.dead()) == 1 and world.rows() == {})


def test_a_job_that_takes_too_long_is_interrupted(world: Any) -> None:
    class Slow(Task):
        kind: ClassVar[str] = "broker.slow"
        retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=1)
        time_limit: ClassVar[timedelta] = timedelta(milliseconds=100)

    def forever(_job: Task, _context: JobContext) -> None:
        pause = threading.Event()
        while True:
            pause.wait(0.01)

    actor = Recorder(forever)
    actor.job = Slow
    world.processors(actor).start()
    world.jobs.enqueue(JobMessage.of(Slow()))
    assert type(actor.ends.get(timeout=WITHIN)[2]).__name__ == "TimeLimitExceeded"


# --- events


def test_every_subscriber_hears_an_event_once(world: Any, eventually: Eventually) -> None:
    one, other = Ears("one"), Ears("other")
    world.relay.start()
    world.processors(one, other).start()
    with world.uow() as work:
        work.emit(Happened(text="x"))
    assert (one.heard.get(timeout=WITHIN), other.heard.get(timeout=WITHIN)) == ("x1", "x1")
    eventually(lambda: world.queued() == [] and world.rows() == {})
    assert (one.heard.empty(), other.heard.empty()) == (True, True)


def test_an_event_that_nobody_hears_leaves_nothing_behind(world: Any, eventually: Eventually) -> None:
    world.relay.start()
    world.processors(Recorder()).start()
    with world.uow() as work:
        work.emit(Unheard())
    eventually(lambda: world.rows() == {} and world.queued() == [])
    assert world.dead() == []


# --- what a worker takes


def test_unknown_queues_are_refused(world: Any) -> None:
    with pytest.raises(BootError, match=r"^unknown queues: nope; this process has broker_tasks, events$"):
        world.processors(Recorder(), queues=["broker_tasks", "nope"])


def test_only_the_named_queues_are_worked(world: Any, note: Any) -> None:
    actor, not_mine = Recorder(), Recorder()
    not_mine.job = note
    world.processors(actor, not_mine, queues=["broker_tasks"]).start()
    world.jobs.enqueue(JobMessage.of(note(text="n"), job_id="note"), JobMessage.of(Task()))
    actor.runs.get(timeout=WITHIN)
    assert "note" in world.queued()
    assert not_mine.runs.empty()


def test_two_actors_for_one_job_are_refused(world: Any) -> None:
    with pytest.raises(BootError, match=r"^two actors run the same job: broker\.task; a kind has one actor$"):
        world.processors(Recorder(), Recorder())


def test_two_prefixes_on_one_redis_never_meet(make_world: Any, world: Any, redis_prefix: str) -> None:
    url = world.database.url.render_as_string(hide_password=False)
    other = make_world(url, world.redis_url, f"{redis_prefix}_other")
    mine, theirs = Recorder(), Recorder()
    world.processors(mine).start()
    other.processors(theirs).start()
    world.jobs.enqueue(*(JobMessage.of(Task(), job_id=f"mine-{number}") for number in range(10)))
    other.jobs.enqueue(*(JobMessage.of(Task(), job_id=f"theirs-{number}") for number in range(10)))
    assert {mine.runs.get(timeout=WITHIN)[0].partition("-")[0] for _ in range(10)} == {"mine"}
    assert {theirs.runs.get(timeout=WITHIN)[0].partition("-")[0] for _ in range(10)} == {"theirs"}
    with world.client() as client:
        assert all(key.startswith(redis_prefix.encode()) for key in client.scan_iter(f"*{redis_prefix}*"))


def test_processors_that_were_not_started_consume_nothing(world: Any) -> None:
    actor = Recorder()
    parts = world.processors(actor)
    world.jobs.enqueue(JobMessage.of(Task(), job_id="mine"))
    parts.stop(1.0)
    assert world.queued() == ["mine"]
    assert actor.runs.empty()


def test_a_worker_without_redis_says_so(make_world: Any, sqlite_url: str) -> None:
    world = make_world(sqlite_url, "redis://:hunter2@127.0.0.1:1", "nowhere")
    parts = world.processors(Recorder())
    with pytest.raises(UnavailableError, match=r"Redis at 127\.0\.0\.1:1 cannot be reached") as caught:
        parts.start()
    assert "hunter2" not in str(caught.value)
    parts.stop(1.0)
