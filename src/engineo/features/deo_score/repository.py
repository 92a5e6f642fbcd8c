"""All SQL of the score."""

import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

import sqlalchemy as sa

from engineo.features.deo_score.models import FindingRow, FindingUrlsRow, RequestRow, SiteInputsRow, SnapshotRow
from engineo.kernel.ports import Work

_FAST = 1  # level of compression


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


class FindingRepository:
    """Findings and the URLs they affect. `CHUNK` URLs are kept together, compressed."""

    CHUNK = 500

    def add(self, work: Work, finding: FindingRow, urls: Iterator[tuple[str, str]]) -> None:
        """`urls` are (url, detail), the worst first."""
        work.session.add(finding)
        work.session.flush()
        chunk = 0
        while items := list(islice(urls, self.CHUNK)):
            work.session.execute(
                sa.insert(FindingUrlsRow).values(
                    snapshot_id=finding.snapshot_id,
                    check_id=finding.check_id,
                    chunk=chunk,
                    items=zlib.compress(json.dumps(items).encode(), _FAST),
                )
            )
            chunk += 1

    def find(self, work: Work, snapshot_id: str, check_id: str) -> FindingRow | None:
        row: FindingRow | None = work.session.get(FindingRow, (snapshot_id, check_id))
        return row

    def list(
        self,
        work: Work,
        snapshot_id: str,
        *,
        severities: Collection[str] = (),
        areas: Collection[str] = (),
        limit: int | None = None,
        after: int = -1,
    ) -> Sequence[FindingRow]:
        """In order of position, from the first one after `after`; empty filters let all pass."""
        query = sa.select(FindingRow).where(FindingRow.snapshot_id == snapshot_id, FindingRow.position > after)
        if severities:
            query = query.where(FindingRow.severity.in_(severities))
        if areas:
            query = query.where(FindingRow.area.in_(areas))
        rows: Sequence[FindingRow] = work.session.scalars(query.order_by(FindingRow.position).limit(limit)).all()
        return rows

    def urls(self, work: Work, snapshot_id: str, check_id: str, *, start: int, limit: int) -> Sequence[tuple[str, str]]:
        """(url, detail) of at most `limit` affected URLs from the one at `start`."""
        first, last = start // self.CHUNK, (start + limit - 1) // self.CHUNK
        chunks = work.session.scalars(
            sa.select(FindingUrlsRow.items)
            .where(
                FindingUrlsRow.snapshot_id == snapshot_id,
                FindingUrlsRow.check_id == check_id,
                FindingUrlsRow.chunk.between(first, last),
            )
            .order_by(FindingUrlsRow.chunk)
        ).all()
        items = [(url, detail) for chunk in chunks for url, detail in json.loads(zlib.decompress(chunk))]
        offset = start - first * self.CHUNK
        return items[offset : offset + limit]

    def forget_urls(self, work: Work, project_id: str, *, keep: int) -> None:
        """Forget the affected URLs of all but the newest `keep` snapshots of a project."""
        newest = (
            sa.select(SnapshotRow.id)
            .where(SnapshotRow.project_id == project_id)
            .order_by(SnapshotRow.computed_at.desc(), SnapshotRow.id)
            .limit(keep)
        )
        kept = work.session.scalars(newest).all()
        of_project = sa.select(SnapshotRow.id).where(SnapshotRow.project_id == project_id)
        work.session.execute(
            sa.delete(FindingUrlsRow).where(
                FindingUrlsRow.snapshot_id.in_(of_project), FindingUrlsRow.snapshot_id.not_in(kept)
            )
        )


class SiteInputsRepository:
    def find(self, work: Work, project_id: str) -> SiteInputsRow | None:
        row: SiteInputsRow | None = work.session.get(SiteInputsRow, project_id)
        return row

    def save(
        self,
        work: Work,
        project_id: str,
        profile: str | None,
        page_types: Mapping[str, str],
        priors: Mapping[str, tuple[int, str]],
    ) -> None:
        work.session.merge(
            SiteInputsRow(project_id=project_id, profile=profile, page_types=dict(page_types), priors=dict(priors))
        )
