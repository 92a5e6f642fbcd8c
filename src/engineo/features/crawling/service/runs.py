"""Runs as others see them: request, cancel, list, read. Implements `CrawlReader`."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engineo.features.crawling.contracts import CrawledPage, CrawlFinished, CrawlSummary, Hop, PageFacts, SiteFacts
from engineo.features.crawling.domain.facts_codec import facts_from_json
from engineo.features.crawling.errors import CrawlEndedError, CrawlNotFoundError, SiteNotReadError
from engineo.features.crawling.jobs import CrawlSite
from engineo.features.crawling.models import CrawlRunRow
from engineo.features.crawling.repository.pages import AnyRow, PageRepository
from engineo.features.crawling.repository.runs import RunRepository
from engineo.features.crawling.service.ledger import summary_of
from engineo.features.crawling.settings import CrawlSettings
from engineo.features.projects.contracts import ProjectReader
from engineo.kernel.errors import NotFoundError
from engineo.kernel.ports import Clock, UnitOfWork, Work

# A run whose job has given up without a trace (the database was away then, too) must not block its project for ever.
ABANDONED_AFTER = CrawlSite.time_limit * 2


@dataclass(frozen=True, slots=True)
class Requested:
    """`deduplicated`: the project had an active run already, and that is it."""

    run: CrawlSummary
    deduplicated: bool


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A row of a list: of the facts only what tells pages apart. `words`: of the main text."""

    page: CrawledPage
    title: str | None
    words: int | None


class CrawlRuns:
    """Use cases of runs. Ownership is checked in the same transaction."""

    def __init__(
        self, uow: UnitOfWork, clock: Clock, projects: ProjectReader, settings: CrawlSettings,
        run_repository: RunRepository, page_repository: PageRepository,
    ) -> None:  # fmt: skip
        self._uow = uow
        self._clock = clock
        self._projects = projects
        self._settings = settings
        self._runs = run_repository
        self._pages = page_repository

    def request(self, work: Work, project_id: str, origin: str, reason: str) -> Requested:
        """The project's active run, or a new one with its job; the database decides between two at once.

        Raise `NotFoundError` for a project that is gone.
        """
        for _ in range(3):  # an active run may end between our insert and our look
            active = self._runs.find_active(work, project_id)
            if active is not None and not self._abandoned(active):
                return Requested(summary_of(active), deduplicated=True)
            if active is not None:
                self.fail(work, active, "nobody worked on this crawl for too long")
            row = CrawlRunRow(
                id=str(uuid.uuid4()), project_id=project_id, origin=origin, status="queued", reason=reason[:64],
                requested_at=self._clock.now(), limits=self._settings.limits().as_json(),
                restarts=0, pages_fetched=0, pages_known=0, bytes_fetched=0, elapsed_seconds=0.0,
            )  # fmt: skip
            if self._runs.add(work, row):
                work.send(CrawlSite(run_id=row.id, project_id=project_id), job_id=row.id)
                return Requested(summary_of(row), deduplicated=False)
        raise NotFoundError("there is no such project; it was deleted a moment ago")

    def request_owned(self, project_id: str, owner_id: str) -> Requested:
        with self._uow() as work:
            project = self._projects.get_owned(work, project_id, owner_id)
            return self.request(work, project.id, project.origin, "manual")

    def cancel_owned(self, project_id: str, owner_id: str, run_id: str) -> CrawlSummary:
        """End an active run. Whoever works on it notices at the next checkpoint and writes nothing more."""
        with self._uow() as work:
            self._projects.get_owned(work, project_id, owner_id)
            row = self._get(work, run_id, project_id)
            now = self._clock.now()
            if not self._runs.end(work, run_id, status="cancelled", now=now, stop_reason="cancelled"):
                raise CrawlEndedError
            self._tell(work, row, "cancelled")
            return summary_of(self._get(work, run_id, project_id))

    def list_owned(self, project_id: str, owner_id: str, limit: int) -> list[CrawlSummary]:
        """Newest first."""
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            return [summary_of(row) for row in self._runs.list(work, project_id, limit)]

    def get_owned(self, project_id: str, owner_id: str, run_id: str) -> tuple[CrawlSummary, SiteFacts | None]:
        """The run, and what it knows of the site so far."""
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            row = self._get(work, run_id, project_id)
            return summary_of(row), _site(row) if row.site else None

    def list_pages_owned(
        self, project_id: str, owner_id: str, run_id: str, *, limit: int, after: str | None, outcome: str | None
    ) -> list[ListedPage]:
        """In order of url_key, from after `after` on; without facts."""
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            self._get(work, run_id, project_id)
            rows = self._pages.list(work, run_id, limit=limit, after=after, outcome=outcome)
            return [ListedPage(_page_of(row, None), row.title, row.words) for row in rows]

    def give_up(self, run_id: str, error: str) -> None:
        """The job was tried for the last time. A run that has ended stays as it is."""
        with self._uow() as work:
            row = self._runs.find(work, run_id)
            if row is not None:
                self.fail(work, row, error)

    def fail(self, work: Work, row: CrawlRunRow, error: str) -> None:
        now = self._clock.now()
        if self._runs.end(work, row.id, status="failed", now=now, stop_reason="failed", error=error[:1000]):
            self._tell(work, row, "failed")

    def latest_finished(self, work: Work, project_id: str) -> CrawlSummary | None:
        row = self._runs.find_latest_finished(work, project_id)
        return None if row is None else summary_of(row)

    def get_run(self, work: Work, run_id: str) -> CrawlSummary:
        return summary_of(self._get(work, run_id))

    def site(self, work: Work, run_id: str) -> SiteFacts:
        row = self._get(work, run_id)
        if row.site is None:
            raise SiteNotReadError
        return _site(row)

    def pages(self, work: Work, run_id: str, url_keys: Collection[str] | None = None) -> Iterator[CrawledPage]:
        shared: dict[str, str] = {}
        for row in self._pages.stream(work, run_id, url_keys):
            yield _page_of(row, None if row.facts is None else facts_from_json(row.facts, shared))

    def _get(self, work: Work, run_id: str, project_id: str | None = None) -> CrawlRunRow:
        try:
            row = self._runs.find(work, str(uuid.UUID(run_id)))
        except ValueError:
            row = None
        if row is None or project_id not in {None, row.project_id}:
            raise CrawlNotFoundError
        return row

    def _abandoned(self, row: CrawlRunRow) -> bool:
        last_sign = max(row.requested_at, row.lease_expires_at or row.requested_at)
        return self._clock.now() - last_sign > ABANDONED_AFTER

    @staticmethod
    def _tell(work: Work, row: CrawlRunRow, status: str) -> None:
        work.emit(
            CrawlFinished(project_id=row.project_id, run_id=row.id, status=status, pages=row.pages_fetched)
        )  # fmt: skip


def _page_of(row: AnyRow, facts: PageFacts | None) -> CrawledPage:
    names = CrawledPage.__dataclass_fields__
    values = {name: value for name, value in row._mapping.items() if name in names}  # noqa: SLF001 - its fields
    return CrawledPage(
        **{
            **values,
            "redirects": tuple(Hop(*hop) for hop in row.redirects or ()),
            "blocked_agents": tuple(row.blocked_agents),
            "facts": facts,
        }
    )


def _site(row: CrawlRunRow) -> SiteFacts:
    stored = row.site or {}
    probe = stored.get("probe")
    return SiteFacts(
        **{
            **stored,
            "robots_problems": tuple(stored["robots_problems"]),
            "sitemaps": tuple(stored["sitemaps"]),
            "sitemap_problems": tuple(stored["sitemap_problems"]),
            "probe": None if probe is None else facts_from_json(probe),
        }
    )
