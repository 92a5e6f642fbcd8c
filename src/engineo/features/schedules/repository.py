"""All SQL of schedules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from engineo.features.schedules.errors import ScheduleNotFoundError
from engineo.features.schedules.models import ScheduleRow
from engineo.kernel.ports import Work


@dataclass(frozen=True, slots=True)
class DueSlot:
    """A run that is due."""

    schedule_id: str
    project_id: str
    slot: datetime


_DUE = sa.not_(ScheduleRow.paused)


class ScheduleRepository:
    """Schedules. What people ask for names the project, whose owner was checked in the same transaction."""

    def add(self, work: Work, row: ScheduleRow) -> None:
        work.session.add(row)
        work.session.flush()

    def get(self, work: Work, project_id: str, schedule_id: str) -> ScheduleRow:
        """Raise `ScheduleNotFoundError`, also for a schedule of another project."""
        row = None
        if "\0" not in schedule_id:  # which no database compares with anything
            query = sa.select(ScheduleRow).where(ScheduleRow.id == schedule_id, ScheduleRow.project_id == project_id)
            row = work.session.scalar(query)
        if not isinstance(row, ScheduleRow):
            raise ScheduleNotFoundError
        return row

    def list(self, work: Work, project_id: str) -> Sequence[ScheduleRow]:
        """Oldest first."""
        query = sa.select(ScheduleRow).where(ScheduleRow.project_id == project_id)
        rows: Sequence[ScheduleRow] = work.session.scalars(query.order_by(ScheduleRow.created_at, ScheduleRow.id)).all()
        return rows

    def count(self, work: Work, project_id: str) -> int:
        query = sa.select(sa.func.count()).where(ScheduleRow.project_id == project_id)
        return cast("int", work.session.scalar(query))

    def delete(self, work: Work, row: ScheduleRow) -> None:
        work.session.delete(row)

    def next_due(self, work: Work) -> datetime | None:
        """The earliest run of all schedules."""
        moment: datetime | None = work.session.scalar(sa.select(sa.func.min(ScheduleRow.next_run_at)).where(_DUE))
        return moment

    def list_due(self, work: Work, now: datetime, limit: int) -> Sequence[DueSlot]:
        """Earliest first."""
        query = sa.select(ScheduleRow.id, ScheduleRow.project_id, ScheduleRow.next_run_at)
        query = query.where(_DUE, ScheduleRow.next_run_at <= now).order_by(ScheduleRow.next_run_at, ScheduleRow.id)
        return [DueSlot(*row) for row in work.session.execute(query.limit(limit))]

    def find_due(self, work: Work, due: DueSlot) -> ScheduleRow | None:
        """The schedule, if that slot is still the one to run next."""
        row: ScheduleRow | None = work.session.scalar(sa.select(ScheduleRow).where(*_still_due(due)))
        return row

    def claim(self, work: Work, due: DueSlot, *, now: datetime, next_run_at: datetime) -> bool:
        """Move on from a slot. True for exactly one transaction per slot, whatever else runs at the same time."""
        moved = (
            sa.update(ScheduleRow)
            .where(*_still_due(due))
            .values(next_run_at=next_run_at, last_run_at=now)
            .execution_options(synchronize_session=False)
        )
        return bool(work.session.execute(moved).rowcount == 1)


def _still_due(due: DueSlot) -> tuple[sa.ColumnElement[bool], ...]:
    return ScheduleRow.id == due.schedule_id, ScheduleRow.next_run_at == due.slot, _DUE
