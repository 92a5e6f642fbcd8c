"""Reading findings: what the current score found, and on which pages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engineo.features.deo_score.domain.findings.check import SEVERITIES
from engineo.features.deo_score.errors import FindingNotFoundError
from engineo.features.deo_score.models import FindingRow, SnapshotRow
from engineo.features.deo_score.repository import FindingRepository, SnapshotRepository
from engineo.features.projects.contracts import ProjectReader
from engineo.kernel.ports import UnitOfWork, Work


@dataclass(frozen=True, slots=True)
class FindingView:
    """`share` in [0, 1] of the pages that could have it, `points` of the overall score that mending it would win."""

    position: int
    id: str
    area: str
    severity: str
    share: float
    points: float
    count: int
    title: str
    fix: str
    why: str
    how: str
    source: str
    component: str | None
    signal: str | None
    worst: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class FindingsView:
    """Findings of the latest snapshot; without one, none. `counts` are by severity, over all of them."""

    snapshot_id: str | None
    computed_at: datetime | None
    counts: dict[str, int]
    findings: list[FindingView]


class FindingsReading:
    def __init__(
        self, uow: UnitOfWork, projects: ProjectReader, snapshots: SnapshotRepository, findings: FindingRepository
    ) -> None:
        self._uow = uow
        self._projects = projects
        self._snapshots = snapshots
        self._findings = findings

    def list_owned(
        self,
        owner_id: str,
        project_id: str,
        *,
        severities: Collection[str] = (),
        areas: Collection[str] = (),
        limit: int | None = None,
        after: int = -1,
    ) -> FindingsView:
        """Those that would win most first, from the position after `after`."""
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            return self.list(work, project_id, severities=severities, areas=areas, limit=limit, after=after)

    def list(
        self,
        work: Work,
        project_id: str,
        *,
        severities: Collection[str] = (),
        areas: Collection[str] = (),
        limit: int | None = None,
        after: int = -1,
    ) -> FindingsView:
        snapshot = self._snapshots.find_latest(work, project_id)
        if snapshot is None:
            return FindingsView(None, None, dict.fromkeys(reversed(SEVERITIES.values()), 0), [])
        rows = self._findings.list(work, snapshot.id, severities=severities, areas=areas, limit=limit, after=after)
        return FindingsView(snapshot.id, snapshot.computed_at, _counts(snapshot), [_view(row) for row in rows])

    def urls_owned(
        self, owner_id: str, project_id: str, check_id: str, *, start: int, limit: int
    ) -> tuple[FindingView, Sequence[tuple[str, str]]]:
        """A finding and (url, detail) of the pages it affects, the worst first. Raise `FindingNotFoundError`."""
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            snapshot = self._snapshots.find_latest(work, project_id)
            row = self._findings.find(work, snapshot.id, check_id) if snapshot is not None else None
            if row is None:
                raise FindingNotFoundError
            return _view(row), self._findings.urls(work, row.snapshot_id, check_id, start=start, limit=limit)


def _counts(snapshot: SnapshotRow) -> dict[str, int]:
    stored = snapshot.details.get("findings") or {}
    return {name: int(stored.get(name, 0)) for name in reversed(SEVERITIES.values())}


def _view(row: FindingRow) -> FindingView:
    return FindingView(
        position=row.position,
        id=row.check_id,
        area=row.area,
        severity=row.severity,
        share=row.share,
        points=row.points,
        count=row.count,
        **row.details,
    )
