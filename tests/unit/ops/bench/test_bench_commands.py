import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engineo.kernel.errors import BootError, InvalidInputError
from engineo.ops.bench.commands import CHECKOUT, build_commands, require_benchmarks, save
from engineo.ops.bench.report import Report, Row

REPORT = Report(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), {"cores": "2 cores"}, {}, [Row("huey")])


def test_a_checkout_has_the_benchmarks() -> None:
    require_benchmarks(CHECKOUT)


def test_an_installed_package_says_that_it_needs_a_checkout(tmp_path: Path) -> None:
    with pytest.raises(BootError, match=r"benchmarks/ folder of a checkout.*\./engineo bench queue"):
        require_benchmarks(tmp_path)


def test_a_run_is_saved_as_json_and_markdown_and_where_it_was_asked_for(tmp_path: Path) -> None:
    asked = tmp_path / "mine.json"
    stem = save(REPORT, tmp_path / "bench" / "results", asked)
    assert stem.name == "20260102T030405Z"
    assert stem.with_suffix(".md").read_text() == REPORT.as_markdown()
    assert stem.with_suffix(".json").read_text() == asked.read_text()
    assert json.loads(asked.read_text())["peers"][0]["peer"] == "huey"


def test_help_names_peers_scenarios_and_examples() -> None:
    shown = CliRunner().invoke(build_commands(), ["bench", "queue", "--help"], env={"COLUMNS": "200"}).output
    for text in ("dramatiq-tuned", "pickup", "--quick", "Examples: engineo bench queue"):
        assert text in shown


def test_an_unknown_peer_is_refused_before_anything_starts() -> None:
    result = CliRunner().invoke(build_commands(), ["bench", "queue", "--peers", "nix"])
    assert isinstance(result.exception, InvalidInputError)


@pytest.mark.parametrize("arguments", [["--jobs", "0"], ["--jobs", "many"], ["--rounds", "0"], ["--json", "."]])
def test_sizes_that_make_no_sense_are_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(build_commands(), ["bench", "queue", *arguments]).exit_code == 2
