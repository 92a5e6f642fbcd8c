"""`engineo up` and `engineo migrate`."""

import signal
import threading
from collections.abc import Callable
from typing import Annotated

import typer

from engineo.features.projects.contracts import ApiKeys
from engineo.kernel.ports import Runtime
from engineo.kernel.process import ProcessInfo
from engineo.ops.platform.processes import LocalProcesses

LOOK_EVERY_SECONDS = 1.0


def build_commands(runtime: Runtime, process: ProcessInfo, keys: Callable[[], ApiKeys]) -> typer.Typer:
    app = typer.Typer()

    @app.command(epilog="Example: DATABASE_URL=postgresql://... engineo migrate")
    def migrate(
        revision: Annotated[str, typer.Option(help="The revision to upgrade to.")] = "head",
    ) -> None:
        """Bring the database to this version. Safe to run twice, and from two deploys at once."""
        if not revision:
            raise typer.BadParameter("a revision has a name")
        runtime.migrate(revision)
        typer.echo("the database is at head" if revision == "head" else f"the database is at {revision} or later")

    @app.command(epilog="Example: engineo up --port 8000")
    def up(port: Annotated[int, typer.Option(min=1, max=65535, help="Where the API listens.")] = 8000) -> None:
        """Run API and worker on this machine until Ctrl-C."""
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        with runtime.running(), LocalProcesses(port) as processes:
            first = None
            if process.environment == "development" and not keys().any_exist():
                first = keys().create(name="first key, made by engineo up")
            address = processes.address
            typer.echo(f"API        {address}\nAPI docs   {address}/docs\nHealth     {address}/health")
            typer.echo(f"API key    {first.token}  (shown this once)" if first else "API key    engineo keys create")
            typer.echo("Ctrl-C stops both.")
            while not stopping.wait(LOOK_EVERY_SECONDS):
                processes.check()

    return app
