"""Comparing scores of a project with each other."""

from dataclasses import dataclass

from engineo.features.deo_score.domain.comparison import Comparison, compare
from engineo.features.deo_score.errors import SnapshotNotFoundError
from engineo.features.deo_score.models import SnapshotRow
from engineo.features.deo_score.repository import SiteInputsRepository, SnapshotRepository
from engineo.features.deo_score.service.evidence import ScoreEvidence
from engineo.features.deo_score.service.reading import ScoreView, view_of
from engineo.features.projects.contracts import ProjectReader
from engineo.kernel.ports import UnitOfWork, Work


@dataclass(frozen=True, slots=True)
class ComparedScores:
    """Two scores and what lies between them; without two scores there is no comparison."""

    project_id: str
    before: ScoreView | None
    after: ScoreView | None
    comparison: Comparison | None


class ScoreHistories:
    def __init__(
        self,
        uow: UnitOfWork,
        projects: ProjectReader,
        snapshots: SnapshotRepository,
        evidence: ScoreEvidence,
        inputs: SiteInputsRepository,
    ) -> None:
        self._uow = uow
        self._projects = projects
        self._snapshots = snapshots
        self._evidence = evidence
        self._inputs = inputs

    def compare(self, owner_id: str, project_id: str, from_id: str | None, to_id: str | None) -> ComparedScores:
        """From one score to another; by default from the one before the latest to the latest.

        Raise `NotFoundError` for a project of someone else, and for a score that is not of this project.
        """
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            return self.compare_of(work, project_id, from_id, to_id)

    def compare_of(self, work: Work, project_id: str, from_id: str | None, to_id: str | None) -> ComparedScores:
        after = self._get(work, project_id, to_id) if to_id else self._snapshots.find_latest(work, project_id)
        before = self._get(work, project_id, from_id) if from_id else self._before(work, after)
        found = None
        if before is not None and after is not None:
            inputs = self._inputs.find(work, project_id)
            types = inputs.page_types if inputs else None
            found = compare(*self._evidence.of(work, before, after), types)
        return ComparedScores(
            project_id, view_of(before) if before else None, view_of(after) if after else None, found
        )  # fmt: skip

    def list_of(self, work: Work, project_id: str, limit: int) -> list[ScoreView]:
        """Newest first."""
        return [view_of(row) for row in self._snapshots.list(work, project_id, limit)]

    def _get(self, work: Work, project_id: str, snapshot_id: str) -> SnapshotRow:
        row = self._snapshots.find(work, snapshot_id)
        if row is None or row.project_id != project_id:
            raise SnapshotNotFoundError
        return row

    def _before(self, work: Work, after: SnapshotRow | None) -> SnapshotRow | None:
        if after is None:
            return None
        rows = self._snapshots.list(work, after.project_id, limit=1, before=after.computed_at)
        return rows[0] if rows else None
