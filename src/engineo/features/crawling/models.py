"""The tables of crawling: runs, and one row per URL per run that is frontier and facts in one."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from engineo.infra.database import Base

# Sorted by code point everywhere: a Postgres collation would sort the same keys differently on each machine.
KeyText = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")

_IS_ACTIVE = sa.text("status IN ('queued', 'running')")


class CrawlRunRow(Base):
    """A run. Whoever holds the lease works it; `restarts` counts claims since the last page was saved."""

    __tablename__ = "crawl_runs"
    __table_args__ = (
        sa.Index(
            "uq_crawl_runs_active_project", "project_id", unique=True, sqlite_where=_IS_ACTIVE,
            postgresql_where=_IS_ACTIVE,
        ),
        sa.Index("ix_crawl_runs_project_id_requested_at", "project_id", "requested_at"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    project_id: Mapped[str] = mapped_column(sa.String(36), sa.ForeignKey("projects.id", ondelete="CASCADE"))
    origin: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.String(16))  # queued, running, finished, failed, cancelled
    reason: Mapped[str] = mapped_column(sa.String(64))
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(sa.String(36))
    lease_expires_at: Mapped[datetime | None]
    restarts: Mapped[int] = mapped_column(default=0)
    pages_fetched: Mapped[int] = mapped_column(default=0)
    pages_known: Mapped[int] = mapped_column(default=0)
    bytes_fetched: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    elapsed_seconds: Mapped[float] = mapped_column(sa.Double, default=0.0)  # working time over all claims
    stop_reason: Mapped[str | None] = mapped_column(sa.String(32))
    error: Mapped[str | None] = mapped_column(sa.Text)
    limits: Mapped[dict[str, Any]]
    site: Mapped[dict[str, Any] | None]  # null until robots.txt, home and sitemaps were read
    robots: Mapped[dict[str, Any] | None]  # {"status": int or null, "body": latin-1 text}: a resumed run obeys the same


class CrawlPageRow(Base):
    """One URL of one run. `state` is pending until it was fetched, or is known never to be (disallowed)."""

    __tablename__ = "crawl_pages"
    __table_args__ = (sa.Index("ix_crawl_pages_run_id_state", "run_id", "state"),)

    run_id: Mapped[str] = mapped_column(
        sa.String(36), sa.ForeignKey("crawl_runs.id", ondelete="CASCADE"), primary_key=True
    )
    url_key: Mapped[str] = mapped_column(KeyText, primary_key=True)
    url: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(8))  # pending, done
    position: Mapped[int]  # order of discovery, over all workers of the run
    depth: Mapped[int | None]
    in_sitemap: Mapped[bool] = mapped_column(default=False)
    sitemap_lastmod: Mapped[datetime | None]
    linked: Mapped[bool] = mapped_column(default=False)
    known: Mapped[bool] = mapped_column(default=False)
    blocked_agents: Mapped[list[Any]]

    outcome: Mapped[str] = mapped_column(sa.String(24))
    status: Mapped[int | None]
    final_key: Mapped[str | None] = mapped_column(sa.Text)
    final_url: Mapped[str | None] = mapped_column(sa.Text)
    redirects: Mapped[list[Any] | None]  # [[url, status, target], ...]
    content_type: Mapped[str | None] = mapped_column(sa.Text)
    ttfb_ms: Mapped[float | None] = mapped_column(sa.Double)
    total_ms: Mapped[float | None] = mapped_column(sa.Double)
    transfer_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    body_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    fetched_at: Mapped[datetime | None]
    not_modified: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None] = mapped_column(sa.Text)
    etag: Mapped[str | None] = mapped_column(sa.Text)
    last_modified: Mapped[str | None] = mapped_column(sa.Text)
    facts: Mapped[dict[str, Any] | None]
    facts_version: Mapped[int | None]
