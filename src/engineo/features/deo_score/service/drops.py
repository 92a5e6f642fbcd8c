"""Telling others that a score has dropped."""

from collections.abc import Mapping

from engineo.features.deo_score.contracts import ScoreDropped
from engineo.features.deo_score.domain.drops import find_drop
from engineo.features.deo_score.models import SnapshotRow
from engineo.features.deo_score.service.evidence import ScoreEvidence
from engineo.features.deo_score.settings import ScoreSettings
from engineo.kernel.ports import Work


class DropWatch:
    def __init__(self, evidence: ScoreEvidence, settings: ScoreSettings) -> None:
        self._evidence = evidence
        self._settings = settings

    def watch(
        self, work: Work, before: SnapshotRow | None, snapshot: SnapshotRow, page_types: Mapping[str, str]
    ) -> None:  # fmt: skip
        """Emit `ScoreDropped` in the transaction that saves `snapshot` and its findings, where it is worse enough."""
        if before is None or before.overall is None:
            return
        drop = find_drop(
            *self._evidence.of(work, before, snapshot),
            alert_points=self._settings.score_drop_alert,
            component_limit=self._settings.score_component_alert,
            page_types=page_types,
        )
        if drop is not None:
            work.emit(
                ScoreDropped(
                    project_id=snapshot.project_id,
                    snapshot_id=snapshot.id,
                    previous_snapshot_id=before.id,
                    overall=snapshot.overall,
                    previous_overall=before.overall,
                    points=drop.points,
                    components=drop.components,
                    lines=drop.lines,
                )
            )
