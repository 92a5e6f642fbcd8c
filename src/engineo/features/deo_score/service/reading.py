"""Reading scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engineo.features.deo_score.domain.engine import COMPONENTS, DEO_SCORE_VERSION
from engineo.features.deo_score.models import RequestRow, SnapshotRow
from engineo.features.deo_score.repository import RequestRepository, SnapshotRepository
from engineo.features.projects.contracts import ProjectReader
from engineo.kernel.ports import UnitOfWork, Work

NOTHING_YET = "no score has been computed yet: request one with POST /projects/{id}/deo-score/recompute"


@dataclass(frozen=True, slots=True)
class RequestView:
    job_id: str
    status: str
    reason: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    crawl_id: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class ScoreView:
    """A score, or (`snapshot_id` None) its absence with the reason."""

    project_id: str
    status: str
    reason: str | None
    overall: int | None
    overall_uncapped: int | None
    components: Mapping[str, int | None]
    confidence: float | None
    version: str
    snapshot_id: str | None
    crawl_id: str | None
    computed_at: datetime | None
    details: Mapping[str, Any]
    recompute: RequestView | None = None


class ScoreReading:
    def __init__(
        self, uow: UnitOfWork, projects: ProjectReader, snapshots: SnapshotRepository, requests: RequestRepository
    ) -> None:
        self._uow = uow
        self._projects = projects
        self._snapshots = snapshots
        self._requests = requests

    def current(self, owner_id: str, project_id: str) -> ScoreView:
        """The latest score with the state of a requested recompute; without a score, nulls and the reason."""
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            return self.current_of(work, project_id)

    def current_of(self, work: Work, project_id: str) -> ScoreView:
        request = self._requests.find_latest(work, project_id)
        recompute = _request_view(request) if request else None
        snapshot = self._snapshots.find_latest(work, project_id)
        return _absent(project_id, recompute) if snapshot is None else view_of(snapshot, recompute)

    def history(self, owner_id: str, project_id: str, limit: int, before: datetime | None) -> list[ScoreView]:
        """Newest first."""
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            return [view_of(row) for row in self._snapshots.list(work, project_id, limit, before)]


def view_of(row: SnapshotRow, recompute: RequestView | None = None) -> ScoreView:
    return ScoreView(
        project_id=row.project_id,
        status=row.status,
        reason=row.details.get("reason"),
        overall=row.overall,
        overall_uncapped=row.overall_uncapped,
        components={name: getattr(row, name) for name in COMPONENTS},
        confidence=row.details.get("confidence"),
        version=row.version,
        snapshot_id=row.id,
        crawl_id=row.crawl_run_id,
        computed_at=row.computed_at,
        details=row.details,
        recompute=recompute,
    )


def _absent(project_id: str, recompute: RequestView | None) -> ScoreView:
    reason = NOTHING_YET
    if recompute is not None:
        reason = {
            "waiting": "the first score has been requested and waits for its turn",
            "running": "the first score is being computed",
        }.get(recompute.status, recompute.error or NOTHING_YET)
    return ScoreView(
        project_id=project_id,
        status="insufficient_data",
        reason=reason,
        overall=None,
        overall_uncapped=None,
        components=dict.fromkeys(COMPONENTS),
        confidence=None,
        version=DEO_SCORE_VERSION,
        snapshot_id=None,
        crawl_id=None,
        computed_at=None,
        details={},
        recompute=recompute,
    )


def _request_view(row: RequestRow) -> RequestView:
    return RequestView(
        job_id=row.id,
        status=row.status,
        reason=row.reason,
        requested_at=row.requested_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        crawl_id=row.crawl_run_id,
        error=row.error,
    )
