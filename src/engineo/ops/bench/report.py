"""The result of a run, as JSON and as tables."""

import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engineo.ops.bench.peers import ENGINEO


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is "<scenario>.<figure>"; `better` is None where a ratio would say nothing."""

    key: str
    title: str
    better: Literal["more", "less"] | None
    decimals: int = 0


SPEED = (
    Column("drain.per_s", "drain, jobs/s", "more"),
    Column("sleep.per_s", "5 ms jobs at 16, jobs/s", "more"),
    Column("enqueue.one_per_s", "enqueue one by one, jobs/s", "more"),
    Column("enqueue.bulk_per_s", "enqueue in bulk, jobs/s", "more"),
    Column("pickup.p50_ms", "pick-up p50, ms", "less", 2),
    Column("pickup.p95_ms", "p95, ms", "less", 2),
    Column("pickup.p99_ms", "p99, ms", "less", 2),
)
COST = (
    Column("drain.commands_per_job", "commands per job", "less", 1),
    Column("idle.per_day_1", "idle commands a day, 1 queue", "less"),
    Column("idle.per_day_10", "10 queues", "less"),
    Column("memory.bytes_per_job", "Redis, bytes per job", "less"),
    Column("memory.workers_mb", "workers, MB", "less"),
    Column("crash.lost", "kill -9: lost", None),
    Column("crash.twice", "run twice", None),
    Column("crash.recovered_s", "recovered after, s", "less", 1),
)
NOTHING, FAILED = "-", "failed"


@dataclass(slots=True)
class Row:
    """One peer. `samples` has a value per round for each figure; `failures` a reason per scenario that failed."""

    peer: str
    version: str = ""
    settings: str = ""
    samples: dict[str, list[float]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def add(self, scenario: str, figures: Mapping[str, float]) -> None:
        for name, value in figures.items():
            self.samples.setdefault(f"{scenario}.{name}", []).append(value)

    def figure(self, key: str) -> float | None:
        """The median of the rounds."""
        return statistics.median(self.samples[key]) if key in self.samples else None


@dataclass(frozen=True, slots=True)
class Report:
    started: datetime
    machine: Mapping[str, str]
    sizes: Mapping[str, float]
    rows: Sequence[Row]

    def as_json(self) -> str:
        shown = {
            "started": self.started.isoformat(),
            "machine": dict(self.machine),
            "sizes": dict(self.sizes),
            "peers": [
                {
                    "peer": row.peer,
                    "version": row.version,
                    "settings": row.settings,
                    "figures": {key: row.figure(key) for key in row.samples},
                    "samples": row.samples,
                    "failures": row.failures,
                }
                for row in self.rows
            ],
        }
        return json.dumps(shown, indent=2) + "\n"

    def as_markdown(self) -> str:
        lines = [self._heading(), ""]
        for title, header, cells in self._tables():
            lines += [f"**{title}**", "", _line(header), _line(["---"] + ["---:"] * (len(header) - 1))]
            lines += [*map(_line, cells), ""]
        lines += [f"- {problem}" for problem in self._problems()]
        return "\n".join(lines).rstrip() + "\n"

    def show(self, console: Console) -> None:
        console.print(Text(self._heading()))
        for title, header, cells in self._tables():
            table = Table(title=title, title_justify="left", header_style="bold")
            for name in header:
                table.add_column(Text(name), justify="left" if name == "peer" else "right")
            for row in cells:
                table.add_row(*map(Text, row), style="bold" if row[0].startswith(ENGINEO) else "")
            console.print(table)
        for problem in self._problems():
            console.print(Text(f"- {problem}"))

    def _heading(self) -> str:
        sizes = ", ".join(f"{name.replace('_', ' ')} {value:,.0f}" for name, value in self.sizes.items())
        return f"Run of {self.started:%Y-%m-%d %H:%M} UTC on {', '.join(self.machine.values())}. Sizes: {sizes}."

    def _tables(self) -> list[tuple[str, list[str], list[list[str]]]]:
        mine = next((row for row in self.rows if row.peer == ENGINEO), None)
        found = []
        for title, columns in (("Speed", SPEED), ("Cost and safety", COST)):
            found.append(self._table(title, columns, self.rows, cell))
            if mine is not None and len(self.rows) > 1:
                others = [row for row in self.rows if row is not mine]
                against = [column for column in columns if column.better]
                heading = f"{title}: how many times better EngineO is"
                found.append(self._table(heading, against, others, lambda row, column: ratio_cell(mine, row, column)))
        return [(title, header, cells) for title, header, cells in found if len(header) > 1]

    @staticmethod
    def _table(
        title: str, columns: Sequence[Column], rows: Sequence[Row], shown: Callable[[Row, Column], str]
    ) -> tuple[str, list[str], list[list[str]]]:
        """Columns of scenarios that were not asked for are left out."""
        tried = {key.split(".")[0] for row in rows for key in (*row.samples, *row.failures)}
        kept = [column for column in columns if column.key.split(".")[0] in tried]
        cells = [[_name(row), *(shown(row, column) for column in kept)] for row in rows]
        return title, ["peer", *(column.title for column in kept)], cells

    def _problems(self) -> list[str]:
        return [
            f"{row.peer}, {scenario}: {' '.join(why.split())}"
            for row in self.rows
            for scenario, why in row.failures.items()
        ]


def cell(row: Row, column: Column) -> str:
    value = row.figure(column.key)
    if value is None:
        return FAILED if column.key.split(".")[0] in row.failures else NOTHING
    return f"{value:,.{column.decimals}f}"


def ratio(mine: Row, other: Row, column: Column) -> float | None:
    """How many times better than `other` this is: above 1 is better, whichever way the figure counts."""
    own, theirs = mine.figure(column.key), other.figure(column.key)
    if not own or not theirs or column.better is None:
        return None
    return own / theirs if column.better == "more" else theirs / own


def ratio_cell(mine: Row, other: Row, column: Column) -> str:
    value = ratio(mine, other, column)
    return NOTHING if value is None else f"{value:,.2f}"


def _name(row: Row) -> str:
    return " ".join(part for part in (row.peer, row.version, f"({row.settings})" if row.settings else "") if part)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(text.replace('|', '/').replace(chr(10), ' ') for text in cells)} |"
