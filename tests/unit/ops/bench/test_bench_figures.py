from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.ops.bench.figures import after_crash, calls, latencies_ms, per_day, per_second, percentile
from engineo.ops.bench.protocol import Execution

SECOND = 1_000_000
samples = st.lists(st.floats(0, 1e6), min_size=1)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 100), (0.95, 190), (0.99, 198), (1.0, 200), (0.0, 1)])
def test_percentiles_of_1_to_200(share: float, expected: float) -> None:
    assert percentile([float(value) for value in range(200, 0, -1)], share) == expected


@given(samples, st.floats(0, 1))
def test_a_percentile_is_a_sample_that_enough_samples_do_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) <= share * len(values)


@given(samples, st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_never_gives_less(values: list[float], one: float, other: float) -> None:
    assert percentile(values, min(one, other)) <= percentile(values, max(one, other))


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="of nothing"):
        percentile([], 0.5)


def test_throughput_counts_from_the_first_start_to_the_last_end() -> None:
    runs = [Execution(2, 0, 3 * SECOND, 5 * SECOND), Execution(1, 0, SECOND, 2 * SECOND)]
    assert per_second(runs) == 0.5


def test_latencies_are_those_of_stamped_jobs() -> None:
    runs = [Execution(0, 1_000, 2_500, 9_000), Execution(1, 0, 7_000, 8_000)]
    assert latencies_ms(runs) == [1.5]


def test_commands_are_counted_without_the_runners_own() -> None:
    before = {"cmdstat_evalsha": {"calls": 10}, "cmdstat_info": {"calls": 1}}
    after = {
        "cmdstat_evalsha": {"calls": 13, "usec": 9},
        "cmdstat_client|setinfo": {"calls": 2},
        "cmdstat_info": {"calls": 2},
        "cmdstat_flushall": {"calls": 1},
    }
    assert calls(before, after) == 5
    assert calls(after, after) == 0
    assert per_day(5, timedelta(minutes=1)) == 7_200


def test_nothing_is_lost_when_every_job_ended_once_in_the_end() -> None:
    killed = 10 * SECOND
    runs = [
        Execution(0, 0, 8 * SECOND, 9 * SECOND),
        Execution(1, 0, 9 * SECOND, 0),  # was running when the workers died
        Execution(1, 0, 12 * SECOND, 13 * SECOND),
        Execution(2, 0, 11 * SECOND, 12 * SECOND),
    ]
    assert after_crash(runs, 3, killed) == {"lost": 0, "twice": 1, "recovered_s": 3.0}


def test_jobs_that_never_ended_are_lost_and_then_there_is_no_recovery() -> None:
    runs = [Execution(0, 0, 1, 2), Execution(0, 0, 3, 4), Execution(1, 0, 1, 0)]
    assert after_crash(runs, 3, 2) == {"lost": 2, "twice": 1}


@given(st.lists(st.builds(Execution, st.integers(0, 20), st.just(0.0), st.just(1.0), st.sampled_from([0.0, 2.0]))))
def test_every_job_is_lost_or_ended(runs: list[Execution]) -> None:
    found = after_crash(runs, 21, 0)
    assert found["lost"] + len({run.number for run in runs if run.ended_us}) == 21
    assert ("recovered_s" in found) == (found["lost"] == 0)
