"""Tables of answers: those of a project's latest crawl, and what they were read from."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engineo.infra.database import Base


class AnswerExtractionRow(Base):
    """Of each project: the crawl that was asked for last, and the one that the stored answers are of."""

    __tablename__ = "answer_extractions"

    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    requested_run_id: Mapped[str] = mapped_column(sa.String(36))
    run_id: Mapped[str | None] = mapped_column(sa.String(36))
    computed_at: Mapped[datetime | None]
    summary: Mapped[dict[str, Any]]


class AnswerPageRow(Base):
    """A page of a run with its answers; those of the run that the extraction names are the project's.

    `position` is its place, not without gaps. `open_bits` has a bit for each shoppers' question that it leaves open.
    """

    __tablename__ = "answer_pages"

    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    run_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    url: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str | None] = mapped_column(sa.Text)
    product: Mapped[bool]
    answers: Mapped[list[Any]]
    open_bits: Mapped[int]
