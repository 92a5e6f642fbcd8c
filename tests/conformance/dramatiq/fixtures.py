"""The fixtures that dramatiq's tests ask for, and a report of how each test ended."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import dramatiq
import pytest
import redis
from dramatiq.brokers.stub import StubBroker
from dramatiq.rate_limits import RateLimiterBackend
from dramatiq.rate_limits import backends as limiter_backends
from dramatiq.results import ResultBackend
from dramatiq.results import backends as result_backends
from tests.conformance.dramatiq import brokers

IDLE = {"worker_timeout": 100, "worker_threads": 32}
STOP_SECONDS = 30.0


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """One line of JSON per phase that decides something; written by the process that hears of all tests."""
    if "PYTEST_XDIST_WORKER" in os.environ or (report.when != "call" and report.passed):
        return
    line = {"test": report.nodeid, "outcome": report.outcome, "why": report.longreprtext[-3000:]}
    with Path(os.environ["CONFORMANCE_REPORT"]).open("a") as lines:
        lines.write(f"{json.dumps(line)}\n")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The command line's processes share a broker: one of its tests at a time."""
    for item in items:
        if "start_cli" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("command_line"))


@pytest.fixture(autouse=True)
def default_broker() -> None:
    """No test meets the default broker of the one before it."""
    dramatiq.set_broker(StubBroker())


@pytest.fixture
def stub_broker() -> Iterator[dramatiq.Broker]:
    with brokers.in_use(brokers.TARGET.stub()) as broker:
        yield broker


@pytest.fixture
def stub_worker(stub_broker: dramatiq.Broker) -> Iterator[dramatiq.Worker]:
    with brokers.working(stub_broker, **IDLE) as worker:
        yield worker


@pytest.fixture
def redis_broker() -> Iterator[dramatiq.Broker]:
    with brokers.in_use(brokers.TARGET.redis()) as broker:
        yield broker


@pytest.fixture
def redis_worker(redis_broker: dramatiq.Broker) -> Iterator[dramatiq.Worker]:
    with brokers.working(redis_broker, **IDLE) as worker:
        yield worker


@pytest.fixture
def redis_client() -> Iterator["redis.Redis"]:
    """An empty database, which no test has that runs at the same time: keys of the backends have no prefix."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
    with redis.Redis.from_url(f"{brokers.REDIS_URL.rpartition('/')[0]}/{number}") as client:
        client.flushdb()
        yield client


@pytest.fixture
def redis_result_backend(redis_client: "redis.Redis") -> ResultBackend:
    backend: ResultBackend = result_backends.RedisBackend(client=redis_client)
    return backend


@pytest.fixture(params=["redis", "stub"])
def result_backend(request: pytest.FixtureRequest) -> ResultBackend:
    if request.param == "stub":
        return result_backends.StubBackend()
    backend: ResultBackend = request.getfixturevalue("redis_result_backend")
    return backend


@pytest.fixture(params=["redis", "stub"])
def rate_limiter_backend(request: pytest.FixtureRequest) -> RateLimiterBackend:
    backend: RateLimiterBackend
    if request.param == "stub":
        backend = limiter_backends.StubBackend()  # type: ignore[no-untyped-call] # dramatiq has no types here
    else:
        backend = limiter_backends.RedisBackend(client=request.getfixturevalue("redis_client"))
    return backend


@pytest.fixture
def start_cli() -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Starts dramatiq's command line in the tests' folder; it ends with the test at the latest."""
    with ExitStack() as running:

        def start(broker: str, *, extra_args: tuple[str, ...] | list[str] = (), **options: Any) -> Any:
            process = subprocess.Popen([sys.executable, "-m", "dramatiq", *extra_args, broker], **options)
            running.callback(process.wait, STOP_SECONDS)
            running.callback(process.terminate)
            return process

        yield start
