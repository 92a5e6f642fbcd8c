"""`engineo score` and `engineo recompute`."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from engineo.features.crawling.contracts import CrawlSummary
from engineo.features.deo_score.commands.history import SITE, SiteOrCommand, add_history_commands
from engineo.features.deo_score.commands.rendering import render_score
from engineo.features.deo_score.commands.services import ScoreServices
from engineo.features.deo_score.jobs import RecomputeDeoScore
from engineo.features.deo_score.service.recompute import Recompute
from engineo.features.deo_score.service.requests import CrawlPolicy
from engineo.infra.terminal import crawl_progress
from engineo.kernel.errors import EngineOError, JobPostponedError
from engineo.kernel.ports import Runtime, UnitOfWork

T = TypeVar("T")
LOOK_EVERY_SECONDS = 0.5
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


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


def build_commands(runtime: Runtime, uow: UnitOfWork, services: Callable[[], ScoreServices]) -> typer.Typer:
    app = typer.Typer()
    scores = typer.Typer(
        cls=SiteOrCommand,
        help="Score a site, and look at earlier scores.",
        epilog="Examples: engineo score https://shop.example | engineo score compare https://shop.example",
        no_args_is_help=True,
    )
    app.add_typer(scores, name="score")
    add_history_commands(scores, runtime, uow, services)

    @scores.command(
        name=SITE, epilog="Examples: engineo score https://shop.example | engineo score shop.example --json"
    )
    def score(
        url: Annotated[str, typer.Argument(help="The site's address.")],
        *,
        as_json: AsJson = False,
    ) -> None:
        """Crawl a site and score it, now and here. Needs no API key and no worker."""
        with runtime.running():
            used = services()
            with uow() as work:
                project = used.local.find_or_create(work, url)
                run = used.crawler.request(work, project.id, project.origin, "command line")
            with crawl_progress(Console(stderr=True)) as update:

                def show(now: CrawlSummary) -> None:
                    update(now.pages_fetched, now.pages_known, None)

                run = _patiently(partial(used.crawler.crawl, run.id, on_progress=show))
                show(run)
            if run.status != "finished":
                raise EngineOError(
                    f"the crawl ended as {run.status}: {run.error or run.stop_reason or 'no reason given'}"
                )
            with uow() as work:
                requested = used.requests.request(work, project, reason="manual", crawl="never", user_id=None)
            _recompute(used.recompute, project.id, requested.job_id)
            report = used.reports.report(project.id)
        if as_json:
            typer.echo(json.dumps(report))
        else:
            render_score(Console(), report)

    @app.command(epilog="Example: engineo recompute 1c9e... --crawl always")
    def recompute(
        project_id: Annotated[str, typer.Argument(help="An id of `engineo projects list`.")],
        crawl: Annotated[CrawlPolicy, typer.Option(help="When to crawl the site first.")] = "if_stale",
        *,
        as_json: AsJson = False,
    ) -> None:
        """Request a recompute, which a worker works."""
        with runtime.running(), uow() as work:
            used = services()
            project = used.projects.get_any(work, project_id)
            requested = used.requests.request(work, project, reason="manual", crawl=crawl, user_id=None)
        if as_json:
            typer.echo(json.dumps({"projectId": project_id, "enqueued": True, "jobId": requested.job_id,
                                   "deduplicated": requested.deduplicated}))  # fmt: skip
        else:
            joined = " (joined one that was waiting)" if requested.deduplicated else ""
            typer.echo(f"requested as job {requested.job_id}{joined}")

    return app


def _recompute(recompute: Recompute, project_id: str, job_id: str) -> None:
    job = RecomputeDeoScore(project_id=project_id)
    try:
        _patiently(partial(recompute.recompute, job, _Here(job_id)))
    except BaseException as error:
        recompute.gave_up(job, job_id, error)  # or the project's next one would wait for this one's lease to end
        raise


def _patiently(attempt: Callable[[], T]) -> T:
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
