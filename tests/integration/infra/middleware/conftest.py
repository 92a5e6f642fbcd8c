"""Dramatiq's middleware, once per broker and worker: on dramatiq's stub, which says what is right, and on ours."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import dramatiq
import pytest
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import Middleware

from engineo.infra.broker.broker import EngineOBroker
from engineo.infra.broker.memory_store import MemoryStore
from engineo.infra.broker.redis_store import RedisStore
from engineo.infra.broker.worker import Worker

MakeBroker = Callable[[pytest.FixtureRequest, list[Middleware] | None], dramatiq.Broker]


def stub(_request: pytest.FixtureRequest, middleware: list[Middleware] | None) -> dramatiq.Broker:
    return StubBroker(middleware)


def on_redis(request: pytest.FixtureRequest, middleware: list[Middleware] | None) -> dramatiq.Broker:
    url, prefix = (request.getfixturevalue(name) for name in ("redis_url", "redis_prefix"))
    return EngineOBroker(RedisStore.from_url(url, prefix), middleware)


def in_memory(_request: pytest.FixtureRequest, middleware: list[Middleware] | None) -> dramatiq.Broker:
    return EngineOBroker(MemoryStore(), middleware)


SETUPS: dict[str, tuple[MakeBroker, type[dramatiq.Worker]]] = {
    "stub": (stub, dramatiq.Worker),
    "redis": (on_redis, Worker),
    "redis-dramatiqs_worker": (on_redis, dramatiq.Worker),
    "memory": (in_memory, Worker),
    "memory-dramatiqs_worker": (in_memory, dramatiq.Worker),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test runs on all of them; one for `our_broker` not on the stub, which cannot do what it asks for."""
    if "setup" in metafunc.fixturenames:
        names = [name for name in SETUPS if name != "stub" or "our_broker" not in metafunc.fixturenames]
        metafunc.parametrize("setup", names, indirect=True)


@pytest.fixture
def setup(request: pytest.FixtureRequest) -> tuple[MakeBroker, type[dramatiq.Worker]]:
    return SETUPS[request.param]


@pytest.fixture
def make_broker(
    setup: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Any]]:
    """`make_broker()` has dramatiq's own middleware, `make_broker(AgeLimit(), Retries())` only what it is given.

    The last one is dramatiq's default broker, which pipelines use.
    """
    with ExitStack() as closing:

        def make(*middleware: Middleware) -> Any:
            broker = setup[0](request, list(middleware) or None)
            closing.callback(broker.close)
            closing.callback(broker.flush_all)
            broker.emit_after("process_boot")
            monkeypatch.setattr(dramatiq.broker, "global_broker", broker)
            return broker

        yield make


@pytest.fixture
def broker(make_broker: Callable[..., Any]) -> Any:
    return make_broker()


@pytest.fixture
def our_broker(broker: Any) -> Any:
    return broker


@pytest.fixture
def work(setup: Any, make_broker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """`work(broker, threads=1)` is a worker that has started; it stops with the test at the latest."""
    assert make_broker, "brokers close after their workers stopped"
    monkeypatch.setattr(dramatiq.worker, "CONSUMER_RESTART_DELAY_SECS", 0.05)  # how long a consumer takes to resume
    with ExitStack() as stopping:

        def start(broker: Any, *, threads: int = 2, queues: set[str] | None = None) -> Any:
            worker = setup[1](broker, queues=queues, worker_timeout=50, worker_threads=threads)
            worker.start()
            stopping.callback(lambda: any(thread.is_alive() for thread in worker.workers) and worker.stop())
            return worker

        yield start
