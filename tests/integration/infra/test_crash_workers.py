"""Workers that freeze, that die of their job, that are stopped twice in the middle of one; a queue that is flushed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import dramatiq
import pytest
from dramatiq.middleware import Middleware, Shutdown
from tests.conftest import ROOT
from tests.integration.infra.crash_site import GRACE, LEASE, CrashSite, seconds_until
from tests.integration.infra.crash_worker import job
from tests.integration.infra.recording import WITHIN, Eventually, Recorder, Task, send
from tests.services import RedisService

from engineo.infra.broker.store import State
from engineo.kernel.errors import JobDoomedError, JobPostponedError
from engineo.kernel.jobs import JobContext, JobMessage

SHORT = timedelta(seconds=1)
DYING_WORKER = """
import os, signal, sys, threading
from datetime import timedelta
from tests.integration.infra.conftest import World
from tests.integration.infra.recording import Recorder
world = World(*sys.argv[1:4])
def die(job, context):
    print("runs", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
world.processors(Recorder(die), threads=1, lease=timedelta(seconds=1)).start()
threading.Event().wait(60)
"""


@pytest.fixture
def site(redis_url: str, redis_prefix: str) -> Iterator[CrashSite]:
    with ExitStack() as closing:
        yield CrashSite(redis_url, redis_prefix, closing)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The queue does not care which database the outbox is in: once is enough."""
    return sqlite_url


def test_a_frozen_worker_that_wakes_up_changes_nothing(site: CrashSite) -> None:
    site.queue.enqueue(job("mine", hangs_at="released"))
    frozen = site.victim("frozen")
    site.wait_reached(frozen)
    os.kill(frozen.pid, signal.SIGSTOP)
    stopped = time.monotonic()
    survivor = site.survivor()
    seconds_until(lambda: site.counts() == {State.COMPLETED: 1}, LEASE / 1000 + GRACE)
    assert time.monotonic() - stopped >= LEASE / 2000, "its lease was not over yet"
    before = site.find("mine")
    survivor.close()
    site.release()
    os.kill(frozen.pid, signal.SIGCONT)
    site.queue.enqueue(job("after"))  # it tells of ends in their order: once this one is known, that one was told
    seconds_until(lambda: site.counts() == {State.COMPLETED: 2}, WITHIN)
    assert (site.result("mine"), site.result("after")) == ("survivor", "frozen")
    assert site.find("mine") == before
    assert site.events("completed") == {"mine": 1, "after": 1}
    assert sorted(site.runs()) == ["after frozen", "mine frozen", "mine survivor"]


def test_a_job_that_kills_its_worker_fails_as_stalled_after_one_redelivery(
    world: Any, eventually: Eventually
) -> None:  # fmt: skip
    world.relay.start()
    job_id = send(world, "poison")
    url = world.database.url.render_as_string(hide_password=False)
    for _ in range(2):
        with subprocess.Popen(
            [sys.executable, "-c", DYING_WORKER, url, world.redis_url, world.prefix], cwd=ROOT, stdout=subprocess.PIPE
        ) as worker:
            assert worker.stdout
            assert b"runs\n" in iter(worker.stdout.readline, b"")
            assert worker.wait(20) == -signal.SIGKILL
    healthy = Recorder()
    world.processors(healthy, lease=SHORT).start()
    text, attempt, error = healthy.ends.get(timeout=WITHIN)
    assert (text, attempt, type(error)) == ("poison", 1, JobDoomedError)
    eventually(lambda: world.ids(State.FAILED) == [job_id] and world.rows() == {})
    assert world.dead()[0]["error"] == "stalled"
    assert healthy.runs.empty()
    assert len(world.events("stalled")) == 2


def test_two_deploys_during_one_long_job(world: Any, eventually: Eventually) -> None:
    """It checkpoints when it is asked to stop; the third worker ends it. No attempt is used up, no stall is counted."""
    running = threading.Semaphore(0)

    def until_stopped(_job: Task, context: JobContext) -> None:
        running.release()
        pause = threading.Event()
        while not context.should_stop():
            pause.wait(0.01)
        raise JobPostponedError(timedelta(0), "checkpointed")

    world.relay.start()
    job_id = send(world)
    for _ in range(2):
        parts = world.processors(Recorder(until_stopped), lease=SHORT)
        parts.start()
        assert running.acquire(timeout=WITHIN)
        parts.stop(10.0)
        assert world.ids(State.WAITING) == [job_id]
    last = Recorder()
    world.processors(last, lease=SHORT).start()
    assert last.runs.get(timeout=WITHIN)[:2] == (job_id, 1)
    eventually(lambda: world.ids(State.COMPLETED) == [job_id] and world.rows() == {})
    assert world.events("stalled", "failed") == []


def test_a_job_that_ignores_two_deploys_is_handed_on_without_a_stall(world: Any, eventually: Eventually) -> None:
    """It hangs where no interrupt reaches it; its thread may go on, its lease may not."""
    running, never = threading.Semaphore(0), threading.Event()

    def deaf(_job: Task, _context: JobContext) -> None:
        running.release()
        never.wait(60)

    world.closing.callback(never.set)
    world.jobs.enqueue(JobMessage.of(Task(), job_id="mine"))
    for _ in range(2):
        parts = world.processors(Recorder(deaf), lease=SHORT)
        parts.start()
        assert running.acquire(timeout=WITHIN)
        parts.stop(0.2)
        assert world.ids(State.WAITING) == ["mine"], "it was given back at once"
    last = Recorder()
    world.processors(last, lease=SHORT).start()
    assert last.runs.get(timeout=WITHIN)[:2] == ("mine", 1)
    eventually(lambda: world.ids(State.COMPLETED) == ["mine"])
    assert world.events("stalled", "failed") == []


def test_a_flushed_queue_gets_the_jobs_of_the_outbox_back(
    make_world: Any, own_redis: RedisService, sqlite_url: str, eventually: Eventually
) -> None:
    """Those that wait, those that are delayed, and those that run: the worker that has one is told to let go of it."""
    world = make_world(sqlite_url, own_redis.url, "flush")
    told = threading.Event()

    def hold(job: Task, context: JobContext) -> None:
        pause = threading.Event()
        try:
            while job.text == "runs" and not context.should_stop() and not told.is_set():
                pause.wait(0.01)
        finally:  # it was interrupted, or has looked
            if job.text == "runs":
                told.set()

    actor = Recorder(hold)
    world.relay.start()
    world.processors(actor, threads=1, lease=SHORT).start()
    running = send(world, "runs")
    assert actor.runs.get(timeout=WITHIN)[0] == running
    waiting = send(world, "waits")
    with world.uow() as work:
        delayed = work.send(Task(text="later"), delay=timedelta(seconds=1))
    eventually(lambda: all(world.rows().values()))
    with own_redis.client() as client:
        client.flushall()
    assert told.wait(WITHIN)
    new = send(world, "new")
    eventually(lambda: world.rows() == {}, within=WITHIN)
    ran = {actor.runs.get(timeout=WITHIN)[0] for _ in range(actor.runs.qsize())}
    assert {waiting, delayed, new} <= ran
    eventually(lambda: {waiting, delayed, new} <= set(world.ids(State.COMPLETED)))
    assert world.queued() == []


def test_the_texts_of_a_job_survive_its_worker(world: Any, eventually: Eventually) -> None:
    """Progress and log are the store's, not the worker's: what was said is seen by whoever looks, while it runs."""
    go_on = threading.Event()

    def talkative(_job: Task, context: JobContext) -> None:
        context.log("page 1")
        context.progress({"pages": 1})
        go_on.wait(WITHIN)

    def note() -> dict[str, Any]:
        (stored,) = world.jobs.store.find(["mine"])
        found: dict[str, Any] = json.loads(stored.info or b"{}")
        return found

    world.processors(Recorder(talkative), lease=SHORT).start()
    world.jobs.enqueue(JobMessage.of(Task(), job_id="mine"))
    eventually(lambda: note().get("log") == ["page 1"])
    go_on.set()
    eventually(lambda: world.ids(State.COMPLETED) == ["mine"])
    assert (note()["log"], note()["progress"]) == (["page 1"], {"pages": 1})


@pytest.mark.parametrize(("signal_name", "runs"), [("before_ack", 2), ("after_ack", 1)])
def test_an_interrupt_that_comes_too_late_costs_no_thread(
    redis_url: str, redis_prefix: str, signal_name: str, runs: int
) -> None:
    """A time limit or a stop interrupts a thread at any moment, also when its job has just ended."""
    late = ["mine"]

    def interrupt(_self: Middleware, _broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        if message.message_id in late:
            late.remove(message.message_id)
            raise Shutdown

    with ExitStack() as closing:
        site = CrashSite(redis_url, redis_prefix, closing)
        worker = site.survivor()
        worker.broker.add_middleware(type("Late", (Middleware,), {signal_name: interrupt})())
        site.queue.enqueue(job("mine"), job("next"))
        seconds_until(lambda: site.counts() == {State.COMPLETED: 2}, WITHIN)
        assert site.runs_by_job() == {"mine": runs, "next": 1}
        assert site.events("stalled") == {}
        assert all(thread.is_alive() for thread in worker.worker.workers)
