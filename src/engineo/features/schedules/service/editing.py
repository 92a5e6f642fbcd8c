"""Making, reading, changing and deleting the schedules of a project."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import structlog

from engineo.features.projects.contracts import ProjectReader
from engineo.features.schedules.contracts import Action, ScheduleView
from engineo.features.schedules.domain.timing import Timing
from engineo.features.schedules.errors import InvalidTimingError, TooManySchedulesError
from engineo.features.schedules.models import ScheduleRow
from engineo.features.schedules.repository import ScheduleRepository
from engineo.kernel.errors import UnavailableError
from engineo.kernel.ports import SCHEDULES_CHANGED, Bell, Clock, UnitOfWork, Work

log = structlog.get_logger(__name__)

MOST_PER_PROJECT = 20


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """What is None stays as it is. A cron line replaces an interval, and the other way round."""

    action: Action | None = None
    cron: str | None = None
    interval_seconds: int | None = None
    timezone: str | None = None
    paused: bool | None = None


class ScheduleEditing:
    """Use cases of the owner. Processes that run schedules learn of a change by the bell, after the commit."""

    def __init__(
        self, uow: UnitOfWork, clock: Clock, bell: Bell, projects: ProjectReader, schedules: ScheduleRepository
    ) -> None:
        self._uow = uow
        self._clock = clock
        self._bell = bell
        self._projects = projects
        self._schedules = schedules

    def create(
        self, owner_id: str, project_id: str, action: Action, timing: Timing, *, paused: bool = False
    ) -> ScheduleView:
        """Raise `NotFoundError`, `InvalidInputError` for a timing that is none, `TooManySchedulesError`."""
        timing.check()
        with self._uow() as work:
            self._own(work, project_id, owner_id)
            if self._schedules.count(work, project_id) >= MOST_PER_PROJECT:
                raise TooManySchedulesError
            now = self._clock.now()
            row = ScheduleRow(
                project_id=project_id,
                action=action,
                cron=timing.cron,
                interval_seconds=timing.interval_seconds,
                timezone=timing.timezone,
                paused=paused,
                next_run_at=None if paused else timing.first_run(now),
                created_at=now,
                updated_at=now,
            )
            self._schedules.add(work, row)
        log.info("schedules.schedule.created", schedule_id=row.id, project_id=project_id, action=action)
        return self._changed(row)

    def list_owned(self, owner_id: str, project_id: str) -> list[ScheduleView]:
        """Oldest first; at most `MOST_PER_PROJECT`."""
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            rows = self._schedules.list(work, project_id)
        obstacle = self._obstacle() if rows else None
        return [_view(row, obstacle) for row in rows]

    def get(self, owner_id: str, project_id: str, schedule_id: str) -> ScheduleView:
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            row = self._schedules.get(work, project_id, schedule_id)
        return _view(row, self._obstacle())

    def update(self, owner_id: str, project_id: str, schedule_id: str, change: ScheduleChange) -> ScheduleView:
        """A new timing, and the end of a pause, begin now; otherwise the next run stays where it is."""
        if change.cron is not None and change.interval_seconds is not None:
            raise InvalidTimingError
        with self._uow() as work:
            self._own(work, project_id, owner_id)
            row = self._schedules.get(work, project_id, schedule_id)
            now = self._clock.now()
            before = _timing(row)
            timing = _changed_timing(before, change)
            if timing != before:
                timing.check()
            paused = row.paused if change.paused is None else change.paused
            if paused:
                row.next_run_at = None
            elif row.paused or timing != before:
                row.next_run_at = timing.first_run(now)
            row.action = change.action or row.action
            row.cron, row.interval_seconds, row.timezone = timing.cron, timing.interval_seconds, timing.timezone
            row.paused = paused
            row.updated_at = now
        log.info("schedules.schedule.changed", schedule_id=schedule_id, project_id=project_id, paused=paused)
        return self._changed(row)

    def delete(self, owner_id: str, project_id: str, schedule_id: str) -> None:
        """What it has asked for already goes on. Raise `NotFoundError`, also the second time."""
        with self._uow() as work:
            self._own(work, project_id, owner_id)
            self._schedules.delete(work, self._schedules.get(work, project_id, schedule_id))
        log.info("schedules.schedule.deleted", schedule_id=schedule_id, project_id=project_id)

    def _own(self, work: Work, project_id: str, owner_id: str) -> None:
        """Changes of one project, and the runs of its schedules, take turns."""
        self._projects.get_owned(work, project_id, owner_id)
        self._projects.lock(work, project_id)

    def _changed(self, row: ScheduleRow) -> ScheduleView:
        if not row.paused:
            self._bell.ring(SCHEDULES_CHANGED)
        return _view(row, self._obstacle())

    def _obstacle(self) -> str | None:
        """Why no schedule runs at present; None while a process runs them."""
        try:
            if self._bell.listeners(SCHEDULES_CHANGED):
                return None
        except UnavailableError as error:
            return f"it is not known whether a process runs schedules now: {error.message}"
        return "no process runs schedules now; start one with ENABLE_QUEUE_SCHEDULERS=true"


def _timing(row: ScheduleRow) -> Timing:
    return Timing(row.cron, row.interval_seconds, row.timezone)


def _changed_timing(before: Timing, change: ScheduleChange) -> Timing:
    given = (change.cron, change.interval_seconds)
    cron, interval_seconds = (before.cron, before.interval_seconds) if given == (None, None) else given
    return Timing(cron, interval_seconds, change.timezone or before.timezone)


def _view(row: ScheduleRow, obstacle: str | None) -> ScheduleView:
    reason = "the schedule is paused" if row.paused else obstacle
    return ScheduleView(
        id=row.id,
        project_id=row.project_id,
        action=cast("Action", row.action),
        cron=row.cron,
        interval_seconds=row.interval_seconds,
        timezone=row.timezone,
        description=_timing(row).explain(),
        paused=row.paused,
        active=reason is None,
        inactive_reason=reason,
        next_run_at=_next_run(row),
        last_run_at=row.last_run_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _next_run(row: ScheduleRow) -> datetime | None:
    return None if row.paused else row.next_run_at
