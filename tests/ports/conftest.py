"""The queue's store, once in memory and once on Redis: every test of the port runs on both."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.ports.queue_world import Clock, World, memory_store, redis_store

from engineo.infra.broker.store import JobStore


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "redis"])
def make_store(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Callable[..., JobStore]]:
    """Makes stores of one memory each, forgotten at the end of the test."""
    with ExitStack() as closing:

        def make(**options: int) -> JobStore:
            if request.param == "memory":
                return memory_store(clock, **options)
            prefix = f"{request.getfixturevalue('redis_prefix')}_{len(made)}"
            store = redis_store(request.getfixturevalue("redis_url"), prefix, clock, **options)
            closing.callback(store.close)
            closing.callback(store.flush)
            made.append(store)
            return store

        made: list[JobStore] = []
        yield make


@pytest.fixture
def store(make_store: Callable[..., JobStore]) -> JobStore:
    return make_store()


@pytest.fixture
def world(store: JobStore, clock: Clock) -> World:
    return World(store, clock)
