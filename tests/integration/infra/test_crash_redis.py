"""Redis goes away, is killed, is cut off in the middle of a script, or is flushed: nothing is lost, nothing runs twice
that was not running on a worker that died."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.integration.infra.crash_site import LEASE, CrashSite, seconds_until
from tests.integration.infra.crash_worker import QUEUE, CrashWorker, job
from tests.redis_cable import RedisCable
from tests.services import RedisService

from engineo.infra.broker import JobQueue
from engineo.infra.broker.scripts import load
from engineo.infra.broker.store import State
from engineo.infra.redis import RedisSettings
from engineo.kernel.jobs import JobMessage

OUTAGE = LEASE / 1000 + 0.5  # seconds: every lease ends meanwhile


@pytest.fixture
def site(own_redis: RedisService) -> Iterator[CrashSite]:
    with ExitStack() as closing:
        yield CrashSite(own_redis.url, "crash", closing)


@pytest.fixture
def cable(own_redis: RedisService) -> Iterator[RedisCable]:
    with RedisCable(own_redis.url) as it:
        yield it


def held(site: CrashSite, worker: CrashWorker, job_id: str = "mine") -> threading.Event:
    """A job that the worker runs until the event is set."""
    release, running = threading.Event(), threading.Event()

    def hold(payload: dict[str, str]) -> str:
        worker.note(f"{payload['id']} {worker.name}")
        running.set()
        release.wait(60)
        return worker.name

    worker.broker.get_actor("crash.job").fn = hold
    site.queue.enqueue(job(job_id))
    assert running.wait(20)
    return release


def pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def test_two_outages_during_one_long_job(site: CrashSite, own_redis: RedisService) -> None:
    worker = site.survivor("one")
    release = held(site, worker)
    site.survivor("other")
    for take_down in (own_redis.stop, own_redis.kill):
        take_down()
        pause(OUTAGE)
        own_redis.start()
        pause(OUTAGE)  # long enough for the other one to take it, if it were to
    release.set()
    seconds_until(lambda: site.counts() == {State.COMPLETED: 1}, 10)
    assert site.runs() == ["mine one"]
    assert (site.events("stalled"), site.events("completed")) == ({}, {"mine": 1})


def test_a_job_that_ends_while_redis_is_away_has_ended(site: CrashSite, own_redis: RedisService) -> None:
    worker = site.survivor("one")
    release = held(site, worker)
    site.survivor("other")
    own_redis.kill()
    release.set()
    pause(OUTAGE)
    own_redis.start()
    seconds_until(lambda: site.counts() == {State.COMPLETED: 1}, 10)
    pause(OUTAGE)
    assert (site.counts(), site.result("mine")) == ({State.COMPLETED: 1}, "one")
    assert site.runs() == ["mine one"]


def test_a_redis_that_is_killed_under_load_loses_and_doubles_nothing(
    site: CrashSite, own_redis: RedisService
) -> None:  # fmt: skip
    ids = [f"job-{number}" for number in range(1500)]
    site.queue.enqueue(*(job(job_id) for job_id in ids))
    workers = [site.survivor("one"), site.survivor("other")]
    seen = 0
    for _ in range(3):
        seconds_until(lambda seen=seen: len(site.runs()) > seen + 100, 20)
        own_redis.kill()
        own_redis.start()
        seen = len(site.runs())
    seconds_until(lambda: site.counts() == {State.COMPLETED: 1000}, 60)  # as many as are kept
    assert set(site.events("completed")) == set(ids)
    assert set(site.events("completed").values()) == {1}
    assert len(workers) == 2


@pytest.mark.parametrize("torn", [False, True], ids=["answer lost", "request torn"])
def test_a_connection_cut_in_the_middle_of_a_step(site: CrashSite, cable: RedisCable, torn: bool) -> None:
    step = load("step").sha
    ids = [f"job-{number}" for number in range(300)]
    site.survivor("one", cable.url)
    cut = cable.tear_requests if torn else cable.lose_answers
    for start in range(0, 300, 30):
        cut(step)
        site.queue.enqueue(*(job(job_id) for job_id in ids[start : start + 30]))
        assert cable.lost.acquire(timeout=20)
    seconds_until(lambda: site.counts() == {State.COMPLETED: 300}, 30)
    assert site.runs_by_job() == dict.fromkeys(ids, 1)
    assert set(site.events("completed").values()) == {1}
    assert site.events("stalled") == {}


@pytest.mark.parametrize("own_ids", [False, True], ids=["fresh ids", "own ids"])
@pytest.mark.parametrize("torn", [False, True], ids=["answer lost", "request torn"])
def test_a_connection_cut_while_jobs_are_added(
    site: CrashSite, cable: RedisCable, torn: bool, own_ids: bool
) -> None:  # fmt: skip
    with ExitStack() as closing:
        queue = JobQueue.on_redis(cable.url, RedisSettings(redis_prefix="crash"))
        closing.callback(queue.close)
        site.survivor()
        cut = cable.tear_requests if torn else cable.lose_answers
        sent: list[str] = []
        for number in range(10):
            messages = [job(f"{number}-{each}") if own_ids else fresh(each) for each in range(20)]
            cut(b"EVALSHA")
            queue.enqueue(*messages)
            sent += [message.job_id for message in messages]
    seconds_until(lambda: site.counts() == {State.COMPLETED: 200}, 20)
    pause(0.3)
    assert site.counts() == {State.COMPLETED: 200}
    assert site.events("completed") == site.events("added") == dict.fromkeys(sent, 1)


def test_a_cable_that_is_cut_and_mended_at_any_moment(site: CrashSite, cable: RedisCable) -> None:
    ids = [f"job-{number}" for number in range(1000)]
    site.queue.enqueue(*(job(job_id) for job_id in ids))
    site.survivor("one", cable.url)
    for _ in range(5):
        seen = len(site.runs())
        seconds_until(lambda seen=seen: len(site.runs()) >= min(1000, seen + 20), 20)
        cable.cut()
        pause(0.1)
        cable.mend()
    seconds_until(lambda: site.counts() == {State.COMPLETED: 1000}, 60)
    assert site.runs_by_job() == dict.fromkeys(ids, 1)


def fresh(number: int) -> JobMessage:
    return JobMessage("crash.job", QUEUE, {"id": str(number), "hangs_at": ""})
