"""Processes that are killed, stopped or frozen in the middle of a crawl: the score comes, once, from what was saved."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.stack import Stack, eventually, running, slow_site

from engineo.infra.broker import JobQueue
from engineo.infra.broker.places import Lease
from engineo.infra.broker.store import State

LONG = {"QUEUE_LEASE_SECONDS": "30"}  # longer than these tests wait: what comes back sooner was given back


@pytest.fixture
def stack(postgres_url: str, redis_url: str, redis_prefix: str, tmp_path: Path) -> Iterator[Stack]:
    with running(
        slow_site(6), database_url=postgres_url, redis_url=redis_url, prefix=redis_prefix, logs=tmp_path
    ) as it:  # fmt: skip
        it.site.pace.clear()
        yield it


def start_crawl(stack: Stack) -> str:
    """A project whose crawl waits for a slow page."""
    project_id = stack.create_project()
    stack.recompute(project_id)
    wait_for_page(stack)
    return project_id


def wait_for_page(stack: Stack) -> None:
    """A slow page was asked for and is not answered yet."""
    asked = len(stack.site.requests)
    eventually(lambda: any(path.startswith("/slow") for path in stack.site.requests[asked:]), what="a slow page")


def crawl_lease(jobs: JobQueue) -> Lease:
    (lease,) = [lease for lease, _ends in jobs.store.leases() if lease.place.queue == "crawl"]
    return lease


def starts(jobs: JobQueue, job_id: str) -> list[int]:
    """When the job was started, in the store's milliseconds."""
    return [e.at for e in jobs.store.events("", 10_000, None) if e.name == "active" and e.job_id == job_id]


def score_once(stack: Stack, project_id: str) -> None:
    stack.site.pace.set()
    assert stack.scored(project_id)["status"] == "scored"
    assert len(stack.snapshots(project_id)) == 1


def test_the_jobs_of_a_killed_child_run_again_within_a_second(stack: Stack) -> None:
    stack.start_api()
    stack.start_worker("--processes", "2", **LONG)
    project_id = start_crawl(stack)
    with stack.queue() as jobs:
        lease = crawl_lease(jobs)
        killed = jobs.store.now()
        os.kill(jobs.store.introduced()[lease.owner]["pid"], signal.SIGKILL)
        eventually(lambda: len(starts(jobs, lease.place.job_id)) > 1, what="the crawl's job runs again", within=10)
        assert starts(jobs, lease.place.job_id)[1] - killed < 1000
        assert crawl_lease(jobs).owner != lease.owner
    score_once(stack, project_id)


def test_two_deploys_in_the_middle_of_a_crawl(stack: Stack) -> None:
    stack.start_api()
    workers = [stack.start_worker(SHUTDOWN_TIMEOUT="6", **LONG)]
    project_id = start_crawl(stack)
    for _ in range(2):
        workers[-1].send_signal(signal.SIGTERM)
        stack.site.pace.set()  # the page that is waited for is answered, and saved
        assert workers[-1].wait(30) == 0
        stack.site.pace.clear()
        workers.append(stack.start_worker(SHUTDOWN_TIMEOUT="6", **LONG))
        eventually(lambda: started(stack) == len(workers), what="the next worker has the crawl")
    score_once(stack, project_id)
    with stack.queue() as jobs:
        assert [e for e in jobs.store.events("", 10_000, None) if e.name in {"stalled", "failed"}] == []
    fetched = [path for path in stack.site.requests if path.startswith("/slow/")]
    assert len(fetched) <= len(set(fetched)) + 4 * 2


def started(stack: Stack) -> int:
    return stack.log().count("crawling.run.started")


def test_a_second_signal_hands_the_jobs_back(stack: Stack) -> None:
    stack.start_api()
    worker = stack.start_worker(SHUTDOWN_TIMEOUT="25", **LONG)
    project_id = start_crawl(stack)
    with stack.queue() as jobs:
        job_id = crawl_lease(jobs).place.job_id
        worker.send_signal(signal.SIGTERM)
        eventually(lambda: "worker.process.stopping" in stack.log(), what="it stops")
        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(5) == 0
        (stored,) = jobs.store.find([job_id])
        assert stored is not None
        assert stored.state is State.WAITING
        assert stored.record.stalls == 0
    stack.start_worker()
    score_once(stack, project_id)


def test_a_worker_that_was_frozen_writes_nothing_over_another_s_work(stack: Stack) -> None:
    stack.start_api()
    frozen = stack.start_worker()
    project_id = start_crawl(stack)
    frozen.send_signal(signal.SIGSTOP)
    try:
        stack.start_worker()
        score_once(stack, project_id)
        with stack.queue() as jobs:
            before = jobs.store.counts("crawl")
            completed = ends(jobs)
            frozen.send_signal(signal.SIGCONT)
            eventually(lambda: "queue.lease.lost" in stack.log(), what="it learns that its job is somebody else's")
            frozen.send_signal(signal.SIGTERM)
            assert frozen.wait(30) == 0
            assert (jobs.store.counts("crawl"), ends(jobs)) == (before, completed)
    finally:
        resume(frozen)
    assert len(stack.snapshots(project_id)) == 1


def ends(jobs: JobQueue) -> list[tuple[str, str]]:
    """Of crawls."""
    events = jobs.store.events("", 10_000, None)
    return [(e.name, e.job_id) for e in events if e.queue == "crawl" and e.name in {"completed", "failed"}]


def resume(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
