"""One run: every scenario with every peer, one after the other on one server."""

import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.queue import scenarios
from benchmarks.queue.environments import Environment, PeerError, prepare
from benchmarks.queue.processes import Stage
from benchmarks.queue.server import PrivateServer, private_server
from rich.console import Console
from rich.text import Text

from engineo.infra.terminal import clean, waiting
from engineo.ops.bench.peers import PEERS
from engineo.ops.bench.plan import REPEATED, Plan
from engineo.ops.bench.report import Report, Row


def run(plan: Plan, console: Console) -> Report:
    """Peers take turns within a scenario, so that a machine that slows down slows all of them.

    A peer that cannot be installed, or fails, is reported as such. Raise `BootError` where there is no server.
    """
    started = datetime.now(UTC)
    rows = {name: Row(name, settings=str(PEERS[name].busy)) for name in plan.peers}
    environments: dict[str, Environment] = {}
    with private_server() as server:
        for name, row in rows.items():
            try:
                with waiting(console, f"{name}: preparing its environment"):
                    environment = prepare(PEERS[name])
                    with _stage(row, environment, server) as stage:
                        row.version = stage.version()
            except PeerError as error:
                row.failures = dict.fromkeys(plan.scenarios, error.message)
                _tell(console, f"{name}: {error.message}")
            else:
                environments[name] = environment
        steps = [
            (scenario, name)
            for scenario in plan.scenarios
            for _ in range(plan.rounds if scenario in REPEATED else 1)
            for name in environments
        ]
        for number, (scenario, name) in enumerate(steps, start=1):
            _tell(console, f"{number}/{len(steps)} {scenario}, {name}", end=": ")
            _tell(console, _measure(scenario, rows[name], environments[name], server, plan))
        machine = _machine(server)
    return Report(started, machine, _sizes(plan), list(rows.values()))


def _measure(scenario: str, row: Row, environment: Environment, server: PrivateServer, plan: Plan) -> str:
    """What came out, in words."""
    with _stage(row, environment, server) as stage:
        try:
            figures = scenarios.ALL[scenario](stage, server, plan)
        except PeerError as error:
            row.failures[scenario] = error.message
            return f"failed: {error.message}"
    row.add(scenario, figures)
    return ", ".join(f"{name} {value:,.2f}" for name, value in figures.items())


@contextmanager
def _stage(row: Row, environment: Environment, server: PrivateServer) -> Iterator[Stage]:
    server.empty()
    with tempfile.TemporaryDirectory(prefix="engineo-bench-") as folder:
        yield Stage(PEERS[row.peer], environment, server.url, Path(folder))


def _tell(console: Console, text: str, end: str = "\n") -> None:
    """Plain lines, in a terminal too: whatever moves there would take its share of the cores."""
    console.print(Text(clean(text, console.encoding)), soft_wrap=True, end=end)


def _machine(server: PrivateServer) -> dict[str, str]:
    found = {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": f"{os.cpu_count()} cores",
        "python": f"Python {platform.python_version()}",
        "server": server.name(),
    }
    node = shutil.which("node")
    if node:
        found["node"] = f"Node {subprocess.check_output([node, '--version'], text=True).strip()}"  # noqa: S603 - found on the PATH
    return found


def _sizes(plan: Plan) -> dict[str, float]:
    """The numbers of the plan; durations in seconds."""
    found = {}
    for name, value in asdict(plan).items():
        if isinstance(value, timedelta):
            found[f"{name}_s"] = value.total_seconds()
        elif isinstance(value, int):
            found[name] = value
    return found
