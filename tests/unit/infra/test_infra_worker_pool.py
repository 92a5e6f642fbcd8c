"""Several worker processes: started, seen, started again, and stopped together."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engineo.infra.broker import JobQueue
from engineo.infra.redis import RedisSettings
from engineo.infra.worker_pool import WorkerPool
from engineo.kernel.flags import ProcessFlags
from engineo.kernel.process import ProcessInfo

FLAGS = ProcessFlags(cron=False, queue_processors=True, queue_events=False, queue_schedulers=False)


def eventually(condition: Callable[[], object], within: float = 30.0) -> None:
    deadline, pause = time.monotonic() + within, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"not within {within} s"
        pause.wait(0.02)


@pytest.fixture
def jobs(redis_url: str, redis_prefix: str) -> Iterator[JobQueue]:
    found = JobQueue.on_redis(redis_url, RedisSettings(redis_prefix=redis_prefix))
    yield found
    found.close()


def test_children_get_what_the_parent_was_told(monkeypatch: pytest.MonkeyPatch, jobs: JobQueue) -> None:
    monkeypatch.setenv("HEALTH_PORT", "8080")
    pool = WorkerPool(ProcessInfo("worker", "test", FLAGS, queues=("a", "b"), threads=3, processes=2), jobs)
    command = pool._command(1, "mine-1-0")
    assert command[1:3] == ["-m", "engineo.worker_main"]
    assert command[command.index("--queues") + 1] == "a,b"
    assert command[command.index("--threads") + 1] == "3"
    assert command[command.index("--parent") + 1] == str(os.getpid())
    assert command[command.index("--name") + 1] == "mine-1-0"
    assert command[command.index("--share") + 1] == "1/2"
    assert "--processes" not in command
    assert "HEALTH_PORT" not in pool._environment()


def test_a_child_that_dies_is_started_again_and_all_stop_together(
    engineo_home: Path,
    sqlite_url: str,
    redis_url: str,
    redis_prefix: str,
    monkeypatch: pytest.MonkeyPatch,
    jobs: JobQueue,
) -> None:
    flags = ("ENABLE_CRON", "ENABLE_QUEUE_PROCESSORS")
    values = {"DATABASE_URL": sqlite_url, "REDIS_URL": redis_url, "REDIS_PREFIX": redis_prefix}
    for name, value in {**values, **dict.fromkeys(flags, "false")}.items():
        monkeypatch.setenv(name, value)
    pool = WorkerPool(ProcessInfo("worker", "test", FLAGS, processes=2), jobs)
    pool.stop(1.0)
    pool = WorkerPool(ProcessInfo("worker", "test", FLAGS, processes=2), jobs)
    pool.start()
    try:
        pool.start()
        eventually(lambda: len(pool.pids()) == 2)
        first = pool.pids()[0]
        os.kill(first, signal.SIGKILL)
        eventually(lambda: len(pool.pids()) == 2 and first not in pool.pids())
    finally:
        pool.stop(20.0)
    assert pool.pids() == []
    assert engineo_home
