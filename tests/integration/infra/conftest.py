"""Database, queue and outbox as a process has them, on real services."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, ClassVar

import dramatiq
import pytest
import redis
import sqlalchemy as sa

from engineo.infra.broker import JobQueue, QueueSettings, wire
from engineo.infra.broker.store import Event, State
from engineo.infra.database import Base, Database, parse_url
from engineo.infra.outbox import OutboxRelay, OutboxRow
from engineo.infra.processors import QueueProcessors
from engineo.infra.redis import RedisSettings
from engineo.infra.unit_of_work import SqlUnitOfWork
from engineo.kernel.jobs import Actor, Job

LEASE = timedelta(seconds=2)


class Note(Job):
    """A job for tests: it says which one it is."""

    kind: ClassVar[str] = "tests.note"
    queue: ClassVar[str] = "notes"

    text: str


class World:
    """The platform of one process, without its modules."""

    def __init__(self, database_url: str, redis_url: str, prefix: str) -> None:
        self.redis_url = redis_url
        self.prefix = prefix
        self.closing = ExitStack()
        self.database = Database(parse_url(database_url))
        self.closing.callback(self.database.close)
        Base.metadata.create_all(self.database.engine, tables=[OutboxRow.__table__])  # type: ignore[list-item] # a Table
        settings = RedisSettings(redis_prefix=prefix, redis_max_retries_per_request=0)
        self.jobs = JobQueue.on_redis(redis_url, settings, events_kept=100_000)
        self.closing.callback(self.jobs.close)
        self.relay = OutboxRelay(self.database, self.jobs)
        self.closing.callback(self.relay.stop, 10.0)
        self.uow = SqlUnitOfWork(self.database, self.relay.relay)

    def processors(
        self, *actors: Actor[Any], queues: Sequence[str] | None = None, threads: int = 2, lease: timedelta = LEASE
    ) -> QueueProcessors:
        """Stopped at the end of the test at the latest."""
        settings = QueueSettings(queue_lease_seconds=lease.total_seconds())
        parts = QueueProcessors(
            self.jobs, actors, self.database, settings, queues=queues, threads=threads
        )  # fmt: skip
        self.closing.callback(parts.stop, 10.0)
        return parts

    def rows(self) -> dict[str, bool]:
        """Job ids of the outbox, and whether each has been relayed."""
        with self.database.session(read_only=True) as session:
            found = session.execute(sa.select(OutboxRow.job_id, OutboxRow.relayed_at).order_by(OutboxRow.created_at))
            return {job_id: relayed_at is not None for job_id, relayed_at in found}

    def queued(self) -> list[str]:
        """The ids of the jobs that wait or run, delayed ones included."""
        return self.ids(State.WAITING, State.DELAYED, State.ACTIVE)

    def dead(self) -> list[dict[str, Any]]:
        """What is kept of the failed jobs."""
        found = self.jobs.store.find(self.ids(State.FAILED))
        return [json.loads(stored.info or b"{}") for stored in found if stored is not None]

    def messages(self) -> "dict[str, dramatiq.Message[Any]]":
        """What the queue holds, by job id, as a worker would read it."""
        found = self.jobs.store.find(self.ids(*State))
        places = [(stored.record.place, stored.record.body) for stored in found if stored is not None]
        return {place.job_id: wire.decode(body, place.queue, place.job_id) for place, body in places}

    def ids(self, *states: State) -> list[str]:
        """Jobs of every queue that has any."""
        store = self.jobs.store
        with self.client() as client:
            records = client.hgetall(f"{self.prefix}:{{q}}:jobs")
        queues = {record[1:].split(b"|", 1)[0].decode() for record in records.values()}
        return sorted(
            job_id
            for queue in queues
            for state in states
            for job_id in store.list_ids(queue, state, 0, 10_000, newest_first=False)
        )

    def added(self) -> list[str]:
        """The ids of the jobs that the queue says it has added, one for each time."""
        return [event.job_id for event in self.events("added")]

    def events(self, *names: str) -> list[Event]:
        """What the queue tells of its jobs, oldest first; with names only those."""
        found = self.jobs.store.events("", 100_000, None)
        return [event for event in found if not names or event.name in names]

    def client(self) -> "redis.Redis":
        return redis.Redis.from_url(self.redis_url, protocol=2, socket_timeout=5)


@pytest.fixture
def make_world() -> Iterator[Callable[[str, str, str], World]]:
    with ExitStack() as worlds:

        def make(database_url: str, redis_url: str, prefix: str) -> World:
            world = World(database_url, redis_url, prefix)
            worlds.callback(world.closing.close)
            return world

        yield make


@pytest.fixture
def world(make_world: Callable[[str, str, str], World], database_url: str, redis_url: str, redis_prefix: str) -> World:
    return make_world(database_url, redis_url, redis_prefix)


@pytest.fixture
def note() -> type[Note]:
    return Note


@pytest.fixture
def eventually() -> Callable[..., None]:
    """`eventually(lambda: ..., within=10)`: returns once the condition holds, and fails when it does not in time."""

    def wait(condition: Callable[[], object], within: float = 10.0) -> None:
        deadline = time.monotonic() + within
        pause = threading.Event()
        while not condition():
            assert time.monotonic() < deadline, f"not within {within} s"
            pause.wait(0.01)

    return wait


@pytest.fixture
def in_threads() -> Callable[[int, Callable[[], Any]], list[Any]]:
    """Runs a call in several threads that begin together, and returns what each returned."""

    def run(count: int, call: Callable[[], Any]) -> list[Any]:
        together = threading.Barrier(count)

        def begin() -> Any:
            together.wait(10)
            return call()

        with ThreadPoolExecutor(count) as pool:
            return [future.result(30) for future in [pool.submit(begin) for _ in range(count)]]

    return run
