"""The report of a score: what the command line prints and scripts read."""

from typing import Any

from engineo.features.crawling.contracts import CrawlReader
from engineo.features.deo_score.service.reading import ScoreReading
from engineo.features.projects.contracts import ProjectReader
from engineo.kernel.ports import UnitOfWork


class ScoreReports:
    def __init__(self, uow: UnitOfWork, projects: ProjectReader, crawls: CrawlReader, reading: ScoreReading) -> None:
        self._uow = uow
        self._projects = projects
        self._crawls = crawls
        self._reading = reading

    def report(self, project_id: str) -> dict[str, Any]:
        """`project`, `crawl`, `score`, `fixes` and `jobId` of the project's current score."""
        with self._uow(read_only=True) as work:
            project = self._projects.get_any(work, project_id)
            run = self._crawls.latest_finished(work, project_id)
            view = self._reading.current_of(work, project_id)
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
            },
            "fixes": view.details.get("fixes", []),
            "jobId": view.recompute.job_id if view.recompute else None,
        }
