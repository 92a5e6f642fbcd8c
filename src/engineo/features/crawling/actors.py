"""Queue edge of crawling."""

import structlog

from engineo.features.crawling.jobs import CrawlSite, DeleteOldFacts
from engineo.features.crawling.service.crawl import SiteCrawler
from engineo.features.crawling.service.retention import FactsRetention
from engineo.features.crawling.service.runs import CrawlRuns
from engineo.kernel.errors import EngineOError, NotFoundError
from engineo.kernel.jobs import Actor, JobContext

log = structlog.get_logger(__name__)


class CrawlActor(Actor[CrawlSite]):
    """Works a run until it ends.

    A second run goes on from the pages that are saved; beside a live worker it postpones itself; when the run has
    ended, or its project is gone, it does nothing.
    """

    job = CrawlSite

    def __init__(self, crawler: SiteCrawler, runs: CrawlRuns) -> None:
        self._crawler = crawler
        self._runs = runs

    def perform(self, job: CrawlSite, context: JobContext) -> None:
        try:
            self._crawler.crawl(job.run_id, should_stop=context.should_stop)
        except NotFoundError:
            log.info("crawling.run.gone", run_id=job.run_id, project_id=job.project_id)

    def gave_up(self, job: CrawlSite, context: JobContext, error: BaseException) -> None:
        """The run has failed; a second call finds it ended."""
        del context
        message = error.message if isinstance(error, EngineOError) else f"{type(error).__name__}: {error}"
        self._runs.give_up(job.run_id, message)


class DeleteOldFactsActor(Actor[DeleteOldFacts]):
    """Deletes in small transactions. A second run finds what the first has left, and is done at once after it."""

    job = DeleteOldFacts

    def __init__(self, retention: FactsRetention) -> None:
        self._retention = retention

    def perform(self, job: DeleteOldFacts, context: JobContext) -> None:
        del job
        self._retention.delete_old(context.should_stop)
