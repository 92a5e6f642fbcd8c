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
        for scenario in plan.scenarios:
            for turn in range(plan.rounds if scenario in REPEATED else 1):
                for name, environment in environments.items():
                    with waiting(console, f"{scenario}, {name}{f', round {turn + 1}' if plan.rounds > 1 else ''}"):
                        outcome = _measure(scenario, rows[name], environment, server, plan)
                    _tell(console, f"{scenario}, {name}: {outcome}")
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


def _tell(console: Console, text: str) -> None:
    console.print(Text(clean(text, console.encoding)), soft_wrap=True)


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
    return {
        name: value.total_seconds() if isinstance(value, timedelta) else value
        for name, value in asdict(plan).items()
        if not isinstance(value, tuple)
    }
