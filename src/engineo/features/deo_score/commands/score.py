"""`engineo score` and `engineo recompute`."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console

from engineo.features.crawling.contracts import Crawler
from engineo.features.deo_score.commands.rendering import render_score
from engineo.features.deo_score.jobs import RecomputeDeoScore
from engineo.features.deo_score.service.recompute import Recompute
from engineo.features.deo_score.service.report import ScoreReports
from engineo.features.deo_score.service.requests import CrawlPolicy, ScoreRequests
from engineo.features.projects.contracts import LocalProjects, ProjectReader
from engineo.infra.terminal import crawl_progress
from engineo.kernel.errors import EngineOError
from engineo.kernel.ports import Runtime, UnitOfWork

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@dataclass(frozen=True, slots=True)
class _Here:
    """The context of a job that the command runs itself."""

    job_id: str
    attempt: int = 1
    postponed: int = 0

    def should_stop(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class ScoreServices:
    """What the commands use; built once the runtime is open."""

    requests: ScoreRequests
    recompute: Recompute
    reports: ScoreReports
    crawler: Crawler
    local: LocalProjects
    projects: ProjectReader


def build_commands(runtime: Runtime, uow: UnitOfWork, services: Callable[[], ScoreServices]) -> typer.Typer:
    app = typer.Typer()

    @app.command(epilog="Examples: engineo score https://shop.example | engineo score shop.example --json")
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
                run = used.crawler.crawl(
                    run.id, on_progress=lambda s: update(s.pages_fetched, s.pages_known, None)
                )  # fmt: skip
            if run.status != "finished":
                raise EngineOError(
                    f"the crawl ended as {run.status}: {run.error or run.stop_reason or 'no reason given'}"
                )
            with uow() as work:
                requested = used.requests.request(work, project, reason="manual", crawl="never", user_id=None)
            used.recompute.recompute(RecomputeDeoScore(project_id=project.id), _Here(requested.job_id))
            report = used.reports.report(project.id)
        if as_json:
            typer.echo(json.dumps(report))
        else:
            render_score(Console(), report)

    @app.command(epilog="Example: engineo recompute 1c9e... --crawl always")
    def recompute(
        project_id: Annotated[str, typer.Argument(help="An id of `engineo projects list`.")],
        crawl: Annotated[str, typer.Option(help="if_stale, always or never.")] = "if_stale",
        *,
        as_json: AsJson = False,
    ) -> None:
        """Request a recompute, which a worker works."""
        with runtime.running(), uow() as work:
            used = services()
            project = used.projects.get_any(work, project_id)
            requested = used.requests.request(work, project, reason="manual", crawl=_policy(crawl), user_id=None)
        if as_json:
            typer.echo(json.dumps({"projectId": project_id, "enqueued": True, "jobId": requested.job_id,
                                   "deduplicated": requested.deduplicated}))  # fmt: skip
        else:
            joined = " (joined one that was waiting)" if requested.deduplicated else ""
            typer.echo(f"requested as job {requested.job_id}{joined}")

    return app


def _policy(text: str) -> CrawlPolicy:
    policies: dict[str, CrawlPolicy] = {"if_stale": "if_stale", "always": "always", "never": "never"}
    if text not in policies:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(policies)}")
    return policies[text]
