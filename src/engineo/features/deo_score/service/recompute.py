"""Recomputing: claim the request, read the facts, evaluate, save snapshot and current score in one transaction."""

import uuid
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

import structlog

from engineo.features.crawling.contracts import CrawledPage, CrawlReader, CrawlSummary
from engineo.features.deo_score.contracts import DeoScoreRecomputed
from engineo.features.deo_score.domain.evaluation import Evaluation, evaluate
from engineo.features.deo_score.domain.metadata import as_metadata, finding_details
from engineo.features.deo_score.errors import CrawlFailedError, NoFinishedCrawlError
from engineo.features.deo_score.jobs import RecomputeDeoScore
from engineo.features.deo_score.models import FindingRow, RequestRow, SiteInputsRow, SnapshotRow
from engineo.features.deo_score.repository import (
    FindingRepository,
    RequestRepository,
    SiteInputsRepository,
    SnapshotRepository,
)
from engineo.features.deo_score.service.drops import DropWatch
from engineo.features.products.contracts import ProductReader
from engineo.features.projects.contracts import ProjectReader, ProjectScores
from engineo.kernel.errors import JobPostponedError, NotFoundError
from engineo.kernel.jobs import JobContext
from engineo.kernel.ports import Clock, UnitOfWork, Work

log = structlog.get_logger(__name__)

# A running request whose worker died is free for others after this long; its own job may take it up at once.
LEASE = RecomputeDeoScore.time_limit + timedelta(minutes=1)
BEHIND_ANOTHER = timedelta(seconds=1)
LONGEST_WAIT_FOR_CRAWL = timedelta(seconds=10)
REQUEST_MEMORY = timedelta(days=30)
URL_LISTS = 10  # snapshots whose affected URLs are kept in full


class StoredPages:
    """The pages of a run as the score reads them: streamed, and some of them once more."""

    def __init__(self, crawls: CrawlReader, work: Work, run_id: str) -> None:
        self._crawls = crawls
        self._work = work
        self._run_id = run_id

    def __iter__(self) -> Iterator[CrawledPage]:
        return self._crawls.pages(self._work, self._run_id)

    def some(self, url_keys: Collection[str]) -> Iterator[CrawledPage]:
        return self._crawls.pages(self._work, self._run_id, url_keys)


class Recompute:
    """Works one request. A second run of one that has ended does nothing; one that broke off starts over."""

    def __init__(
        self,
        uow: UnitOfWork,
        clock: Clock,
        requests: RequestRepository,
        snapshots: SnapshotRepository,
        findings: FindingRepository,
        inputs: SiteInputsRepository,
        projects: ProjectReader,
        scores: ProjectScores,
        crawls: CrawlReader,
        products: ProductReader,
        drops: DropWatch,
    ) -> None:
        self._uow = uow
        self._clock = clock
        self._requests = requests
        self._snapshots = snapshots
        self._findings = findings
        self._inputs = inputs
        self._projects = projects
        self._scores = scores
        self._crawls = crawls
        self._products = products
        self._drops = drops

    def recompute(self, job: RecomputeDeoScore, context: JobContext) -> None:
        if not self._claim(job, context):
            return
        evaluation, run = self._evaluate(job.project_id)
        if context.should_stop():
            raise JobPostponedError(timedelta(0), "the process stops; the score is computed elsewhere")
        self._finish(job, context.job_id, evaluation, run)

    def gave_up(self, job: RecomputeDeoScore, job_id: str, error: BaseException) -> None:
        """The last attempt failed: say so on the request, and make room for the next."""
        with self._uow() as work:
            row = self._requests.find(work, job_id)
            if row is not None and row.status in {"waiting", "running"}:
                row.status = "failed"
                row.error = str(error)[:2000]
                row.finished_at = self._clock.now()
        log.warning("deo_score.recompute.failed", project_id=job.project_id, job_id=job_id, reason=str(error))

    def _claim(self, job: RecomputeDeoScore, context: JobContext) -> bool:
        """False: nothing to do. Raises `JobPostponedError` while the project's crawl or another recompute runs."""
        with self._uow() as work:
            try:
                self._projects.get_any(work, job.project_id)
            except NotFoundError:
                log.info("deo_score.recompute.project_gone", project_id=job.project_id)
                return False
            self._projects.lock(work, job.project_id)
            row = self._requests.find(work, context.job_id) or self._adopt(work, job, context.job_id)
            if row.status not in {"waiting", "running"}:
                log.info("deo_score.recompute.already_done", job_id=row.id, status=row.status)
                return False
            self._wait_for_crawl(work, row, context)
            now = self._clock.now()
            self._take_turn(work, row, now)
            row.status = "running"
            row.started_at = now
            row.lease_expires_at = now + LEASE
        return True

    def _adopt(self, work: Work, job: RecomputeDeoScore, job_id: str) -> RequestRow:
        """A job that was sent without a request (by hand, by a schedule) gets its row now."""
        row = RequestRow(
            id=job_id,
            project_id=job.project_id,
            status="waiting",
            reason=job.reason,
            triggered_by_user_id=job.triggered_by_user_id,
            requested_at=self._clock.now(),
        )
        if self._requests.find_in(work, job.project_id, "waiting") is not None:
            raise JobPostponedError(BEHIND_ANOTHER, "another recompute of this project waits")
        self._requests.add(work, row)
        return row

    def _wait_for_crawl(self, work: Work, row: RequestRow, context: JobContext) -> None:
        if row.crawl_run_id is None:
            return
        run = self._crawls.get_run(work, row.crawl_run_id)
        if run.active:
            delay = min(timedelta(seconds=2 ** min(context.postponed, 10)), LONGEST_WAIT_FOR_CRAWL)
            raise JobPostponedError(delay, f"waits for crawl {run.id}")
        if run.status != "finished" and self._crawls.latest_finished(work, row.project_id) is None:
            raise CrawlFailedError(
                f"the crawl ended as {run.status}: {run.error or run.stop_reason or 'no reason given'}"
            )

    def _take_turn(self, work: Work, row: RequestRow, now: datetime) -> None:
        running = self._requests.find_in(work, row.project_id, "running")
        if running is None or running.id == row.id:
            return
        if running.lease_expires_at is not None and running.lease_expires_at > now:
            raise JobPostponedError(BEHIND_ANOTHER, "another recompute of this project runs")
        running.status = "failed"
        running.error = f"its worker disappeared; superseded by {row.id}"
        running.finished_at = now
        work.session.flush()

    def _evaluate(self, project_id: str) -> tuple[Evaluation, CrawlSummary]:
        with self._uow(read_only=True) as work:
            run = self._crawls.latest_finished(work, project_id)
            if run is None:
                raise NoFinishedCrawlError
            inputs = self._inputs.find(work, project_id)
            evaluation = evaluate(
                self._crawls.site(work, run.id),
                StoredPages(self._crawls, work, run.id),
                as_of=self._clock.now(),
                known_types=inputs.page_types if inputs else None,
                profile=inputs.profile if inputs else None,
                priors=_priors(inputs),
                products=self._products.products(work, project_id),
            )
            return evaluation, run

    def _finish(self, job: RecomputeDeoScore, job_id: str, evaluation: Evaluation, run: CrawlSummary) -> None:
        now = self._clock.now()
        snapshot_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"deo_score_snapshot:{job_id}"))
        with self._uow() as work:
            self._projects.lock(work, job.project_id)
            row = self._requests.find(work, job_id)
            if row is None or row.status != "running":
                log.warning("deo_score.recompute.superseded", job_id=job_id)
                return
            snapshot = _snapshot(snapshot_id, job, evaluation, run, now)
            before = self._snapshots.find_latest(work, job.project_id)
            self._snapshots.add(work, snapshot)
            self._add_findings(work, snapshot_id, evaluation)
            self._drops.watch(work, before, snapshot, evaluation.page_types)
            self._findings.forget_urls(work, job.project_id, keep=URL_LISTS)
            self._inputs.save(work, job.project_id, evaluation.profile, evaluation.page_types, evaluation.priors)
            self._scores.set_current_score(work, job.project_id, evaluation.overall, now)
            row.status = "completed"
            row.snapshot_id = snapshot_id
            row.finished_at = now
            self._requests.delete_before(work, job.project_id, now - REQUEST_MEMORY)
            work.emit(
                DeoScoreRecomputed(
                    project_id=job.project_id, snapshot_id=snapshot_id, overall=evaluation.overall, reason=job.reason
                )
            )
        log.info("deo_score.recompute.saved", project_id=job.project_id, snapshot_id=snapshot_id,
                 overall=evaluation.overall, status=evaluation.status)  # fmt: skip

    def _add_findings(self, work: Work, snapshot_id: str, evaluation: Evaluation) -> None:
        work.session.flush()
        for position, finding in enumerate(evaluation.findings):
            row = FindingRow(
                snapshot_id=snapshot_id,
                check_id=finding.check.id,
                position=position,
                area=finding.check.area,
                severity=finding.severity,
                share=finding.share,
                points=finding.points,
                count=finding.count,
                details=finding_details(finding, evaluation),
            )
            urls = finding.affected.shown(finding.unit)
            self._findings.add(work, row, ((evaluation.address(url), detail) for url, detail in urls))


def _priors(inputs: SiteInputsRow | None) -> dict[str, tuple[int, str]] | None:
    stored = inputs.priors if inputs is not None else None
    return {url: (date, text) for url, (date, text) in stored.items()} if stored else None


def _snapshot(
    snapshot_id: str, job: RecomputeDeoScore, evaluation: Evaluation, run: CrawlSummary, now: datetime
) -> SnapshotRow:
    components = evaluation.components
    return SnapshotRow(
        id=snapshot_id,
        project_id=job.project_id,
        crawl_run_id=run.id,
        status=evaluation.status,
        overall=evaluation.overall,
        overall_uncapped=evaluation.overall_uncapped,
        content=components.get("content"),
        entities=components.get("entities"),
        technical=components.get("technical"),
        visibility=components.get("visibility"),
        version=evaluation.version,
        details={**as_metadata(evaluation), "requestReason": job.reason, "crawl": _crawl_summary(run)},
        computed_at=now,
    )


def _crawl_summary(run: CrawlSummary) -> dict[str, object]:
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else None
    return {"id": run.id, "pages": run.pages_fetched, "stopReason": run.stop_reason, "seconds": seconds}
