"""What a process runs, refuses and answers: flags, missing settings, exit codes."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.journeys.stack import SMALL_SITE, Stack, eventually, running
from tests.services import free_port

from engineo.infra.broker.store import State

BARE = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "SSL_CERT_FILE"}}
API = ["-m", "uvicorn", "--factory", "engineo.api_main:create_app", "--port", "0"]
WORKER = ["-m", "engineo.worker_main"]
MIGRATE = ["-m", "engineo.cli", "migrate"]


@pytest.fixture
def stack(postgres_url: str, redis_url: str, redis_prefix: str, tmp_path: Path) -> Iterator[Stack]:
    with running(SMALL_SITE, database_url=postgres_url, redis_url=redis_url, prefix=redis_prefix, logs=tmp_path) as it:
        yield it


def run(command: list[str], cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={**BARE, "LOG_LEVEL": "error", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_a_worker_without_redis_says_so_and_ends(environment: str, tmp_path: Path) -> None:
    done = run(WORKER, tmp_path, NODE_ENV=environment, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "neither REDIS_URL nor REDIS_HOST is set" in done.stderr
    assert not list(tmp_path.iterdir()), "nothing embedded may be started"


@pytest.mark.parametrize("command", [API, WORKER, MIGRATE], ids=["api", "worker", "migrate"])
def test_without_a_database_production_says_so_and_ends(command: list[str], tmp_path: Path) -> None:
    done = run(command, tmp_path, NODE_ENV="production", REDIS_URL="redis://127.0.0.1:1")
    assert done.returncode == 1, done.stderr
    assert "DATABASE_URL is not set" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_worker_that_cannot_reach_redis_ends_with_one_clear_message(sqlite_url: str, tmp_path: Path) -> None:
    done = run(WORKER, tmp_path, ENGINEO_ENV="test", DATABASE_URL=sqlite_url, REDIS_URL="redis://:hush@127.0.0.1:1",
               ENGINEO_HOME=str(tmp_path / "home"))  # fmt: skip
    assert done.returncode == 1
    assert "Redis at 127.0.0.1:1 cannot be reached" in done.stderr
    assert "hush" not in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_settings_are_reported_together(tmp_path: Path) -> None:
    done = run(WORKER, tmp_path, REDIS_URL="https://eu1.upstash.io", ENABLE_CRON="perhaps", DATABASE_URL="oracle://x")
    assert done.returncode == 1
    assert "Upstash REST URL" in done.stderr
    assert "ENABLE_CRON" in done.stderr
    assert "DATABASE_URL" in done.stderr


def test_while_the_database_is_away_the_api_answers_503(redis_url: str, redis_prefix: str, tmp_path: Path) -> None:
    nowhere = f"postgresql://nobody:hush@127.0.0.1:{free_port()}/none"
    with running(SMALL_SITE, database_url=nowhere, redis_url=redis_url, prefix=redis_prefix, logs=tmp_path) as stack:
        stack.key = "eo_" + "x" * 43
        stack.start_api()
        health = stack.call("GET", "/health")
        assert (health["status"], health["database"]["status"], health["redis"]["status"]) == ("degraded", "down", "ok")
        problem = stack.call("GET", "/projects", expect=503)
        assert "the database cannot be reached" in problem["detail"]
        assert "hush" not in stack.log() + str(health) + str(problem)


def test_up_runs_both_until_it_is_told_to_stop(tmp_path: Path) -> None:
    port = free_port()
    environment = {**BARE, "ENGINEO_HOME": str(tmp_path / "home"), "PYTHONUNBUFFERED": "1"}
    with (tmp_path / "up.log").open("wb") as log:
        up = subprocess.Popen(
            [sys.executable, "-m", "engineo.cli", "up", "--port", str(port)],
            env=environment,
            cwd=tmp_path,
            stdout=log,
            stderr=log,
        )
    said = (tmp_path / "up.log").read_text
    try:
        eventually(lambda: "Ctrl-C stops both." in said() or up.poll() is not None, what="up is ready")
        key = re.search(r"eo_[\w-]{43}", said())
        assert key, said()
        headers = {"Authorization": f"Bearer {key[0]}"}
        listed = httpx2.get(f"http://127.0.0.1:{port}/projects", headers=headers, trust_env=False)
        assert listed.status_code == 200
        up.send_signal(signal.SIGINT)
        assert up.wait(40) == 0
    finally:
        up.kill()
        up.wait()
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"http://127.0.0.1:{port}/health", trust_env=False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_cleanly(stack: Stack, number: signal.Signals) -> None:
    worker = stack.start_worker()
    worker.send_signal(number)
    assert worker.wait(25) == 0
    assert "worker.process.stopped" in stack.log()


def test_staging_with_processors_off_stays_up_and_consumes_nothing(stack: Stack) -> None:
    stack.start_api()
    worker = stack.start_worker(ENABLE_QUEUE_PROCESSORS="false", ENABLE_CRON="false")
    accepted = stack.recompute(stack.create_project())
    assert accepted["enqueued"]
    with stack.queue() as jobs:
        eventually(lambda: jobs.store.counts("deo_score_queue")[State.WAITING] == 1, what="the job waits in Redis")
        assert jobs.store.consumers(["deo_score_queue"]) == {"deo_score_queue": 0}
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(25) == 0
        assert jobs.store.counts("deo_score_queue")[State.WAITING] == 1
    boot = next(line for line in stack.log().splitlines() if "process.boot.flags" in line and '"worker"' in line)
    assert '"enable_queue_processors": false' in boot
    assert '"enable_cron": false' in boot


def test_the_api_may_run_processors_too(stack: Stack) -> None:
    stack.start_api(ENABLE_QUEUE_PROCESSORS="true")
    project_id = stack.create_project()
    stack.recompute(project_id)
    assert stack.scored(project_id)["status"] == "scored"


def test_two_worker_processes_are_supervised(stack: Stack) -> None:
    stack.start_api()
    parent = stack.start_worker("--processes", "2", "--threads", "2")
    first = eventually(lambda: _ready_children(stack, parent.pid, 2), what="two children")
    os.kill(first[0], signal.SIGKILL)
    three = eventually(lambda: _ready_children(stack, parent.pid, 3), what="a child in its place")
    project_id = stack.create_project()
    stack.recompute(project_id)
    assert stack.scored(project_id)["status"] == "scored"
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(30) == 0
    for pid in three:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def _ready_children(stack: Stack, parent: int, count: int) -> list[int]:
    """The children that have said they are ready so far; empty until there are `count`."""
    lines = [json.loads(line) for line in stack.log().splitlines() if "worker.process.ready" in line]
    pids = [line["pid"] for line in lines if line["pid"] != parent]
    return pids if len(pids) >= count else []
