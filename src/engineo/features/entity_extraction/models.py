"""Tables of entities: those of a project's latest crawl, and what they were read from."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engineo.infra.database import Base


class EntityExtractionRow(Base):
    """Of each project: the crawl that was asked for last, and the one that the stored entities are of."""

    __tablename__ = "entity_extractions"

    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    requested_run_id: Mapped[str] = mapped_column(sa.String(36))
    run_id: Mapped[str | None] = mapped_column(sa.String(36))
    computed_at: Mapped[datetime | None]
    pages: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]]  # entities by kind


class EntityRow(Base):
    """An entity with what proves it. `position` is its place among the project's, from 0."""

    __tablename__ = "entities"

    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(sa.String(36))
    kind: Mapped[str] = mapped_column(sa.String(16))
    name: Mapped[str] = mapped_column(sa.Text)
    pages: Mapped[int]
    properties: Mapped[dict[str, Any]]
    evidence: Mapped[list[Any]]
    conflicts: Mapped[list[Any]]
    conflicting: Mapped[bool]

    __table_args__ = (sa.Index("ix_entities_project_id_kind_position", "project_id", "kind", "position"),)
