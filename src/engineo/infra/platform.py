"""The platform of one process: its infrastructure, built from settings without touching a socket, then opened."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from engineo.infra import migrations
from engineo.infra.bell import RedisBell
from engineo.infra.broker import JobQueue, QueueSettings
from engineo.infra.clock import SystemClock
from engineo.infra.database import Database, DatabaseSettings, require_url
from engineo.infra.embedded import EmbeddedRedis, home_folder, make_home
from engineo.infra.http import FetchSettings, HttpFetcherFactory, refuse_in_production
from engineo.infra.job_registry import StoredJobRegistry, declared_queues
from engineo.infra.outbox import OutboxRelay
from engineo.infra.redis import RedisSettings, require_redis
from engineo.infra.settings import EnvironmentSettings, LoadedSettings, Settings
from engineo.infra.unit_of_work import SqlUnitOfWork
from engineo.kernel.errors import UnavailableError
from engineo.kernel.fetching import FetcherFactory
from engineo.kernel.job_registry import JobRegistry
from engineo.kernel.ports import Bell, Clock, Queue, Runtime, UnitOfWork
from engineo.kernel.process import ProcessInfo

log = structlog.get_logger(__name__)

# What the platform itself reads; features declare theirs as needs.
SETTINGS: tuple[type[Settings], ...] = (
    EnvironmentSettings,
    DatabaseSettings,
    RedisSettings,
    QueueSettings,
    FetchSettings,
)


class Platform:
    """Database, queue, outbox and what else every feature stands on."""

    def __init__(self, settings: LoadedSettings, process: ProcessInfo) -> None:
        environment = settings[EnvironmentSettings]
        self._process = process
        self._local = environment.is_local
        self._database_settings = settings[DatabaseSettings]
        self._redis_settings = settings[RedisSettings]
        refuse_in_production(environment, settings[FetchSettings])

        self.home: Path = home_folder() if self._local else Path()
        self._embedded = EmbeddedRedis(self.home) if self._local and not self._redis_settings.configured else None
        url = self._embedded.url if self._embedded else self._redis_settings.queue_url() or "redis://not-set"
        self.clock = SystemClock()
        self.database = Database(self._database_settings.url(self.home), self._database_settings.database_pool_size)
        self.jobs = JobQueue.on_redis(url, self._redis_settings, settings[QueueSettings].queue_events_kept)
        self.bell = RedisBell(url, self._redis_settings)
        self.relay = OutboxRelay(self.database, self.jobs)
        self.uow = SqlUnitOfWork(self.database, self.relay.relay)
        self.registry = StoredJobRegistry(self.jobs, self.database, lambda: set(declared_queues()))
        self.fetchers = HttpFetcherFactory(settings[FetchSettings])

    def redis_identity(self) -> dict[str, str]:
        """Prefix, and a hash of the URL: comparable without showing the password."""
        url = self._embedded.url if self._embedded else self._redis_settings.queue_url() or ""
        return {
            "prefix": self._redis_settings.redis_prefix,
            "redis": hashlib.sha256(url.encode()).hexdigest()[:16],
        }

    def exports(self) -> dict[type, object]:
        return {
            Clock: self.clock,
            UnitOfWork: self.uow,
            Queue: self.jobs,
            Bell: self.bell,
            JobQueue: self.jobs,
            JobRegistry: self.registry,
            Database: self.database,
            FetcherFactory: self.fetchers,
            Runtime: self,
        }

    def open(self) -> None:
        """Start what is embedded and check the database. Raise `BootError` or `UnavailableError` with what to do.

        The API tolerates a database or Redis that is away for a while; a worker without them is of no use and says so.
        """
        if self._process.role == "worker":
            require_redis(self._redis_settings, local=self._local)
        require_url(self._database_settings, local=self._local)
        if self._local:
            make_home(self.home)
        if self._embedded:
            self._embedded.start()
        try:
            if self._local:
                migrations.upgrade(self._database_settings.migration_url(self.home))
            else:
                migrations.verify(self.database)
        except UnavailableError as error:
            if self._process.role != "api":
                raise
            log.warning(
                "database.boot.unavailable", reason=error.message, meaning="requests answer 503 until it is back"
            )

    def migrate(self, revision: str) -> None:
        """`engineo migrate`: the only way migrations run in staging and production."""
        require_url(self._database_settings, local=self._local)
        if self._local:
            make_home(self.home)
        migrations.upgrade(self._database_settings.migration_url(self.home), revision)

    @contextmanager
    def running(self) -> Iterator[None]:
        """The port `Runtime`: for one command of the CLI."""
        try:
            self.open()
            self.relay.start()
            yield
        finally:
            self.relay.stop(timeout=5.0)
            self.close()

    def close(self) -> None:
        self.bell.close()
        self.jobs.close()
        self.database.close()
        if self._embedded:
            self._embedded.stop()
