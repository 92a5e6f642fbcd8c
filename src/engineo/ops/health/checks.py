"""The platform's own checks. Features add theirs as `health_checks` of their module."""

import time
from collections.abc import Callable
from datetime import timedelta

from engineo.infra.broker import JobQueue
from engineo.infra.database import Database
from engineo.kernel.errors import EngineOError
from engineo.kernel.ports import HealthReport
from engineo.kernel.process import ProcessInfo


def _timed(ping: Callable[[], None]) -> HealthReport:
    started = time.perf_counter()
    try:
        ping()
    except EngineOError as error:
        return HealthReport("down", {"reason": error.message})
    return HealthReport("ok", {"latencyMs": round((time.perf_counter() - started) * 1000, 2)})


class Remembered:
    """Keeps a check's answer for a short while, so that probes cost little and cannot pile up."""

    def __init__(self, name: str, check: Callable[[], HealthReport], keep: timedelta = timedelta(seconds=5)) -> None:
        self.name = name
        self._check = check
        self._keep = keep.total_seconds()
        self._report: tuple[float, HealthReport] | None = None

    def check(self) -> HealthReport:
        now = time.monotonic()
        if self._report is None or now - self._report[0] > self._keep:
            self._report = (now, self._check())
        return self._report[1]


def redis_check(jobs: JobQueue, process: ProcessInfo) -> Remembered:
    """A worker whose parts are all off does not touch Redis, not even to ask how it is."""
    flags = process.flags
    used = process.role == "api" or flags.queue_processors or flags.cron or flags.queue_events or flags.queue_schedulers
    return Remembered("redis", lambda: _timed(jobs.ping) if used else HealthReport("unused", {}))


def database_check(database: Database) -> Remembered:
    return Remembered("database", lambda: _timed(database.ping))
