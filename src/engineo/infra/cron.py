"""The cron clock: sends the jobs of declared schedules, each slot once however many processes run it."""

import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from engineo.kernel.cron import MOST_MADE_UP, CronLine, CronSpec, slots_to_fire
from engineo.kernel.errors import BootError, EngineOError, InvalidInputError
from engineo.kernel.jobs import JobMessage
from engineo.kernel.ports import Clock

log = structlog.get_logger(__name__)

LONGEST_WAIT = timedelta(hours=1)  # a wall clock that was set is noticed within this time
FIRST_RETRY, LONGEST_RETRY = timedelta(milliseconds=500), timedelta(seconds=30)


class SlotQueue(Protocol):
    """A queue that remembers slots and decides which process sends a slot's job. All raise `UnavailableError`."""

    def fire(self, schedule: str, slot: datetime, message: JobMessage) -> bool:
        """If `slot` is later than the last one of `schedule`, remember it and enqueue, in one step.

        True for exactly one caller per slot. Calling again after an error is safe.
        """

    def last_slots(self, schedules: Sequence[str]) -> dict[str, datetime]:
        """The last slot of each schedule that one is remembered of; until Redis is flushed."""

    def mark_slots(self, slots: Mapping[str, datetime]) -> None:
        """Remember slots as past without sending anything, where none is remembered yet."""


@dataclass(frozen=True, slots=True)
class CronStatus:
    """A declared schedule as an operator sees it. `last_slot` is None until a run was sent, by whichever process."""

    name: str
    expression: str
    timezone: str
    last_slot: datetime | None
    next_slot: datetime
    description: str


class CronClock:
    """Runs where ENABLE_CRON is on. With no schedule declared it starts no thread and opens no connection.

    Between two slots it sends no command. What came while no process ran, or while Redis was away, is made up as the
    schedule's policy says, from the last slots that the queue remembers.
    """

    name = "cron-clock"

    def __init__(self, schedules: Sequence[CronSpec], jobs: SlotQueue, clock: Clock) -> None:
        names = [spec.name for spec in schedules]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise BootError(
                f"two schedules are {', '.join(doubled)}: only one of them would fire; use one, or two kinds"
            )
        self._jobs = jobs
        self._clock = clock
        self._specs = [(spec, _line(spec)) for spec in schedules]
        self._began = clock.now()
        # by name, once the queue was asked: up to when slots are dealt with, and the last run that is known of
        self._past: dict[str, datetime] = {}
        self._last: dict[str, datetime] = {}
        self._in_step = False  # whether the queue was asked since it was last away
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._specs and self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
            self._thread.start()

    def stop(self, timeout: float) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            thread.join(timeout)

    def status(self) -> list[CronStatus]:
        """Every declared schedule, from what this process knows: no command."""
        return [self._status(spec, line) for spec, line in self._specs]

    def fire_due(self) -> None:
        """Send every slot that has come, each if no other process did.

        Raise `UnavailableError` when the queue is away; calling again then loses nothing and sends nothing twice.
        """
        now = self._clock.now()
        if not self._in_step:
            self._ask_queue(now)
        self._in_step = False  # until all of it went well
        for spec, line in self._specs:
            past = self._past[spec.name]
            due = slots_to_fire(line, spec.missed, past, now)
            if len(due) == MOST_MADE_UP and line.next_slot(past) < due[0]:
                log.warning("cron.slots.dropped", schedule=spec.name, made_up=len(due), before=due[0].isoformat())
            for slot in due:
                self._fire(spec, slot)
            self._past[spec.name] = max([past, *line.newest_slots(past, now, 1)])
        self._in_step = True

    def _ask_queue(self, now: datetime) -> None:
        lines = {spec.name: line for spec, line in self._specs}
        remembered = self._jobs.last_slots(list(lines))
        if unknown := {name: self._past.get(name, self._began) for name in lines if name not in remembered}:
            self._jobs.mark_slots(unknown)
        for name, slot in {**unknown, **remembered}.items():
            # what this process knows counts, too: it may have left slots out, as the policy says
            self._past[name] = max(slot, self._past.get(name, slot))
            # a schedule that has never run is remembered by the moment when it was first seen, which is no slot
            if lines[name].is_slot(slot):
                self._last[name] = slot
            if slot > now + LONGEST_WAIT:
                log.warning("cron.slot.ahead", schedule=name, slot=slot.isoformat(), meaning="a clock was set wrong")

    def _status(self, spec: CronSpec, line: CronLine) -> CronStatus:
        now = self._clock.now()
        next_slot = line.next_slot(max(now, self._past.get(spec.name, now)))
        return CronStatus(
            spec.name, spec.expression, spec.timezone, self._last.get(spec.name), next_slot, line.explain()
        )

    def _run(self) -> None:
        pause = FIRST_RETRY
        while not self._stopping.is_set():
            try:
                self.fire_due()
                wait, pause = self._until_next(), FIRST_RETRY
            except Exception as error:
                wait, pause = pause, min(pause * 2, LONGEST_RETRY)
                expected = isinstance(error, EngineOError)
                log.warning(
                    "cron.slot.waiting",
                    reason=str(error),
                    next_try_seconds=wait.total_seconds(),
                    exc_info=None if expected else error,
                )
            self._stopping.wait(wait.total_seconds())

    def _until_next(self) -> timedelta:
        now = self._clock.now()
        first = min(line.next_slot(self._past[spec.name]) for spec, line in self._specs)
        return min(max(first - now, timedelta(0)), LONGEST_WAIT)

    def _fire(self, spec: CronSpec, slot: datetime) -> None:
        # the same id in every process: whoever looks at the job sees which slot it is of
        job_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{spec.name}@{slot.isoformat()}"))
        fired = self._jobs.fire(spec.name, slot, JobMessage.of(spec.job, job_id=job_id))
        self._past[spec.name] = self._last[spec.name] = slot
        if fired:
            late = (self._clock.now() - slot).total_seconds()
            log.info("cron.slot.fired", schedule=spec.name, slot=slot.isoformat(), job_id=job_id, late_seconds=late)


def _line(spec: CronSpec) -> CronLine:
    try:
        return spec.line
    except InvalidInputError as error:
        raise BootError(f"schedule {spec.name!r}: {error.message}") from error
