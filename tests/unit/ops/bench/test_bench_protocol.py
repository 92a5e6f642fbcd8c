import importlib.util
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.ops.bench.protocol import RECORD, Execution, count_ended, event, executions

HARNESS = Path(__file__).resolve().parents[4] / "benchmarks" / "queue" / "adapters" / "harness.py"
times = st.integers(min_value=1, max_value=2**53)


@pytest.fixture(scope="module")
def harness() -> Any:
    """What the Python adapters share; it runs in the peers' environments, so it is no part of the package."""
    spec = importlib.util.spec_from_file_location("bench_harness", HARNESS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"event": "ready"}\n', {"event": "ready"}),
        ('{"event": "produced", "seconds": 1.5}', {"event": "produced", "seconds": 1.5}),
        ("", None),
        ("a library says hello", None),
        ('{"event": 1}', None),
        ('{"level": "info"}', None),
        ('["event"]', None),
        ("null", None),
        ('{"event": "rea', None),
    ],
)
def test_events_are_told_from_other_lines(line: str, expected: dict[str, Any] | None) -> None:
    assert event(line) == expected


@given(st.text())
def test_any_line_is_an_event_or_nothing(line: str) -> None:
    assert event(line) is None or "event" in line


@given(st.lists(st.builds(Execution, st.integers(0, 10**6), times, times, times)))
def test_records_are_read_as_they_were_written(runs: list[Execution]) -> None:
    assert list(executions(b"".join(RECORD.pack(*run) for run in runs))) == runs


def test_unused_warming_and_cut_off_records_are_left_out() -> None:
    unused, warming, used = RECORD.pack(0, 0, 0, 0), RECORD.pack(-3, 1, 2, 3), RECORD.pack(0, 1, 2, 0)
    assert list(executions(unused + warming + used + used[:-1])) == [Execution(0, 1, 2, 0)]


@given(st.lists(st.builds(Execution, st.integers(0, 9), times, times, times | st.just(0))), st.binary(max_size=31))
def test_the_quick_count_is_that_of_the_executions_that_ended(runs: list[Execution], cut_off: bytes) -> None:
    data = b"".join(RECORD.pack(*run) for run in runs) + cut_off
    assert count_ended(data) == sum(run.ended_us > 0 for run in executions(data))


@given(st.binary(max_size=200))
def test_any_bytes_are_read(data: bytes) -> None:
    assert len(list(executions(data.ljust(RECORD.size, b"\0")))) <= max(len(data) // RECORD.size, 1)


def test_adapters_write_what_the_runner_reads(harness: Any, tmp_path: Path) -> None:
    written = tmp_path / f"{os.getpid()}.records"
    records = harness.Records(tmp_path, 4)
    records.begin({"number": 7, "sent": 5, "sleep_ms": 0})
    running = records.begin({"number": 8, "sent": 6, "sleep_ms": 5})

    done, unfinished = executions(written.read_bytes())
    assert (done.number, done.sent_us, done.ended_us) == (7, 5, done.started_us)
    assert (unfinished.number, unfinished.ended_us) == (8, 0)

    records.end(running)
    _, finished = executions(written.read_bytes())
    assert finished.ended_us >= finished.started_us == unfinished.started_us


def test_a_payload_has_about_a_hundred_bytes(harness: Any) -> None:
    options = harness.Options(url="", queues=[], variant="", sleep_ms=5)
    assert 90 <= len(json.dumps(harness._payload(12_345, options))) <= 130
