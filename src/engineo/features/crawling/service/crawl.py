"""Working a run in the calling process: claim it, crawl until it ends, let it go."""

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog

from engineo.features.crawling.contracts import CrawlSummary
from engineo.features.crawling.errors import CrawlNotFoundError, LeaseLostError
from engineo.features.crawling.models import CrawlRunRow
from engineo.features.crawling.repository.pages import PageRepository
from engineo.features.crawling.repository.runs import ACTIVE, RunRepository
from engineo.features.crawling.service.crawl_loop import CrawlLoop, StopRequestedError
from engineo.features.crawling.service.frontier import Frontier
from engineo.features.crawling.service.ledger import Ledger, summary_of
from engineo.features.crawling.service.past import Past
from engineo.features.crawling.service.polite import PoliteFetcher
from engineo.features.crawling.service.runs import CrawlRuns
from engineo.features.crawling.service.site_files import Survey
from engineo.features.crawling.settings import CrawlLimits, CrawlSettings
from engineo.kernel.errors import EngineOError, JobPostponedError
from engineo.kernel.fetching import FetcherFactory
from engineo.kernel.ports import Clock, UnitOfWork, Work

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=15)
MAX_RESTARTS = 10
_THREADS = 4  # for the database and extraction, beside the event loop


class SiteCrawler:
    """Implements `Crawler`."""

    def __init__(
        self, uow: UnitOfWork, clock: Clock, fetchers: FetcherFactory, settings: CrawlSettings, runs: CrawlRuns,
        run_repository: RunRepository, page_repository: PageRepository, lease: timedelta = LEASE,
    ) -> None:  # fmt: skip
        self._uow = uow
        self._clock = clock
        self._fetchers = fetchers
        self._settings = settings
        self._service = runs
        self._runs = run_repository
        self._pages = page_repository
        self._lease = lease

    def request(self, work: Work, project_id: str, origin: str, reason: str) -> CrawlSummary:
        return self._service.request(work, project_id, origin, reason).run

    def crawl(
        self, run_id: str, *, should_stop: Callable[[], bool] | None = None,
        on_progress: Callable[[CrawlSummary], None] | None = None,
    ) -> CrawlSummary:  # fmt: skip
        """Work a run until it ends; go on where an earlier worker stopped, without fetching its pages again.

        A run that has ended is left as it is. Raise `CrawlNotFoundError` for one that does not exist, and
        `JobPostponedError` when another worker has it, or after saving everything because `should_stop()` said so.
        """
        run = self._claim(run_id)
        if run is not None:
            self._work_claimed(run, should_stop or (lambda: False), on_progress or (lambda _: None))
        return self.watch(run_id)

    def _claim(self, run_id: str) -> CrawlRunRow | None:
        """The run, with a lease of our own; None when it has ended."""
        now = self._clock.now()
        with self._uow() as work:
            found = self._runs.find(work, run_id)
            if found is None:
                raise CrawlNotFoundError
            if found.status not in ACTIVE:
                return None
            if not self._runs.claim(work, run_id, str(uuid.uuid4()), now=now, until=now + self._lease):
                raise self._held_elsewhere(found)
            run = self._runs.find(work, run_id)
            if run is not None and run.restarts > MAX_RESTARTS:
                self._service.fail(work, run, f"the crawl was started {MAX_RESTARTS} times without saving one page")
                return None
            return run

    def _held_elsewhere(self, run: CrawlRunRow) -> JobPostponedError:
        left = (run.lease_expires_at or self._clock.now()) - self._clock.now()
        return JobPostponedError(
            max(timedelta(seconds=1), min(left, self._lease)), "another worker is working on this crawl"
        )

    def _work_claimed(
        self, run: CrawlRunRow, should_stop: Callable[[], bool], on_progress: Callable[[CrawlSummary], None]
    ) -> None:
        limits = CrawlLimits.from_json(run.limits)
        ledger = Ledger(self._uow, self._runs, self._pages, self._clock, run, self._lease, limits.max_known)
        log.info("crawling.run.started", run_id=run.id, origin=run.origin, fetched=run.pages_fetched)
        try:
            reason = asyncio.run(self._crawl(run, limits, ledger, should_stop, on_progress))
        except StopRequestedError:
            ledger.release(handed_back=True)
            log.info("crawling.run.handed_back", run_id=run.id, fetched=ledger.fetched)
            raise JobPostponedError(timedelta(0), "the process stops; the crawl goes on elsewhere") from None
        except LeaseLostError:
            log.warning("crawling.run.lost", run_id=run.id)
            self._raise_if_elsewhere(run.id)
        except BaseException:
            with suppress(EngineOError):  # the lease runs out by itself
                ledger.release(handed_back=False)
            raise
        else:
            log.info("crawling.run.finished", run_id=run.id, fetched=ledger.fetched, stop_reason=reason)

    async def _crawl(
        self, run: CrawlRunRow, limits: CrawlLimits, ledger: Ledger,
        should_stop: Callable[[], bool], on_progress: Callable[[CrawlSummary], None],
    ) -> str:  # fmt: skip
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="crawl"))
        previous = await asyncio.to_thread(self._previous_run, run.project_id)
        past = Past(self._uow, self._pages, previous)
        frontier = Frontier(self._uow, self._pages, ledger, run.id, limits)
        user_agent = self._settings.crawl_user_agent
        async with self._fetchers.open(user_agent=user_agent, max_connections=limits.concurrency) as fetcher:
            polite = PoliteFetcher(fetcher, limits, self._clock, ledger.count_bytes)
            survey = Survey(polite, limits, past, ledger, self._clock, run)
            return await CrawlLoop(survey, frontier, ledger, limits, should_stop, on_progress).run()

    def _previous_run(self, project_id: str) -> str | None:
        with self._uow(read_only=True) as work:
            row = self._runs.find_latest_finished(work, project_id)
            return row.id if row else None

    def watch(self, run_id: str) -> CrawlSummary:
        """How far the run is, whoever works on it."""
        with self._uow(read_only=True) as work:
            row = self._runs.find(work, run_id)
            if row is None:
                raise CrawlNotFoundError
            return summary_of(row)

    def _raise_if_elsewhere(self, run_id: str) -> None:
        with self._uow(read_only=True) as work:
            row: Any = self._runs.find(work, run_id)
            if row is not None and row.status in ACTIVE:
                raise self._held_elsewhere(row)
