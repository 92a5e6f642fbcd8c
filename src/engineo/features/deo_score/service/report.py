"""The report of a score: what the command line prints and scripts read."""

from dataclasses import asdict
from typing import Any

from engineo.features.crawling.contracts import CrawlReader
from engineo.features.deo_score.service.findings import FindingsReading, FindingView
from engineo.features.deo_score.service.reading import ScoreReading, ScoreView
from engineo.features.projects.contracts import ProjectReader
from engineo.kernel.ports import UnitOfWork


class ScoreReports:
    def __init__(
        self,
        uow: UnitOfWork,
        projects: ProjectReader,
        crawls: CrawlReader,
        reading: ScoreReading,
        findings: FindingsReading,
    ) -> None:
        self._uow = uow
        self._projects = projects
        self._crawls = crawls
        self._reading = reading
        self._findings = findings

    def current(self, project_id: str) -> ScoreView:
        """The project's score as it is now; without a snapshot, nulls and the reason."""
        with self._uow(read_only=True) as work:
            return self._reading.current_of(work, project_id)

    def report(self, project_id: str, previous: ScoreView | None = None) -> dict[str, Any]:
        """The project's current score as JSON.

        It has `project`, `crawl`, `score`, `previous` (null, or overall and moment of the score before), `severities`
        (how many findings of each), `findings`, `fixes` and `jobId`.
        """
        with self._uow(read_only=True) as work:
            project = self._projects.get_any(work, project_id)
            run = self._crawls.latest_finished(work, project_id)
            view = self._reading.current_of(work, project_id)
            found = self._findings.list(work, project_id)
        signals = view.details.get("signals", {})
        seconds = (
            (run.finished_at - run.started_at).total_seconds() if run and run.finished_at and run.started_at else None
        )
        return {
            "project": {"id": project.id, "name": project.name, "origin": project.origin},
            "crawl": {
                "status": run.status if run else None,
                "pages": run.pages_fetched if run else 0,
                "seconds": round(seconds, 3) if seconds is not None else None,
            },
            "score": {
                "status": view.status,
                "reason": view.reason,
                "overall": view.overall,
                "components": dict(view.components),
                "signals": {
                    name: {"value": s.get("value"), "reason": s.get("reason"), "n": s.get("n", 0)}
                    for name, s in signals.items()
                },
                "version": view.version,
                "computedAt": view.computed_at.isoformat() if view.computed_at else None,
            },
            "previous": _previous(previous),
            "severities": found.counts,
            "findings": [_finding(one) for one in found.findings],
            "fixes": view.details.get("fixes", []),
            "jobId": view.recompute.job_id if view.recompute else None,
        }


def _previous(view: ScoreView | None) -> dict[str, Any] | None:
    if view is None or view.computed_at is None:
        return None
    return {"overall": view.overall, "computedAt": view.computed_at.isoformat()}


def _finding(view: FindingView) -> dict[str, Any]:
    return {name: value for name, value in asdict(view).items() if name != "position"}
