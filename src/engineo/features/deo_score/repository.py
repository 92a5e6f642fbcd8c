"""All SQL of the score."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from engineo.features.deo_score.models import RequestRow, SiteInputsRow, SnapshotRow
from engineo.kernel.ports import Work


class RequestRepository:
    def add(self, work: Work, row: RequestRow) -> None:
        work.session.add(row)
        work.session.flush()

    def find(self, work: Work, request_id: str) -> RequestRow | None:
        row: RequestRow | None = work.session.get(RequestRow, request_id)
        return row

    def find_in(self, work: Work, project_id: str, status: str) -> RequestRow | None:
        row: RequestRow | None = work.session.scalar(
            sa.select(RequestRow).where(RequestRow.project_id == project_id, RequestRow.status == status)
        )
        return row

    def find_latest(self, work: Work, project_id: str) -> RequestRow | None:
        """The one that runs or waits; else the one requested last."""
        active_first = sa.case((RequestRow.status == "running", 0), (RequestRow.status == "waiting", 1), else_=2)
        row: RequestRow | None = work.session.scalar(
            sa.select(RequestRow)
            .where(RequestRow.project_id == project_id)
            .order_by(active_first, RequestRow.requested_at.desc())
            .limit(1)
        )
        return row

    def delete_before(self, work: Work, project_id: str, moment: datetime) -> None:
        """Forget requests that ended before `moment`."""
        work.session.execute(
            sa.delete(RequestRow).where(RequestRow.project_id == project_id, RequestRow.finished_at < moment)
        )


class SnapshotRepository:
    def add(self, work: Work, row: SnapshotRow) -> None:
        work.session.add(row)

    def find(self, work: Work, snapshot_id: str) -> SnapshotRow | None:
        row: SnapshotRow | None = work.session.get(SnapshotRow, snapshot_id)
        return row

    def find_latest(self, work: Work, project_id: str) -> SnapshotRow | None:
        rows = self.list(work, project_id, limit=1)
        return rows[0] if rows else None

    def list(self, work: Work, project_id: str, limit: int, before: datetime | None = None) -> Sequence[SnapshotRow]:
        """Newest first, from the first one older than `before`."""
        query = sa.select(SnapshotRow).where(SnapshotRow.project_id == project_id)
        if before is not None:
            query = query.where(SnapshotRow.computed_at < before)
        query = query.order_by(SnapshotRow.computed_at.desc(), SnapshotRow.id).limit(limit)
        rows: Sequence[SnapshotRow] = work.session.scalars(query).all()
        return rows


class SiteInputsRepository:
    def find(self, work: Work, project_id: str) -> SiteInputsRow | None:
        row: SiteInputsRow | None = work.session.get(SiteInputsRow, project_id)
        return row

    def save(self, work: Work, project_id: str, profile: str | None, page_types: Mapping[str, str]) -> None:
        work.session.merge(SiteInputsRow(project_id=project_id, profile=profile, page_types=dict(page_types)))
