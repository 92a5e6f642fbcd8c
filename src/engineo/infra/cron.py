"""The cron clock: sends the jobs of declared schedules, each slot once however many processes run it."""

import threading
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from cronsim import CronSim, CronSimError

from engineo.kernel.cron import CronSpec
from engineo.kernel.errors import BootError, EngineOError
from engineo.kernel.jobs import JobMessage
from engineo.kernel.ports import Clock, Queue

log = structlog.get_logger(__name__)

LONGEST_WAIT = timedelta(hours=1)  # a wall clock that was set is noticed within this time


class SlotQueue(Queue, Protocol):
    """A queue that decides which process sends a slot's job."""

    def fire(self, schedule: str, slot: datetime, message: JobMessage) -> bool: ...


def next_slot(spec: CronSpec, after: datetime) -> datetime:
    """The first slot strictly after `after`, in UTC. The zone's spring gap fires after it, its autumn hour once."""
    try:
        zone = ZoneInfo(spec.timezone)
        return next(CronSim(spec.expression, after.astimezone(zone))).astimezone(UTC)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BootError(f"schedule {spec.name!r}: unknown time zone {spec.timezone!r}") from error
    except (CronSimError, StopIteration) as error:
        raise BootError(f"schedule {spec.name!r}: {spec.expression!r} is not a cron line that ever fires") from error


class CronClock:
    """Runs where ENABLE_CRON is on. With no schedule declared it starts no thread and opens no connection."""

    name = "cron-clock"

    def __init__(self, schedules: Sequence[CronSpec], jobs: SlotQueue, clock: Clock) -> None:
        self._jobs = jobs
        self._clock = clock
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        names = [spec.name for spec in schedules]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise BootError(
                f"two schedules are {', '.join(doubled)}: only one of them would fire; use one, or two kinds"
            )
        self._next = {spec: next_slot(spec, clock.now()) for spec in schedules}

    def start(self) -> None:
        if self._next and self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
            self._thread.start()

    def stop(self, timeout: float) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            thread.join(timeout)

    def fire_due(self) -> None:
        """Send every slot that has come, each if no other process did."""
        now = self._clock.now()
        for spec, slot in self._next.items():
            if slot <= now:
                self._fire(spec, slot)
                self._next[spec] = next_slot(spec, now)

    def _run(self) -> None:
        while not self._stopping.is_set():
            wait = min(self._next.values()) - self._clock.now()
            if not self._stopping.wait(max(0.0, min(wait, LONGEST_WAIT).total_seconds())):
                self.fire_due()

    def _fire(self, spec: CronSpec, slot: datetime) -> None:
        job_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{spec.name}@{slot.isoformat()}"))
        try:
            if self._jobs.fire(spec.name, slot, JobMessage.of(spec.job, job_id=job_id)):
                log.info("cron.slot.fired", schedule=spec.name, slot=slot.isoformat(), job_id=job_id)
        except EngineOError as error:
            log.warning("cron.slot.missed", schedule=spec.name, slot=slot.isoformat(), reason=error.message)
