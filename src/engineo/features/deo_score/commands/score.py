"""`engineo score` and `engineo recompute`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from engineo.features.deo_score.commands.folder import score_folder
from engineo.features.deo_score.commands.gates import gates
from engineo.features.deo_score.commands.history import SITE, SiteOrCommand, add_history_commands
from engineo.features.deo_score.commands.html_report import html_report
from engineo.features.deo_score.commands.junit import junit
from engineo.features.deo_score.commands.rendering import render_score
from engineo.features.deo_score.commands.sarif import sarif
from engineo.features.deo_score.commands.scoring import crawl_here, recompute_here
from engineo.features.deo_score.commands.services import ScoreServices
from engineo.features.deo_score.contracts import FolderServer
from engineo.features.deo_score.service.requests import CrawlPolicy
from engineo.features.projects.contracts import ProjectView
from engineo.kernel.errors import InvalidInputError
from engineo.kernel.ports import Runtime, UnitOfWork

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ToFile = Path | None
EXAMPLES = (
    "Examples: engineo score https://shop.example | engineo score ./public --html report.html | "
    "engineo score shop.example --json --fail-under 80 | "
    "engineo score --project 1c9e... --no-crawl --sarif score.sarif --junit score.xml --fail-on-drop 5   "
    "Exit codes: 0 scored, 1 it could not be scored, 2 wrong usage, 3 the score is below --fail-under, "
    "4 it has dropped by --fail-on-drop or more."
)


def build_commands(
    runtime: Runtime, uow: UnitOfWork, services: Callable[[], ScoreServices], folders: Callable[[], FolderServer]
) -> typer.Typer:
    app = typer.Typer()
    scores = typer.Typer(
        cls=SiteOrCommand,
        help="Score a site, and look at earlier scores. All options of scoring: engineo score site --help",
        epilog="Examples: engineo score https://shop.example | engineo score ./public --html report.html | "
        "engineo score shop.example --json --fail-under 80 | engineo score compare https://shop.example",
        no_args_is_help=True,
    )
    app.add_typer(scores, name="score")
    add_history_commands(scores, runtime, uow, services)

    @scores.command(name=SITE, epilog=EXAMPLES)
    def score(
        target: Annotated[
            str | None, typer.Argument(metavar="URL|FOLDER", help="A site's address, or a folder of HTML.")
        ] = None,
        project_id: Annotated[
            str | None, typer.Option("--project", help="An id of `engineo projects list`, instead of an address.")
        ] = None,
        *,
        crawl: Annotated[bool, typer.Option(help="Crawl first; without, the latest finished crawl is scored.")] = True,
        as_json: AsJson = False,
        html: Annotated[ToFile, typer.Option(dir_okay=False, help="Write a report for people, in one file.")] = None,
        sarif_file: Annotated[
            ToFile, typer.Option("--sarif", dir_okay=False, help="Write the findings as SARIF 2.1.0.")
        ] = None,
        junit_file: Annotated[
            ToFile, typer.Option("--junit", dir_okay=False, help="Write the checks as JUnit XML.")
        ] = None,
        fail_under: Annotated[
            int | None, typer.Option(min=0, max=100, help="End with 3 where the score is lower.")
        ] = None,
        fail_on_drop: Annotated[
            int | None, typer.Option(min=1, max=100, help="End with 4 where it has lost as much since the last time.")
        ] = None,
    ) -> None:
        """Crawl a site and score it, now and here. Needs no API key and no worker."""
        if (target is None) == (project_id is None):
            raise typer.BadParameter("give an address, a folder, or --project")
        if target and Path(target).is_dir():  # an empty address is no folder, though its path is this one
            written = {"--html": html, "--sarif": sarif_file, "--junit": junit_file}
            limits = {"--fail-under": fail_under, "--fail-on-drop": fail_on_drop}
            given = [f"{name}={value}" for name, value in {**written, **limits}.items() if value is not None]
            flags = ["--json"] * as_json + ["--no-crawl"] * (not crawl)
            raise typer.Exit(score_folder(folders(), Path(target), [*given, *flags]))
        _refuse_missing_folders(html, sarif_file, junit_file)
        with runtime.running():
            used = services()
            project = _project(used, uow, target, project_id)
            before = used.reports.current(project.id)
            if crawl:
                crawl_here(used, uow, project)
            recompute_here(used, uow, project)
            report = used.reports.report(project.id, before)
        conditions = gates(report, fail_under, fail_on_drop)
        _write(html, lambda: html_report(report, conditions))
        _write(sarif_file, lambda: sarif(report))
        _write(junit_file, lambda: junit(report, conditions))
        if as_json:
            typer.echo(json.dumps(report))
        else:
            render_score(Console(), report)
        failed = [gate for gate in conditions if gate.failure is not None]
        for gate in failed:
            typer.echo(f"engineo: {gate.failure}", err=True)
        if failed:
            raise typer.Exit(failed[0].code)

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


def _project(used: ScoreServices, uow: UnitOfWork, target: str | None, project_id: str | None) -> ProjectView:
    with uow() as work:
        if project_id is not None:
            return used.projects.get_any(work, project_id)
        if target is None:
            raise InvalidInputError("give an address, a folder, or --project")
        return used.local.find_or_create(work, target)


def _refuse_missing_folders(*files: ToFile) -> None:
    """Before the crawl, not after it."""
    for file in files:
        if file is not None and not file.absolute().parent.is_dir():
            raise InvalidInputError(f"there is no folder {str(file.absolute().parent)!r} to write {file.name} into")


def _write(file: ToFile, made: Callable[[], str]) -> None:
    if file is not None:
        file.write_text(made(), encoding="utf-8")
