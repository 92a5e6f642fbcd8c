import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from engineo.ops.bench.plan import SCENARIOS
from engineo.ops.bench.report import COST, SPEED, Column, Report, Row, cell, ratio

MORE = Column("drain.per_s", "drain, jobs/s", "more")
LESS = Column("pickup.p50_ms", "p50, ms", "less", 2)
NEITHER = Column("crash.lost", "lost", None)
positive = st.floats(0.001, 1e9)


def row(peer: str, **figures: float) -> Row:
    made = Row(peer, "1.0", "2 x 8")
    for name, value in figures.items():
        scenario, _, figure = name.partition("_")
        made.add(scenario, {figure: value})
    return made


@pytest.fixture
def report() -> Report:
    broken = Row("rq", failures={"drain": "cannot be installed:\n no such package", "crash": "slow"})
    rows = [
        row("bullmq", drain_per_s=10_000, pickup_p50_ms=2.0, crash_lost=0, crash_twice=3, crash_recovered_s=60.5),
        broken,
        row("engineo", drain_per_s=12_345.6, pickup_p50_ms=0.5, crash_lost=0, crash_twice=8, crash_recovered_s=12.1),
    ]
    return Report(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), {"cores": "2 cores"}, {"drain_jobs": 20_000}, rows)


def test_rounds_are_summed_up_by_their_median() -> None:
    made = Row("huey")
    for value in (1.0, 9.0, 2.0):
        made.add("drain", {"per_s": value})
    assert made.figure("drain.per_s") == 2.0
    assert made.figure("drain.other") is None


@pytest.mark.parametrize(
    ("made", "column", "expected"),
    [
        (row("x", drain_per_s=1_234_567.8), MORE, "1,234,568"),
        (row("x", pickup_p50_ms=0.456), LESS, "0.46"),
        (row("x"), MORE, "-"),
        (Row("x", failures={"drain": "no"}), MORE, "failed"),
        (Row("x", failures={"drain": "no"}), LESS, "-"),
    ],
)
def test_cells(made: Row, column: Column, expected: str) -> None:
    assert cell(made, column) == expected


@given(positive, positive)
def test_a_ratio_above_one_is_better_whichever_way_the_figure_counts(own: float, theirs: float) -> None:
    more = ratio(row("engineo", drain_per_s=own), row("x", drain_per_s=theirs), MORE)
    less = ratio(row("engineo", pickup_p50_ms=own), row("x", pickup_p50_ms=theirs), LESS)
    assert more is not None
    assert less is not None
    assert (more > 1) <= (own > theirs)
    assert (less > 1) <= (own < theirs)
    assert more * less == pytest.approx(1)


@pytest.mark.parametrize(
    ("own", "theirs", "column"),
    [
        (row("engineo"), row("x", drain_per_s=1), MORE),
        (row("engineo", drain_per_s=1), row("x"), MORE),
        (row("engineo", pickup_p50_ms=0), row("x", pickup_p50_ms=1), LESS),
        (row("engineo", pickup_p50_ms=1), row("x", pickup_p50_ms=0), LESS),
        (row("engineo", crash_lost=1), row("x", crash_lost=1), NEITHER),
    ],
)
def test_where_there_is_no_ratio(own: Row, theirs: Row, column: Column) -> None:
    assert ratio(own, theirs, column) is None


def test_markdown_shows_what_was_asked_for_with_ratios_and_problems(report: Report) -> None:
    assert report.as_markdown() == (
        "Run of 2026-01-02 03:04 UTC on 2 cores. Sizes: drain jobs 20,000.\n"
        "\n"
        "**Speed**\n"
        "\n"
        "| peer | drain, jobs/s | pick-up p50, ms | p95, ms | p99, ms |\n"
        "| --- | ---: | ---: | ---: | ---: |\n"
        "| bullmq 1.0 (2 x 8) | 10,000 | 2.00 | - | - |\n"
        "| rq | failed | - | - | - |\n"
        "| engineo 1.0 (2 x 8) | 12,346 | 0.50 | - | - |\n"
        "\n"
        "**Speed: how many times better EngineO is**\n"
        "\n"
        "| peer | drain, jobs/s | pick-up p50, ms | p95, ms | p99, ms |\n"
        "| --- | ---: | ---: | ---: | ---: |\n"
        "| bullmq 1.0 (2 x 8) | 1.23 | 4.00 | - | - |\n"
        "| rq | - | - | - | - |\n"
        "\n"
        "**Cost and safety**\n"
        "\n"
        "| peer | commands per job | kill -9: lost | run twice | recovered after, s |\n"
        "| --- | ---: | ---: | ---: | ---: |\n"
        "| bullmq 1.0 (2 x 8) | - | 0 | 3 | 60.5 |\n"
        "| rq | failed | failed | failed | failed |\n"
        "| engineo 1.0 (2 x 8) | - | 0 | 8 | 12.1 |\n"
        "\n"
        "**Cost and safety: how many times better EngineO is**\n"
        "\n"
        "| peer | commands per job | recovered after, s |\n"
        "| --- | ---: | ---: |\n"
        "| bullmq 1.0 (2 x 8) | - | 5.00 |\n"
        "| rq | - | - |\n"
        "\n"
        "- rq, drain: cannot be installed: no such package\n"
        "- rq, crash: slow\n"
    )


def test_a_terminal_shows_the_same_figures(report: Report) -> None:
    console = Console(width=120)
    with console.capture() as shown:
        report.show(console)
    for text in ("12,346", "60.5", "5.00", "how many times better", "rq, drain: cannot be installed"):
        assert text in shown.get()


def test_without_engineo_or_peers_there_is_nothing_to_compare(report: Report) -> None:
    *others, own = report.rows
    for rows in (others, [own]):
        assert "times better" not in Report(report.started, {}, {}, rows).as_markdown()


def test_json_has_every_round(report: Report) -> None:
    report.rows[0].add("drain", {"per_s": 20_000})
    shown = json.loads(report.as_json())
    assert shown["started"] == "2026-01-02T03:04:05+00:00"
    assert shown["sizes"] == {"drain_jobs": 20_000}
    bullmq, rq, _ = shown["peers"]
    assert bullmq["samples"]["drain.per_s"] == [10_000, 20_000]
    assert bullmq["figures"]["drain.per_s"] == 15_000
    assert rq["failures"]["crash"] == "slow"


def test_every_scenario_has_columns_and_every_column_stands_once() -> None:
    keys = [column.key for column in (*SPEED, *COST)]
    assert len(set(keys)) == len(keys)
    assert {key.split(".")[0] for key in keys} == set(SCENARIOS)
