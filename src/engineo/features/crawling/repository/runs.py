"""Rows of runs. Every write of a run's worker is fenced by its lease."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from engineo.features.crawling.models import CrawlPageRow, CrawlRunRow
from engineo.kernel.ports import Work

ACTIVE = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Progress:
    """Counters of a run. `elapsed_seconds` is working time, over all workers that had it."""

    pages_fetched: int
    pages_known: int
    bytes_fetched: int
    elapsed_seconds: float


def session_of(work: Work) -> Session:
    return cast("Session", work.session)


class RunRepository:
    """Rows of `crawl_runs`."""

    def add(self, work: Work, row: CrawlRunRow) -> bool:
        """False when the project has an active run already; the transaction goes on either way."""
        session = session_of(work)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            return False
        return True

    def find(self, work: Work, run_id: str) -> CrawlRunRow | None:
        return session_of(work).get(CrawlRunRow, run_id, populate_existing=True)

    def find_active(self, work: Work, project_id: str) -> CrawlRunRow | None:
        return session_of(work).scalar(
            sa.select(CrawlRunRow).where(CrawlRunRow.project_id == project_id, CrawlRunRow.status.in_(ACTIVE))
        )

    def find_latest_finished(self, work: Work, project_id: str) -> CrawlRunRow | None:
        return session_of(work).scalar(self._finished(project_id).limit(1))

    def list(self, work: Work, project_id: str, limit: int) -> Sequence[CrawlRunRow]:
        """Newest first."""
        return (
            session_of(work)
            .scalars(
                sa.select(CrawlRunRow)
                .where(CrawlRunRow.project_id == project_id)
                .order_by(CrawlRunRow.requested_at.desc(), CrawlRunRow.id.desc())
                .limit(limit)
            )
            .all()
        )

    def claim(self, work: Work, run_id: str, owner: str, *, now: datetime, until: datetime) -> bool:
        """Take the lease of an active run that nobody holds."""
        free = sa.or_(CrawlRunRow.lease_owner.is_(None), CrawlRunRow.lease_expires_at < now)
        return self._update(
            work, CrawlRunRow.id == run_id, CrawlRunRow.status.in_(ACTIVE), free,
            status="running", started_at=sa.func.coalesce(CrawlRunRow.started_at, now), lease_owner=owner,
            lease_expires_at=until, restarts=CrawlRunRow.restarts + 1,
        )  # fmt: skip

    def renew(self, work: Work, run_id: str, owner: str, *, until: datetime) -> bool:
        """Extend the lease and hold the row until the end of the transaction; False when the lease was lost."""
        return self._update(work, *self._held(run_id, owner), lease_expires_at=until)

    def save_site(self, work: Work, run_id: str, *, site: Mapping[str, Any], robots: Mapping[str, Any]) -> None:
        self._update(work, CrawlRunRow.id == run_id, site=dict(site), robots=dict(robots))

    def save_progress(self, work: Work, run_id: str, progress: Progress, *, advanced: bool) -> None:
        """`advanced`: pages were saved, so this run does not merely restart."""
        values: dict[str, Any] = {**asdict(progress), **({"restarts": 0} if advanced else {})}
        self._update(work, CrawlRunRow.id == run_id, **values)

    def release(self, work: Work, run_id: str, owner: str, *, handed_back: bool) -> bool:
        """Give the lease up; a worker that was asked to stop did not fail."""
        restarts = CrawlRunRow.restarts - 1 if handed_back else CrawlRunRow.restarts
        return self._update(
            work, *self._held(run_id, owner), lease_owner=None, lease_expires_at=None,
            restarts=sa.case((restarts < 0, 0), else_=restarts),
        )  # fmt: skip

    def end(
        self, work: Work, run_id: str, *, status: str, now: datetime, stop_reason: str | None, error: str | None = None
    ) -> bool:
        """True for whoever ended it; a run ends once."""
        return self._update(
            work, CrawlRunRow.id == run_id, CrawlRunRow.status.in_(ACTIVE),
            status=status, finished_at=now, stop_reason=stop_reason, error=error, lease_owner=None,
            lease_expires_at=None,
        )  # fmt: skip

    def delete_old_pages(self, work: Work, project_id: str, *, keep: int) -> None:
        """Drop the pages of ended runs, but for the latest `keep` finished ones. The runs themselves stay."""
        session = session_of(work)
        kept = [row.id for row in session.scalars(self._finished(project_id).limit(keep))]
        old = sa.select(CrawlRunRow.id).where(
            CrawlRunRow.project_id == project_id, CrawlRunRow.id.not_in(kept), CrawlRunRow.status.not_in(ACTIVE)
        )
        session.execute(sa.delete(CrawlPageRow).where(CrawlPageRow.run_id.in_(old)))

    def find_outlived(self, work: Work, before: datetime) -> str | None:
        """A run that ended before `before`, still has pages, and is not the latest finished one of its project."""
        newer = aliased(CrawlRunRow)
        superseded = sa.exists().where(
            newer.project_id == CrawlRunRow.project_id, newer.status == "finished",
            sa.or_(
                newer.finished_at > CrawlRunRow.finished_at,
                sa.and_(newer.finished_at == CrawlRunRow.finished_at, newer.id > CrawlRunRow.id),
            ),
        )  # fmt: skip
        query = sa.select(CrawlRunRow.id).where(
            CrawlRunRow.status.not_in(ACTIVE), CrawlRunRow.finished_at < before,
            sa.or_(CrawlRunRow.status != "finished", superseded),
            sa.exists().where(CrawlPageRow.run_id == CrawlRunRow.id),
        )  # fmt: skip
        return session_of(work).scalar(query.order_by(CrawlRunRow.finished_at, CrawlRunRow.id).limit(1))

    def delete_some_pages(self, work: Work, run_id: str, *, limit: int = 1000) -> int:
        """Delete at most `limit` pages of a run; return how many there were."""
        some = sa.select(CrawlPageRow.url_key).where(CrawlPageRow.run_id == run_id).limit(limit)
        statement = sa.delete(CrawlPageRow).where(CrawlPageRow.run_id == run_id, CrawlPageRow.url_key.in_(some))
        result = session_of(work).execute(statement, execution_options={"synchronize_session": False})
        return cast("sa.CursorResult[Any]", result).rowcount

    @staticmethod
    def _finished(project_id: str) -> sa.Select[CrawlRunRow]:
        return (
            sa.select(CrawlRunRow)
            .where(CrawlRunRow.project_id == project_id, CrawlRunRow.status == "finished")
            .order_by(CrawlRunRow.finished_at.desc(), CrawlRunRow.id.desc())
        )

    @staticmethod
    def _held(run_id: str, owner: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (CrawlRunRow.id == run_id, CrawlRunRow.lease_owner == owner, CrawlRunRow.status == "running")

    @staticmethod
    def _update(work: Work, *where: sa.ColumnElement[bool], **values: object) -> bool:
        statement = sa.update(CrawlRunRow).where(*where).values(**values)
        result = session_of(work).execute(statement, execution_options={"synchronize_session": False})
        return cast("sa.CursorResult[Any]", result).rowcount == 1
