"""`engineo score history` and `engineo score compare`."""

import json
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from engineo.features.deo_score.commands.services import ScoreServices
from engineo.features.deo_score.domain.engine import COMPONENTS
from engineo.features.deo_score.schemas import ScoreOut, comparison_out
from engineo.features.deo_score.service.history import ComparedScores
from engineo.features.deo_score.service.reading import ScoreView
from engineo.features.projects.contracts import ProjectView
from engineo.infra.terminal import clean
from engineo.kernel.ports import Runtime, UnitOfWork, Work

SITE = "site"  # the command that `engineo score https://shop.example` means
Target = Annotated[str, typer.Argument(metavar="PROJECT_ID|URL", help="Whose scores.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_SHOWN_PAGES = 3


class SiteOrCommand(TyperGroup):
    """`engineo score URL` is `engineo score site URL`; a site called history is https://history."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's own context
        if args and args[0] not in self.commands and args[0] != "--help":
            args = [SITE, *args]
        return super().parse_args(ctx, args)


def add_history_commands(
    scores: typer.Typer, runtime: Runtime, uow: UnitOfWork, services: Callable[[], ScoreServices]
) -> None:
    @scores.command(epilog="Example: engineo score history https://shop.example")
    def history(
        target: Target,
        limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 30,
        *,
        as_json: AsJson = False,
    ) -> None:
        """List the scores of a project, newest first."""
        with runtime.running(), uow() as work:
            used = services()
            project = _project(used, work, target)
            views = used.history.list_of(work, project.id, limit)
        if as_json:
            items = [ScoreOut.model_validate(view).model_dump(mode="json", by_alias=True) for view in views]
            typer.echo(json.dumps({"projectId": project.id, "items": items}))
        elif not views:
            typer.echo(f"No scores yet: engineo score {project.origin}")
        else:
            Console().print(_table(views))

    @scores.command(epilog="Example: engineo score compare https://shop.example --from 1c9e... --to 7b2f...")
    def compare(
        target: Target,
        from_: Annotated[str | None, typer.Option("--from", help="A snapshot; the one before --to.")] = None,
        to: Annotated[str | None, typer.Option("--to", help="A snapshot; the latest.")] = None,
        *,
        as_json: AsJson = False,
    ) -> None:
        """Say what changed between two scores, signal by signal and page by page."""
        with runtime.running(), uow() as work:
            used = services()
            project = _project(used, work, target)
            compared = used.history.compare_of(work, project.id, from_, to)
        if as_json:
            shape = comparison_out(project.id, compared.before, compared.after, compared.comparison)
            typer.echo(shape.model_dump_json(by_alias=True))
        else:
            _tell(Console(), compared)


def _project(used: ScoreServices, work: Work, target: str) -> ProjectView:
    is_address = "." in target or ":" in target or "/" in target
    return used.local.find_or_create(work, target) if is_address else used.projects.get_any(work, target)


def _table(views: list[ScoreView]) -> Table:
    table = Table("computed", "score", *COMPONENTS, "status", "snapshot")
    for view in views:
        computed = f"{view.computed_at:%Y-%m-%d %H:%M}" if view.computed_at else ""
        numbers = [view.overall, *(view.components.get(name) for name in COMPONENTS)]
        table.add_row(
            computed, *("-" if n is None else str(n) for n in numbers), view.status, Text(view.snapshot_id or "")
        )  # fmt: skip
    return table


def _tell(console: Console, compared: ComparedScores) -> None:
    """Addresses and titles are other people's: text, never markup."""
    found, before, after = compared.comparison, compared.before, compared.after
    if found is None or before is None or after is None:
        console.print("There are no two scores to compare yet.")
        return
    delta = "" if found.delta is None else f" ({found.delta:+d})"
    console.print(Text(f"{_score(before)} to {_score(after)}{delta}", "bold"))
    if found.reason:
        console.print(Text(found.reason))
    for line in found.lines:
        console.print(Text(clean(line, console.encoding), {"+": "green", "-": "red"}.get(line[0], "")))
    for signal in found.signals:
        for change in signal.checks:
            for pages in (change.gained, change.left):
                for url in pages[:_SHOWN_PAGES]:
                    console.print(Text(f"  {change.check}: {clean(url, console.encoding)}", "dim"))


def _score(view: ScoreView) -> str:
    return "no score" if view.overall is None else str(view.overall)
