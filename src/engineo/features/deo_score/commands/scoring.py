"""Crawling and scoring in the calling process, for commands."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import typer
from rich.console import Console

from engineo.features.crawling.contracts import CrawlSummary
from engineo.features.deo_score.commands.services import ScoreServices
from engineo.features.deo_score.jobs import RecomputeDeoScore
from engineo.features.projects.contracts import ProjectView
from engineo.infra.terminal import crawl_progress
from engineo.kernel.errors import EngineOError, JobPostponedError
from engineo.kernel.ports import UnitOfWork

T = TypeVar("T")
LOOK_EVERY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class _Here:
    """The context of a job that the command runs itself."""

    job_id: str
    attempt: int = 1
    postponed: int = 0

    def should_stop(self) -> bool:
        return False

    def progress(self, value: object) -> None:
        """Nobody looks: the command shows its own."""

    def log(self, line: str) -> None:
        """As above."""


def crawl_here(used: ScoreServices, uow: UnitOfWork, project: ProjectView) -> None:
    """Work the project's crawl to its end, with its progress on standard error."""
    with uow() as work:
        run = used.crawler.request(work, project.id, project.origin, "command line")
    with crawl_progress(Console(stderr=True)) as update:

        def show(now: CrawlSummary) -> None:
            update(now.pages_fetched, now.pages_known, None)

        run = patiently(partial(used.crawler.crawl, run.id, on_progress=show))
        show(run)
    if run.status != "finished":
        raise EngineOError(f"the crawl ended as {run.status}: {run.error or run.stop_reason or 'no reason given'}")


def recompute_here(used: ScoreServices, uow: UnitOfWork, project: ProjectView) -> None:
    """Compute and save the project's score from its latest finished crawl."""
    with uow() as work:
        requested = used.requests.request(work, project, reason="manual", crawl="never", user_id=None)
    job = RecomputeDeoScore(project_id=project.id)
    try:
        patiently(partial(used.recompute.recompute, job, _Here(requested.job_id)))
    except BaseException as error:
        # or the project's next one would wait for this one's lease to end
        used.recompute.gave_up(job, requested.job_id, error)
        raise


def patiently(attempt: Callable[[], T]) -> T:
    """Try until no other process is at it: until that one has ended, or its lease, should it have died."""
    told = False
    while True:
        try:
            return attempt()
        except JobPostponedError as elsewhere:
            if not told:
                typer.echo(f"waiting: {elsewhere}", err=True)
                told = True
            time.sleep(LOOK_EVERY_SECONDS)
