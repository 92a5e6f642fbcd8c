"""Tables of the score: requests, snapshots, and the inputs that stay from one score to the next."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engineo.infra.database import Base


class RequestRow(Base):
    """A requested recompute; its id is the job's. At most one waits and one runs per project: the database decides."""

    __tablename__ = "deo_score_requests"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id", ondelete="CASCADE"))
    status: Mapped[str] = mapped_column(sa.String(16))  # waiting, running, completed, failed
    reason: Mapped[str] = mapped_column(sa.String(32))
    triggered_by_user_id: Mapped[str | None] = mapped_column(sa.String(36))
    crawl_run_id: Mapped[str | None] = mapped_column(sa.String(36))  # the run to wait for
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    lease_expires_at: Mapped[datetime | None]
    snapshot_id: Mapped[str | None] = mapped_column(sa.String(36))
    error: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (
        sa.Index("ix_deo_score_requests_project_id_requested_at", "project_id", "requested_at"),
        *(
            sa.Index(
                f"uq_deo_score_requests_{status}",
                "project_id",
                unique=True,
                sqlite_where=sa.text(f"status = '{status}'"),
                postgresql_where=sa.text(f"status = '{status}'"),
            )
            for status in ("waiting", "running")
        ),
    )


class SnapshotRow(Base):
    """One computed score. Components and overall in [0, 100]; null where nothing could be measured."""

    __tablename__ = "deo_score_snapshots"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id", ondelete="CASCADE"))
    crawl_run_id: Mapped[str | None] = mapped_column(sa.String(36))
    status: Mapped[str] = mapped_column(sa.String(32))
    overall: Mapped[int | None]
    overall_uncapped: Mapped[int | None]
    content: Mapped[int | None]
    entities: Mapped[int | None]
    technical: Mapped[int | None]
    visibility: Mapped[int | None]
    version: Mapped[str] = mapped_column(sa.String(16))
    # called so because `metadata` belongs to SQLAlchemy; the column is `metadata`
    details: Mapped[dict[str, Any]] = mapped_column("metadata")
    computed_at: Mapped[datetime]

    __table_args__ = (sa.Index("ix_deo_score_snapshots_project_id_computed_at", "project_id", "computed_at"),)


class FindingRow(Base):
    """A finding of a snapshot. `position` ranks it; `details` holds its texts and the worst URLs."""

    __tablename__ = "deo_score_findings"

    snapshot_id: Mapped[str] = mapped_column(
        sa.ForeignKey("deo_score_snapshots.id", ondelete="CASCADE"), primary_key=True
    )
    check_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    position: Mapped[int]
    area: Mapped[str] = mapped_column(sa.String(32))
    severity: Mapped[str] = mapped_column(sa.String(16))  # low, medium, high, critical
    share: Mapped[float] = mapped_column(sa.Double)
    points: Mapped[float] = mapped_column(sa.Double)
    count: Mapped[int]
    details: Mapped[dict[str, Any]]


class FindingUrlsRow(Base):
    """Some of the URLs that a finding affects: a compressed JSON array of [url, detail]."""

    __tablename__ = "deo_score_finding_urls"

    snapshot_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    check_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    chunk: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[bytes]

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["snapshot_id", "check_id"],
            ["deo_score_findings.snapshot_id", "deo_score_findings.check_id"],
            ondelete="CASCADE",
        ),
    )


class SiteInputsRow(Base):
    """What stays from one score to the next, so that changing a page's markup or date alone never pays.

    Page types and profile are decided once; `priors` are the dates that pages were believed to be of, each with the
    hash of the text it was believed for: url_key -> [seconds since 1970, hash].
    """

    __tablename__ = "deo_score_site_inputs"

    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    profile: Mapped[str | None] = mapped_column(sa.String(16))
    page_types: Mapped[dict[str, Any]]
    priors: Mapped[dict[str, Any] | None]
