"""`engineo inspect` and `engineo crawl`."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Annotated, Any

import typer
from pydantic.alias_generators import to_camel
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from engineo.features.crawling.contracts import CrawlSummary
from engineo.features.crawling.schemas import CrawlOut
from engineo.features.crawling.service.crawl import SiteCrawler
from engineo.features.crawling.service.inspect import Inspection, PageInspector
from engineo.features.projects.contracts import LocalProjects, ProjectReader, ProjectView
from engineo.infra.terminal import clean
from engineo.kernel.errors import JobPostponedError
from engineo.kernel.ports import Runtime, UnitOfWork, Work

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
_SHOWN = 5  # items of a long list in the table; --json has them all


def build_commands(
    runtime: Runtime,
    uow: UnitOfWork,
    crawler: Callable[[], SiteCrawler],
    inspector: Callable[[], PageInspector],
    projects: Callable[[], ProjectReader],
    local_projects: Callable[[], LocalProjects],
) -> typer.Typer:
    app = typer.Typer()

    @app.command(epilog="Example: engineo inspect https://shop.example/ --json")
    def inspect(
        target: Annotated[str, typer.Argument(metavar="URL|FILE", help="A page's address, or an HTML file.")],
        base: Annotated[str, typer.Option(help="The address that a file's links are relative to.")] = (
            "https://file.invalid/"
        ),
        *,
        as_json: AsJson = False,
    ) -> None:
        """Show all that EngineO reads off one page."""
        inspection = inspector().inspect(target, base)
        if as_json:
            typer.echo(json.dumps(_shape(inspection)))
        else:
            console = Console()
            console.print(_inspection_table(inspection, console.encoding))

    @app.command(epilog="Example: engineo crawl https://shop.example --wait")
    def crawl(
        target: Annotated[str, typer.Argument(metavar="PROJECT_ID|URL", help="Whose site to crawl.")],
        *,
        wait: Annotated[bool, typer.Option("--wait", help="Crawl here and now, and return when it is done.")] = False,
        as_json: AsJson = False,
    ) -> None:
        """Crawl a project's site; a URL without a project gets one of the local user."""
        with runtime.running():
            with uow() as work:
                project = _project(work, target, projects(), local_projects())
                run = crawler().request(work, project.id, project.origin, "manual")
            if wait:
                run = _work(crawler(), run, quiet=as_json)
        if as_json:
            shape = CrawlOut.model_validate(run).model_dump(mode="json", by_alias=True)
            typer.echo(json.dumps({**shape, "origin": project.origin}))
        else:
            typer.echo(_sentence(run, project))
        if run.status in {"failed", "cancelled"}:
            raise typer.Exit(1)

    return app


def _project(work: Work, target: str, projects: ProjectReader, local: LocalProjects) -> ProjectView:
    is_address = "." in target or ":" in target or "/" in target
    return local.find_or_create(work, target) if is_address else projects.get_any(work, target)


def _work(crawler: SiteCrawler, run: CrawlSummary, *, quiet: bool) -> CrawlSummary:
    """Work the run here; where a worker has it already, watch it, and take over should that worker die."""
    columns = (TextColumn("crawling"), BarColumn(), MofNCompleteColumn(), TextColumn("pages"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bar:
        task = bar.add_task("crawling", total=None)

        def show(now: CrawlSummary) -> None:
            bar.update(task, completed=now.pages_fetched, total=now.pages_known or None)

        while True:
            try:
                ended = crawler.crawl(run.id, on_progress=show)
            except JobPostponedError:
                show(crawler.watch(run.id))
                time.sleep(0.5)
            else:
                show(ended)
                return ended


def _sentence(run: CrawlSummary, project: ProjectView) -> str:
    if run.active:
        return f"{project.origin} will be crawled: crawl {run.id} is {run.status}"
    why = f" ({run.error or run.stop_reason})" if run.error or run.stop_reason else ""
    return f"{project.origin}: {run.status}{why}, {run.pages_fetched} of {run.pages_known} known URLs fetched"


def _inspection_table(inspection: Inspection, encoding: str) -> Table:
    """What a page says is shown as it is: text, never markup."""
    table = Table("what", "value", title=Text(clean(inspection.final_url, encoding)), title_justify="left")
    shape = _shape(inspection)
    for name, value in {**shape, **shape.pop("facts")}.items():
        table.add_row(name, Text("\n".join(clean(line, encoding) for line in _short(value).split("\n"))))
    return table


def _short(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, list | tuple):
        lines = [_short(item) if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in value]
        more = [f"... {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
        return "\n".join([line[:200] for line in lines[:_SHOWN]] + more)
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {_short(item)}" for name, item in value.items())[:1000]
    return "" if value is None else str(value)[:1000]


def _shape(value: Any) -> Any:  # noqa: ANN401 - any value of the facts
    """JSON with the names of the fields, in camelCase as in the API."""
    if is_dataclass(value):
        return {to_camel(field.name): _shape(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [_shape(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value
