"""`engineo bench`."""

import importlib
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from engineo.infra.embedded import home_folder
from engineo.kernel.errors import BootError
from engineo.ops.bench.peers import PEERS
from engineo.ops.bench.plan import FULL_JOBS, QUICK_JOBS, SCENARIOS, make_plan
from engineo.ops.bench.report import Report

CHECKOUT = Path(__file__).resolve().parents[4]
EXAMPLES = (
    "Examples: engineo bench queue --quick | engineo bench queue --peers bullmq,engineo --scenarios drain,enqueue "
    "--rounds 3 | engineo bench queue --scenarios idle --json idle.json"
)


def build_commands() -> typer.Typer:
    bench = typer.Typer(help="Measure EngineO beside its peers.", no_args_is_help=True)
    bench.callback()(lambda: None)  # so that `queue` stays a word of its own while it is the only command
    bench.command(name="queue", epilog=EXAMPLES)(_queue)
    app = typer.Typer()
    app.add_typer(bench, name="bench", epilog="Example: engineo bench queue --quick")
    return app


def _queue(
    peers: Annotated[str, typer.Option(help=f"Comma-separated, of {', '.join(PEERS)}. Default: all.")] = "",
    scenarios: Annotated[str, typer.Option(help=f"Comma-separated, of {', '.join(SCENARIOS)}. Default: all.")] = "",
    jobs: Annotated[
        int | None,
        typer.Option(
            min=16, max=1_000_000, help=f"Jobs to drain and to enqueue. Default: {FULL_JOBS}, {QUICK_JOBS} if quick."
        ),
    ] = None,
    rounds: Annotated[
        int, typer.Option(min=1, max=99, help="Repeat drain, sleep, enqueue and pickup; medians are shown.")
    ] = 1,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Small sizes: minutes, not an hour, and rougher.")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", dir_okay=False, help="Save the JSON here too.")] = None,
) -> None:
    """Compare the queue with BullMQ, Dramatiq, Celery, taskiq, huey and RQ, in one run on one private Redis.

    Every peer is installed into an environment of its own under .engineo/bench, once; BullMQ needs node and npm.
    Results are saved under .engineo/bench/results. docs/performance.md says what each column means.
    """
    plan = make_plan(peers, scenarios, jobs=jobs, rounds=rounds, quick=quick)
    require_benchmarks(CHECKOUT)
    sys.path.append(str(CHECKOUT))
    console = Console()
    report: Report = importlib.import_module("benchmarks.queue.runner").run(plan, console)
    saved = save(report, home_folder() / "bench" / "results", json_file)
    if console.is_terminal:
        report.show(console)
    else:
        typer.echo(report.as_markdown())
    typer.echo(f"Saved: {saved}.json and .md")


def require_benchmarks(checkout: Path) -> None:
    """Raise `BootError` where EngineO was installed without the folder that does the measuring."""
    if not (checkout / "benchmarks" / "queue" / "runner.py").is_file():
        raise BootError(
            "the benchmark is not part of the installed package: it needs the benchmarks/ folder of a checkout. "
            "Clone the repository and run ./engineo bench queue there"
        )


def save(report: Report, folder: Path, json_file: Path | None = None) -> Path:
    """Write JSON and Markdown, named by the time of the run; return their path without its suffix."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"{report.started:%Y%m%dT%H%M%SZ}"
    stem.with_suffix(".md").write_text(report.as_markdown())
    for path in (stem.with_suffix(".json"), json_file):
        if path is not None:
            path.write_text(report.as_json())
    return stem
