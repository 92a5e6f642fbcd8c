"""Requesting a recompute: at most one waits beside one that runs, decided in the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import structlog

from engineo.features.crawling.contracts import Crawler, CrawlReader
from engineo.features.deo_score.contracts import Reason
from engineo.features.deo_score.errors import NoFinishedCrawlError
from engineo.features.deo_score.jobs import RecomputeDeoScore
from engineo.features.deo_score.models import RequestRow
from engineo.features.deo_score.repository import RequestRepository
from engineo.features.projects.contracts import ProjectReader, ProjectView
from engineo.kernel.jobs import new_job_id
from engineo.kernel.ports import Clock, UnitOfWork, Work

log = structlog.get_logger(__name__)

CrawlPolicy = Literal["if_stale", "always", "never"]
STALE_AFTER = timedelta(days=7)
# Recomputes of one project start at least this far apart: a burst of requests ends in two scores, not in one a moment.
SPACING = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Requested:
    """`deduplicated`: a request was waiting already, and this one joined it."""

    project_id: str
    job_id: str
    deduplicated: bool


class ScoreRequests:
    """Takes requests for recomputes. Implements `ScoreRequester`."""

    def __init__(
        self,
        uow: UnitOfWork,
        clock: Clock,
        requests: RequestRepository,
        projects: ProjectReader,
        crawls: CrawlReader,
        crawler: Crawler,
    ) -> None:
        self._uow = uow
        self._clock = clock
        self._requests = requests
        self._projects = projects
        self._crawls = crawls
        self._crawler = crawler

    def request_recompute(
        self, owner_id: str, project_id: str, *, reason: Reason = "manual", crawl: CrawlPolicy = "if_stale"
    ) -> Requested:
        """Promise a recompute, and the crawl that it needs, in one transaction.

        Raise `NotFoundError` for someone else's project, `NoFinishedCrawlError` for `crawl="never"` without one.
        """
        with self._uow() as work:
            project = self._projects.get_owned(work, project_id, owner_id)
            requested = self.request(work, project, reason=reason, crawl=crawl, user_id=owner_id)
        log.info("deo_score.recompute.requested", project_id=project_id, job_id=requested.job_id, reason=reason,
                 deduplicated=requested.deduplicated)  # fmt: skip
        return requested

    def request_within(self, work: Work, project: ProjectView, reason: Reason) -> str:
        return self.request(work, project, reason=reason, crawl="if_stale", user_id=None).job_id

    def request(
        self, work: Work, project: ProjectView, *, reason: Reason, crawl: CrawlPolicy, user_id: str | None
    ) -> Requested:
        self._projects.lock(work, project.id)
        run_id = self._crawl_for(work, project, crawl)
        waiting = self._requests.find_in(work, project.id, "waiting")
        if waiting is not None:
            waiting.crawl_run_id = waiting.crawl_run_id or run_id
            return Requested(project.id, waiting.id, deduplicated=True)
        now = self._clock.now()
        row = RequestRow(
            id=new_job_id(),
            project_id=project.id,
            status="waiting",
            reason=reason,
            triggered_by_user_id=user_id,
            crawl_run_id=run_id,
            requested_at=now,
        )
        delay = self._turn(work, project.id, now)
        self._requests.add(work, row)
        job = RecomputeDeoScore(project_id=project.id, triggered_by_user_id=user_id, reason=reason)
        work.send(job, job_id=row.id, delay=delay)
        return Requested(project.id, row.id, deduplicated=False)

    def _turn(self, work: Work, project_id: str, now: datetime) -> timedelta:
        """How long to hold a recompute back, so that it starts `SPACING` after the one before it."""
        before = self._requests.find_latest(work, project_id)
        started = before.started_at if before else None
        return max(timedelta(0), started + SPACING - now) if started else timedelta(0)

    def _crawl_for(self, work: Work, project: ProjectView, policy: CrawlPolicy) -> str | None:
        """The run that the score must wait for; None when the latest finished one will do."""
        latest = self._crawls.latest_finished(work, project.id)
        if policy == "never":
            if latest is None:
                raise NoFinishedCrawlError
            return None
        fresh = latest is not None and latest.finished_at is not None and (
            self._clock.now() - latest.finished_at < STALE_AFTER
        )  # fmt: skip
        if policy == "if_stale" and fresh:
            return None
        return self._crawler.request(work, project.id, project.origin, f"recompute:{policy}").id
