"""The jobs of crawling."""

from datetime import timedelta
from typing import ClassVar

from engineo.kernel.jobs import Job
from engineo.kernel.policies import RetryPolicy


class CrawlSite(Job):
    """Work a run until it ends. The job's id is the run's, so a run has at most one job."""

    kind: ClassVar[str] = "crawling.crawl"
    queue: ClassVar[str] = "crawl"
    time_limit: ClassVar[timedelta] = timedelta(hours=6)  # the run has a shorter limit of its own

    run_id: str
    project_id: str


class DeleteOldFacts(Job):
    """Delete the facts of runs that nobody needs any more. Sent by the clock once a day; a missed day costs nothing."""

    kind: ClassVar[str] = "crawling.delete_old_facts"
    queue: ClassVar[str] = "maintenance"
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=1)
    time_limit: ClassVar[timedelta] = timedelta(hours=1)
