"""The table of stored schedules."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engineo.infra.database import Base


def _new_id() -> str:
    return str(uuid.uuid4())


class ScheduleRow(Base):
    """A schedule. `next_run_at` is the slot to run next, and moves on in the transaction that runs it."""

    __tablename__ = "schedules"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True, default=_new_id)
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id", ondelete="CASCADE"), index=True)
    action: Mapped[str] = mapped_column(sa.String(16))  # crawl, recompute
    cron: Mapped[str | None] = mapped_column(sa.String(120))
    interval_seconds: Mapped[int | None]
    timezone: Mapped[str] = mapped_column(sa.String(64))
    paused: Mapped[bool]
    next_run_at: Mapped[datetime | None] = mapped_column(index=True)  # null while paused
    last_run_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (sa.CheckConstraint("(cron IS NULL) <> (interval_seconds IS NULL)", name="one_timing"),)
