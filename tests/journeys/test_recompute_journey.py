"""From the request to the row and back, with real processes: what a customer and an operator count on."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.journeys.cable import Cable
from tests.journeys.stack import SMALL_SITE, Stack, eventually, running, slow_site
from tests.services import RedisService


@pytest.fixture
def stack(postgres_url: str, redis_url: str, redis_prefix: str, tmp_path: Path) -> Iterator[Stack]:
    with running(SMALL_SITE, database_url=postgres_url, redis_url=redis_url, prefix=redis_prefix, logs=tmp_path) as it:
        yield it


def test_a_request_becomes_a_score(stack: Stack) -> None:
    stack.start_api()
    project_id = stack.create_project()
    before = stack.call("GET", f"/projects/{project_id}/deo-score")
    assert (before["status"], before["overall"], before["recompute"]) == ("insufficient_data", None, None)

    accepted = stack.recompute(project_id)
    assert accepted == {
        "projectId": project_id,
        "enqueued": True,
        "jobId": accepted["jobId"],
        "deduplicated": False,
    }
    assert stack.recompute(project_id)["deduplicated"]
    stack.start_worker()
    score = stack.scored(project_id)

    assert score["status"] == "scored"
    assert 0 <= score["overall"] <= 100
    assert score["version"] == "v1"
    assert score["recompute"]["jobId"] == accepted["jobId"]
    signals = stack.call("GET", f"/projects/{project_id}/deo-signals")["signals"]
    assert len(signals) == 12
    for name, signal_ in signals.items():
        assert signal_["value"] is not None or signal_["reason"], (name, signal_)
    assert len(stack.snapshots(project_id)) == 1
    project = stack.call("GET", f"/projects/{project_id}")
    assert project["currentDeoScore"] == score["overall"]
    assert project["currentDeoScoreComputedAt"] == score["computedAt"]


def test_a_worker_stopped_in_the_middle_of_a_job_hands_it_on(
    postgres_url: str, redis_url: str, redis_prefix: str, tmp_path: Path
) -> None:
    pages = slow_site(8)
    with running(pages, database_url=postgres_url, redis_url=redis_url, prefix=redis_prefix, logs=tmp_path) as stack:
        stack.start_api()
        project_id = stack.create_project()
        stack.site.pace.clear()
        first = stack.start_worker(SHUTDOWN_TIMEOUT="6")
        stack.recompute(project_id)
        eventually(lambda: "/slow/0" in stack.site.requests, what="the first slow page")
        first.send_signal(signal.SIGTERM)
        stack.site.pace.set()
        assert first.wait(30) == 0

        stack.start_worker()
        assert stack.scored(project_id)["status"] == "scored"
        assert len(stack.snapshots(project_id)) == 1
        fetched = [path for path in stack.site.requests if path.startswith("/slow/")]
        # what was answered before the stop is not fetched again; one page may have been cut off in the middle
        assert len(fetched) <= len(set(fetched)) + 4
        assert set(fetched) == {path for path in pages if path.startswith("/slow/")}


def test_a_killed_worker_loses_nothing(postgres_url: str, redis_url: str, redis_prefix: str, tmp_path: Path) -> None:
    pages = slow_site(6)
    with running(pages, database_url=postgres_url, redis_url=redis_url, prefix=redis_prefix, logs=tmp_path) as stack:
        stack.start_api()
        project_id = stack.create_project()
        stack.site.pace.clear()
        first = stack.start_worker()
        stack.recompute(project_id)
        eventually(lambda: "/slow/0" in stack.site.requests, what="the first slow page")
        first.kill()
        first.wait()
        stack.site.pace.set()

        stack.start_worker()
        assert stack.scored(project_id)["status"] == "scored"
        assert len(stack.snapshots(project_id)) == 1


def test_redis_may_go_away_between_request_and_work(postgres_url: str, own_redis: RedisService, tmp_path: Path) -> None:
    with running(
        SMALL_SITE, database_url=postgres_url, redis_url=own_redis.url, prefix="journey", logs=tmp_path
    ) as stack:
        stack.start_api()
        before, during = stack.create_project(), stack.create_project()
        stack.recompute(before)
        own_redis.stop()
        assert stack.recompute(during)["enqueued"]
        eventually(lambda: stack.call("GET", "/health")["status"] == "degraded", what="health notices")
        own_redis.start()
        stack.start_worker()
        assert stack.scored(before)["status"] == "scored"
        assert stack.scored(during)["status"] == "scored"


def test_redis_may_be_killed_while_jobs_run_and_wait(
    postgres_url: str, own_redis: RedisService, tmp_path: Path
) -> None:
    pages = slow_site(4)
    with running(pages, database_url=postgres_url, redis_url=own_redis.url, prefix="journey", logs=tmp_path) as stack:
        stack.start_api()
        project_id = stack.create_project()
        stack.site.pace.clear()
        stack.start_worker()
        stack.recompute(project_id)  # waits, delayed, for the crawl that runs
        eventually(lambda: "/slow/0" in stack.site.requests, what="the crawl runs")
        eventually(lambda: "queue.job.postponed" in stack.log(), what="the recompute waits")
        for _ in range(2):
            own_redis.kill()
            eventually(lambda: stack.call("GET", "/health")["status"] == "degraded", what="health notices")
            own_redis.start()
            eventually(lambda: stack.call("GET", "/health")["status"] == "ok", what="health recovers")
        stack.site.pace.set()
        assert stack.scored(project_id)["status"] == "scored"
        assert len(stack.snapshots(project_id)) == 1


def test_the_database_may_go_away_in_the_middle_of_a_crawl(
    postgres_url: str, redis_url: str, redis_prefix: str, tmp_path: Path
) -> None:
    pages = slow_site(4)
    with (
        Cable(postgres_url) as cable,
        running(pages, database_url=postgres_url, redis_url=redis_url, prefix=redis_prefix, logs=tmp_path) as stack,
    ):
        stack.start_api()
        project_id = stack.create_project()
        stack.site.pace.clear()
        stack.start_worker(DATABASE_URL=cable.url)
        stack.recompute(project_id)
        eventually(lambda: "/slow/0" in stack.site.requests, what="the crawl runs")
        cable.cut()
        stack.site.pace.set()
        eventually(lambda: "queue.job.retrying" in stack.log(), what="a job notices")
        cable.mend()
        assert stack.scored(project_id)["status"] == "scored"
        assert len(stack.snapshots(project_id)) == 1


def test_a_flushed_redis_loses_nothing(postgres_url: str, own_redis: RedisService, tmp_path: Path) -> None:
    with running(
        SMALL_SITE, database_url=postgres_url, redis_url=own_redis.url, prefix="journey", logs=tmp_path
    ) as stack:
        stack.start_api()
        first, second = stack.create_project(), stack.create_project()
        stack.recompute(first)
        with own_redis.client() as client:
            client.flushall()
        stack.recompute(second)  # the next sending notices
        stack.start_worker()
        assert stack.scored(first)["status"] == "scored"
        assert stack.scored(second)["status"] == "scored"


def test_a_hundred_requests_for_one_project_end_in_at_most_two_scores(stack: Stack) -> None:
    stack.start_api()
    project_id = stack.create_project()
    stack.recompute(project_id)
    stack.start_worker()
    stack.scored(project_id)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: stack.recompute(project_id), range(100)))
    eventually(lambda: _idle(stack, project_id), what="all recomputes done")
    jobs = {answer["jobId"] for answer in answers}
    assert 1 <= len(jobs) <= 2
    assert len(stack.snapshots(project_id)) - 1 == len(jobs)
    assert len(jobs) == sum(not answer["deduplicated"] for answer in answers)


def test_while_nothing_is_worked_a_hundred_requests_are_one(stack: Stack) -> None:
    stack.start_api()
    project_id = stack.create_project()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: stack.recompute(project_id), range(100)))
    assert len({answer["jobId"] for answer in answers}) == 1
    assert sum(not answer["deduplicated"] for answer in answers) == 1
    stack.start_worker()
    stack.scored(project_id)
    assert len(stack.snapshots(project_id)) == 1


def test_a_hundred_projects_and_two_workers_end_in_a_hundred_scores(stack: Stack) -> None:
    stack.start_api()
    stack.start_worker()
    stack.start_worker()
    with ThreadPoolExecutor(8) as pool:
        projects = list(pool.map(lambda _: stack.create_project(), range(100)))
        list(pool.map(stack.recompute, projects))
    for project_id in projects:
        stack.scored(project_id, within=120)
        assert len(stack.snapshots(project_id)) == 1


def _idle(stack: Stack, project_id: str) -> bool:
    status: str = stack.call("GET", f"/projects/{project_id}/deo-score")["recompute"]["status"]
    return status in {"completed", "failed"}
