"""Workers that stop, are interrupted or die: their jobs run again, and no other worker takes what is being worked."""

import os
import queue
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.integration.infra.recording import WITHIN, Eventually, Recorder, Task, send

from engineo.kernel.errors import JobPostponedError
from engineo.kernel.jobs import JobContext, JobMessage

CRASHING_WORKER = """
import sys, threading
sys.path.insert(0, sys.argv[4])
from tests.integration.infra.recording import Task, Recorder
from tests.integration.infra.conftest import World
world = World(*sys.argv[1:4])
def hang(job, context):
    print("running", flush=True)
    threading.Event().wait(3600)
world.processors(Recorder(hang)).start()
threading.Event().wait(3600)
"""


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The queue does not care which database the outbox is in: once is enough."""
    return sqlite_url


def test_a_job_that_was_asked_to_stop_runs_again_elsewhere(
    make_world: Any, world: Any, redis_prefix: str, eventually: Eventually
) -> None:
    running = threading.Event()

    def until_stopped(_job: Task, context: JobContext) -> None:
        running.set()
        pause = threading.Event()
        while not context.should_stop():
            pause.wait(0.01)
        raise JobPostponedError(timedelta(0), "checkpointed")

    first, second = Recorder(until_stopped), Recorder()
    world.relay.start()
    stopping = world.processors(first)
    stopping.start()
    job_id = send(world)
    assert running.wait(WITHIN)
    stopping.stop(10.0)
    assert world.queued() == [job_id]
    assert list(world.rows()) == [job_id]
    other = make_world(world.database.url.render_as_string(hide_password=False), world.redis_url, redis_prefix)
    other.processors(second).start()
    assert second.runs.get(timeout=WITHIN)[:2] == (job_id, 1)
    eventually(lambda: world.rows() == {} and world.queued() == [])


def test_a_job_that_does_not_listen_is_interrupted_and_runs_again(world: Any, eventually: Eventually) -> None:
    running = threading.Event()

    def deaf(_job: Task, _context: JobContext) -> None:
        running.set()
        pause = threading.Event()
        while True:
            pause.wait(0.01)

    first, second = Recorder(deaf), Recorder()
    parts = world.processors(first)
    parts.start()
    world.jobs.enqueue(JobMessage.of(Task(), job_id="mine"))
    assert running.wait(WITHIN)
    started = time.monotonic()
    parts.stop(4.0)
    assert time.monotonic() - started < 6
    assert world.queued() == ["mine"]
    world.processors(second).start()
    assert second.runs.get(timeout=WITHIN)[:2] == ("mine", 1)
    eventually(lambda: world.queued() == [])
    assert first.ends.empty()


def test_the_jobs_of_a_killed_worker_are_run_by_another(world: Any, eventually: Eventually) -> None:
    world.relay.start()
    url = world.database.url.render_as_string(hide_password=False)
    root = str(Path(__file__).parents[3])
    with subprocess.Popen(
        [sys.executable, "-c", CRASHING_WORKER, url, world.redis_url, world.prefix, root],
        stdout=subprocess.PIPE,
        env=os.environ,
    ) as worker:
        job_id = send(world)
        try:
            assert worker.stdout
            assert b"running\n" in iter(worker.stdout.readline, b"")
        finally:
            worker.kill()
        killed = time.monotonic()
    actor = Recorder()
    world.processors(actor).start()
    assert actor.runs.get(timeout=WITHIN)[:2] == (job_id, 1)
    assert time.monotonic() - killed < 2 + 5  # the lease and a few seconds
    eventually(lambda: world.rows() == {} and world.queued() == [])


def test_a_busy_worker_keeps_its_job_longer_than_its_lease(world: Any) -> None:
    release = threading.Event()

    def held(_job: Task, _context: JobContext) -> None:
        release.wait(WITHIN)

    one, other = Recorder(held), Recorder()
    world.processors(one, threads=1).start()
    world.jobs.enqueue(JobMessage.of(Task(), job_id="mine"))
    one.runs.get(timeout=WITHIN)
    world.processors(other, threads=1).start()
    with pytest.raises(queue.Empty):
        other.runs.get(timeout=5)
    release.set()
