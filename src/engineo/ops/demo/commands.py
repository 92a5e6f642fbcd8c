"""`engineo demo`."""

import json
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Annotated, Self

import typer
from rich.console import Console
from rich.text import Text

from engineo.features.deo_score.contracts import ScoreRenderer
from engineo.infra.terminal import UpdateProgress, crawl_progress
from engineo.ops.demo.runner import Demo, Watcher


class _Shown:
    """The steps, one line each; while the site is crawled, a progress bar below the last of them."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = ExitStack()
        self._update: UpdateProgress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.__exit__(kind, error, trace)

    def step(self, text: str) -> None:
        self._bar.close()
        self._console.print(Text.assemble(("> ", "bold"), text))

    def crawling(self, fetched: int, known: int) -> None:
        if self._update is None:
            self._update = self._bar.enter_context(crawl_progress(self._console))
        self._update(fetched, known, None)


def build_commands(renderer: ScoreRenderer) -> typer.Typer:
    app = typer.Typer()

    @app.command(epilog="Examples: engineo demo | engineo demo --json | engineo demo --site ./public")
    def demo(
        site: Annotated[
            Path | None,
            typer.Option(
                exists=True,
                file_okay=False,
                resolve_path=True,
                help="A folder of HTML to score instead of the bundled shop; plain redirects of its .htaccess work.",
            ),
        ] = None,
        *,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    ) -> None:
        """Run the whole main job here: serve a shop, crawl it through the API, score it in a worker, show the score."""
        runner = Demo(site, site.name if site else "EngineO demo shop")
        if as_json:
            report = runner.run(Watcher(step=lambda _: None, crawling=lambda _fetched, _known: None))
            typer.echo(json.dumps(report))
            return
        console = Console()
        with _Shown(console) as shown:
            report = runner.run(Watcher(step=shown.step, crawling=shown.crawling))
        console.print()
        renderer.render(report)
        console.print("\nTo keep API and worker running on this machine: [bold]./engineo up[/]")
        console.print(
            "  API docs   http://127.0.0.1:8000/docs\n"
            "  Dashboard  http://127.0.0.1:8000/admin (not part of this version)",
            highlight=False,
        )

    return app
