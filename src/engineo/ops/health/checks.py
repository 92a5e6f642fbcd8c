"""The platform's own checks. Features add theirs as `health_checks` of their module."""

import threading
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
    """Keeps a check's answer for a short while, so that probes cost little and cannot pile up.

    A check that takes longer than `patience` is "down" for now; its thread goes on, and what it finds is told next.
    """

    def __init__(
        self,
        name: str,
        check: Callable[[], HealthReport],
        keep: timedelta = timedelta(seconds=2),
        patience: timedelta = timedelta(seconds=1),
    ) -> None:
        self.name = name
        self._check = check
        self._keep = keep.total_seconds()
        self._patience = patience.total_seconds()
        self._report: tuple[float, HealthReport] | None = None
        self._running: threading.Thread | None = None
        self._mutex = threading.Lock()

    def check(self) -> HealthReport:
        with self._mutex:
            if self._report is not None and time.monotonic() - self._report[0] <= self._keep:
                return self._report[1]
            if self._running is None or not self._running.is_alive():
                self._report = None
                self._running = threading.Thread(target=self._run, name=f"health-{self.name}", daemon=True)
                self._running.start()
            running = self._running
        running.join(self._patience)
        report = self._report
        if report is None or running.is_alive():
            return HealthReport("down", {"reason": f"no answer within {self._patience:g} s"})
        return report[1]

    def _run(self) -> None:
        self._report = (time.monotonic(), self._check())


def redis_check(jobs: JobQueue, process: ProcessInfo) -> Remembered:
    """A worker whose parts are all off does not touch Redis, not even to ask how it is."""
    flags = process.flags
    used = process.role == "api" or flags.queue_processors or flags.cron or flags.queue_events or flags.queue_schedulers
    return Remembered("redis", lambda: _timed(jobs.ping) if used else HealthReport("unused", {}))


def database_check(database: Database) -> Remembered:
    return Remembered("database", lambda: _timed(database.ping))
