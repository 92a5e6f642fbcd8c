"""A worker is killed at each step of a job: nothing is lost, and only what was running runs twice."""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.integration.infra.crash_site import GRACE, LEASE, CrashSite, seconds_until
from tests.integration.infra.crash_worker import job

from engineo.infra.broker.store import State


@pytest.fixture
def site(redis_url: str, redis_prefix: str) -> Iterator[CrashSite]:
    with ExitStack() as closing:
        yield CrashSite(redis_url, redis_prefix, closing)


@pytest.mark.parametrize(("step", "runs"), [("fetched", 1), ("running", 2), ("ended", 2), ("told", 1)])
def test_a_worker_killed_at_a_step(site: CrashSite, step: str, runs: int) -> None:
    others = [f"other-{number}" for number in range(20)]
    site.queue.enqueue(job("mine", hangs_at=step))
    victim = site.victim()
    site.wait_reached(victim)
    site.queue.enqueue(*(job(job_id) for job_id in others))
    site.survivor()
    victim.kill()
    victim.wait(20)
    seconds_until(lambda: site.counts() == {State.COMPLETED: 21}, LEASE / 1000 + GRACE)
    assert site.runs_by_job() == {"mine": runs} | dict.fromkeys(others, 1)
    assert site.result("mine") == ("victim" if step == "told" else "survivor")
    assert set(site.events("completed").values()) == {1}
    assert site.events("stalled")["mine"] == (0 if step == "told" else 1)


def test_a_survivor_that_is_never_idle_takes_over_too(site: CrashSite) -> None:
    numbers = itertools.count()

    def feed() -> None:
        if site.counts().get(State.WAITING, 0) < 300:  # whoever takes one of these and is mortal hangs
            site.queue.enqueue(*(job(f"{next(numbers)}", hangs_at="running") for _ in range(300)))

    def victims() -> set[str]:
        feed()
        return {run.split()[0] for run in site.runs() if run.endswith(" victim")}

    def taken_over() -> bool:
        feed()
        return site.runs_by_job()[mine] == 2

    feed()
    site.survivor()
    victim = site.victim()
    seconds_until(victims, 20)
    (mine,) = victims()
    victim.kill()
    victim.wait(20)
    seconds_until(taken_over, LEASE / 1000 + GRACE)
