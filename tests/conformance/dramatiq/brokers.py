"""The broker that dramatiq's tests run on, as the environment of their process names it."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker

TARGET = os.environ["CONFORMANCE_TARGET"]
REDIS_URL = os.environ["CONFORMANCE_REDIS_URL"]


def stub_like() -> dramatiq.Broker:
    """What stands in for dramatiq's StubBroker: `join` raises what a failed actor raised."""
    return StubBroker()


def redis_like() -> dramatiq.Broker:
    """What stands in for dramatiq's RedisBroker: `join` never raises what an actor raised."""
    broker: dramatiq.Broker = RedisBroker(url=REDIS_URL, namespace=_unused_name())  # type: ignore[no-untyped-call] # dramatiq has no types here
    return broker


def shared_redis_like(middleware: list[dramatiq.Middleware] | None = None) -> dramatiq.Broker:
    """As `redis_like`, and the same for all processes of a run: dramatiq's command line and the test that starts it."""
    broker: dramatiq.Broker = RedisBroker(url=REDIS_URL, middleware=middleware)  # type: ignore[no-untyped-call] # dramatiq has no types here
    return broker


@contextmanager
def in_use(broker: dramatiq.Broker) -> Iterator[dramatiq.Broker]:
    """The broker as a process has it: booted, the default of new actors, and left empty."""
    broker.emit_after("process_boot")
    dramatiq.set_broker(broker)
    try:
        yield broker
    finally:
        broker.flush_all()
        broker.emit_before("process_stop")
        broker.close()


@contextmanager
def working(broker: dramatiq.Broker, **options: Any) -> Iterator[dramatiq.Worker]:
    """A worker that runs inside of the block."""
    worker = dramatiq.Worker(broker, **options)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def _unused_name() -> str:
    return f"conformance_{secrets.token_hex(6)}"
