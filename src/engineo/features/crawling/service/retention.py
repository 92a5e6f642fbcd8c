"""How long the facts of pages are kept."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from engineo.features.crawling.repository.runs import RunRepository
from engineo.features.crawling.settings import CrawlSettings
from engineo.kernel.errors import JobPostponedError
from engineo.kernel.ports import Clock, UnitOfWork

log = structlog.get_logger(__name__)


class FactsRetention:
    """The latest finished run of a project keeps its facts for ever: the score and conditional requests rest on them.

    Of other runs that have ended they are deleted CRAWL_FACTS_RETENTION_DAYS after the end; the runs stay.
    """

    def __init__(self, uow: UnitOfWork, clock: Clock, runs: RunRepository, settings: CrawlSettings) -> None:
        self._uow = uow
        self._clock = clock
        self._runs = runs
        self._retention = settings.facts_retention

    def delete_old(self, should_stop: Callable[[], bool]) -> int:
        """How many pages were deleted. Raise `JobPostponedError` where the process stops before the end."""
        before = self._clock.now() - self._retention
        deleted = 0
        while True:
            with self._uow() as work:
                run_id = self._runs.find_outlived(work, before)
                found = 0 if run_id is None else self._runs.delete_some_pages(work, run_id)
            deleted += found
            if run_id is None:
                break
            if should_stop():
                raise JobPostponedError(timedelta(0), "the process stops; the rest is deleted elsewhere")
        log.info("crawling.facts.deleted", pages=deleted, ended_before=before.isoformat())
        return deleted
