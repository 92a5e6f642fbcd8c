"""Stored schedules: runs what is due of the schedules that modules keep in the database, without polling it."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from engineo.kernel.errors import EngineOError
from engineo.kernel.ports import SCHEDULES_CHANGED, Bell, Clock, ScheduleSource

log = structlog.get_logger(__name__)

LONGEST_WAIT = timedelta(hours=1)  # a wall clock that was set, or a ring that was lost, is noticed within this time
FIRST_RETRY, LONGEST_RETRY = timedelta(milliseconds=500), timedelta(minutes=5)


class StoredSchedules:
    """Runs where ENABLE_QUEUE_SCHEDULERS is on, in any number of processes.

    It asks for the earliest run once, sleeps until then, and asks again when the bell says that a schedule has changed.
    Which process runs a slot is decided by the source, in the transaction that sends its job.
    """

    name = "stored-schedules"

    def __init__(self, sources: Sequence[ScheduleSource], bell: Bell, clock: Clock) -> None:
        self._sources = sources
        self._bell = bell
        self._clock = clock
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._listen_no_more: Callable[[], None] | None = None

    def start(self) -> None:
        """A database or Redis that is away is waited for; nothing is raised."""
        if self._sources and self._thread is None:
            self._stopping.clear()
            self._listen_no_more = self._bell.listen(SCHEDULES_CHANGED, self._wake.set)
            self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
            self._thread.start()

    def stop(self, timeout: float) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            self._wake.set()
            if self._listen_no_more is not None:
                self._listen_no_more()
            thread.join(timeout)

    def run_due(self) -> timedelta:
        """Run all that is due; return how long to wait for more. Raise `UnavailableError` when the database is away."""
        return min(self._run_source(source) for source in self._sources)

    def _run_source(self, source: ScheduleSource) -> timedelta:
        while not self._stopping.is_set():
            due = source.next_due()
            now = self._clock.now()
            if due is None or due > now:
                return LONGEST_WAIT if due is None else min(due - now, LONGEST_WAIT)
            if not source.run_due(now):
                return FIRST_RETRY  # another process is at it; its transaction may yet fail
        return LONGEST_WAIT

    def _run(self) -> None:
        pause = FIRST_RETRY
        while True:
            self._wake.clear()  # before looking, so that a change or a stop that comes meanwhile ends the wait
            if self._stopping.is_set():
                return
            try:
                wait, pause = self.run_due(), FIRST_RETRY
            except Exception as error:
                wait, pause = pause, min(pause * 2, LONGEST_RETRY)
                expected = isinstance(error, EngineOError)
                log.warning(
                    "schedules.source.waiting",
                    reason=str(error),
                    next_try_seconds=wait.total_seconds(),
                    exc_info=None if expected else error,
                )
            self._wake.wait(wait.total_seconds())
