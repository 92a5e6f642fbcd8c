"""The broker that dramatiq's tests run on, as the environment of their process names it."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker

from engineo.infra.broker.broker import EngineOBroker
from engineo.infra.broker.memory_store import MemoryStore
from engineo.infra.broker.redis_store import RedisStore
from engineo.infra.broker.worker import Worker

REDIS_URL = os.environ["CONFORMANCE_REDIS_URL"]
MakeBroker = Callable[..., dramatiq.Broker]


@dataclass(frozen=True, slots=True)
class Target:
    """What stands in for dramatiq's StubBroker and RedisBroker; the latter's `join` raises nothing of an actor's.

    `shared` makes a Redis broker whose queues all processes of a run have in common.
    """

    stub: MakeBroker
    redis: MakeBroker
    shared: MakeBroker
    worker: type[dramatiq.Worker]


def _stock(namespace: str | None = None, **options: Any) -> dramatiq.Broker:
    broker: dramatiq.Broker = RedisBroker(  # type: ignore[no-untyped-call] # dramatiq has no types here
        url=REDIS_URL, namespace=namespace or _unused_name(), **options
    )
    return broker


def _on_redis(prefix: str | None = None, **options: Any) -> dramatiq.Broker:
    return EngineOBroker(RedisStore.from_url(REDIS_URL, prefix or _unused_name()), **options)


def _unused_name() -> str:
    return f"conformance_{secrets.token_hex(6)}"


def _in_memory(**options: Any) -> dramatiq.Broker:
    return EngineOBroker(MemoryStore(), **options)


def _ours(new: MakeBroker, worker: type[dramatiq.Worker]) -> Target:
    quiet = {"fail_fast_default": False}
    return Target(new, partial(new, **quiet), partial(_on_redis, "shared", **quiet), worker)


TARGETS = {
    "stock": Target(StubBroker, _stock, partial(_stock, "shared"), dramatiq.Worker),
    "redis": _ours(_on_redis, Worker),
    "redis-dramatiqs_worker": _ours(_on_redis, dramatiq.Worker),
    "memory": _ours(_in_memory, Worker),
}
TARGET = TARGETS[os.environ["CONFORMANCE_TARGET"]]


@contextmanager
def in_use(broker: dramatiq.Broker) -> Iterator[dramatiq.Broker]:
    """The broker as a process has it: booted, the default of new actors, and left empty."""
    broker.emit_after("process_boot")
    dramatiq.set_broker(broker)
    try:
        yield broker
    finally:
        broker.flush_all()
        broker.close()


@contextmanager
def working(broker: dramatiq.Broker, **options: Any) -> Iterator[dramatiq.Worker]:
    """A worker that runs inside of the block."""
    worker = TARGET.worker(broker, **options)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()
