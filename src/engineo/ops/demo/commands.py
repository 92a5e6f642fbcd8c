"""`engineo demo`."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from engineo.features.deo_score.contracts import ScoreRenderer
from engineo.infra.terminal import crawl_progress
from engineo.ops.demo.runner import Demo, Watcher


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
        with crawl_progress(console) as update:
            report = runner.run(
                Watcher(
                    step=lambda text: console.print(f"[bold]>[/] {text}", highlight=False),
                    crawling=lambda fetched, known: update(fetched, known, None),
                )
            )
        console.print()
        renderer.render(report)
        console.print("\nTo keep API and worker running on this machine: [bold]./engineo up[/]")
        console.print(
            "  API docs   http://127.0.0.1:8000/docs\n"
            "  Dashboard  http://127.0.0.1:8000/admin (not part of this version)",
            highlight=False,
        )

    return app
