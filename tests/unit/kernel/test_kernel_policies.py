"""What a job class may declare about itself, and what it may not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.kernel.policies import Dedup, Limit, Retention, RetryPolicy

seconds = st.floats(min_value=0.001, max_value=10_000)
SECOND = timedelta(seconds=1)


# --- retries


@pytest.mark.parametrize(
    ("policy", "waits"),
    [
        (RetryPolicy(), [5, 10, None, None]),
        (RetryPolicy(attempts=1), [None, None]),
        (RetryPolicy(attempts=6), [5, 10, 20, 40, 80, None]),
        (RetryPolicy(attempts=6, maximum=timedelta(seconds=15)), [5, 10, 15, 15, 15, None]),
        (RetryPolicy(attempts=4, base=timedelta(0)), [0, 0, 0, None]),
    ],
)
def test_the_waits_between_tries(policy: RetryPolicy, waits: list[int | None]) -> None:
    expected = [None if wait is None else timedelta(seconds=wait) for wait in waits]
    assert [policy.delay_before(attempt) for attempt in range(2, 2 + len(waits))] == expected


@given(st.integers(1, 200), seconds, seconds, st.integers(2, 300))
def test_waits_double_up_to_the_maximum_and_end_with_the_attempts(
    attempts: int, base: float, maximum: float, attempt: int
) -> None:
    policy = RetryPolicy(attempts, timedelta(seconds=base), timedelta(seconds=maximum))
    wait = policy.delay_before(attempt)
    if attempt > attempts:
        assert wait is None
    elif attempt == 2:
        assert wait == min(policy.base, policy.maximum)
    else:
        before = policy.delay_before(attempt - 1)
        assert before is not None
        assert wait == min(2 * before, policy.maximum)


def test_a_day_of_retries_cannot_overflow() -> None:
    policy = RetryPolicy(10_000, timedelta(days=1), timedelta.max)
    assert policy.delay_before(10_000) == timedelta.max


# --- retention


def test_what_ended_stays_a_day_or_a_week() -> None:
    kept = Retention()
    assert (kept.completed_age, kept.completed_count, kept.failed_age) == (
        timedelta(days=1), 1000, timedelta(days=7),
    )  # fmt: skip


# --- limits and deduplication


@pytest.mark.parametrize(
    "limit",
    [
        Limit(rate=10),
        Limit(concurrency=1),
        Limit(rate=1, concurrency=1, per=timedelta(milliseconds=1), key="shop"),
    ],
)
def test_limits_that_say_something(limit: Limit) -> None:
    assert limit.per > timedelta(0)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (Limit, "a limit needs a rate, a concurrency, or both"),
        (lambda: Limit(key="shop"), "a limit needs a rate, a concurrency, or both"),
        (lambda: Limit(rate=0), "rate and concurrency are at least 1"),
        (lambda: Limit(concurrency=0), "rate and concurrency are at least 1"),
        (lambda: Limit(rate=5, concurrency=-1), "rate and concurrency are at least 1"),
        (lambda: Limit(rate=1, per=timedelta(0)), "per is longer than nothing"),
        (lambda: Limit(rate=1, per=-SECOND), "per is longer than nothing"),
        (lambda: Dedup("throttle"), "throttle needs a window"),
        (lambda: Dedup("debounce", max_wait=SECOND), "debounce needs a window"),
        (lambda: Dedup("debounce", window=-SECOND), "debounce needs a window"),
    ],
)
def test_policies_that_make_no_sense_are_refused(make: Callable[[], Any], reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        make()


@pytest.mark.parametrize(
    "dedup", [Dedup("started"), Dedup("done", by=("a", "b")), Dedup("throttle", window=SECOND)]
)  # fmt: skip
def test_deduplication_that_makes_sense(dedup: Dedup) -> None:
    assert dedup.max_wait is None


def test_policies_are_values() -> None:
    assert {RetryPolicy(), RetryPolicy()} == {RetryPolicy()}
    assert Limit(rate=1) == Limit(rate=1)
    with pytest.raises(AttributeError):
        RetryPolicy().attempts = 5  # type: ignore[misc] # what is tested
