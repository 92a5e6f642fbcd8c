"""What a job class may declare about itself: one small type per question."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a job is tried and how long it waits in between.

    `attempts` counts executions in total, so 3 means two retries. The wait before try k + 1 is
    `base * 2 ** (k - 1)`, at most `maximum`, without jitter: 5 s and 10 s by default.
    """

    attempts: int = 3
    base: timedelta = timedelta(seconds=5)
    maximum: timedelta = timedelta(hours=1)

    def delay_before(self, attempt: int) -> timedelta | None:
        """The wait before execution number `attempt` (2 is the first retry); None when there is no such try."""
        if attempt > self.attempts:
            return None
        tick = timedelta.resolution  # whole numbers: a timedelta cannot hold what many doublings give
        factor: int = 2 ** (attempt - 2)
        return min(self.base // tick * factor, self.maximum // tick) * tick


@dataclass(frozen=True, slots=True)
class Retention:
    """How long ended jobs stay visible, with payload and result.

    Completed ones by age and by count (per queue), failed ones by age. Pruned when a job of the queue ends; with a
    count of 0 none is kept.
    """

    completed_age: timedelta = timedelta(hours=24)
    completed_count: int = 1000
    failed_age: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `rate` starts per `per`, and at most `concurrency` jobs at the same time, over all workers.

    A window starts with its first job. A job that must wait uses up no attempt. `key` names a field of the payload: the
    limit then holds for each of its values apart, and the values take turns; without it, for the queue.
    """

    rate: int | None = None
    per: timedelta = timedelta(seconds=1)
    concurrency: int | None = None
    key: str | None = None

    def __post_init__(self) -> None:
        if self.rate is None and self.concurrency is None:
            raise ValueError("a limit needs a rate, a concurrency, or both")
        if any(number is not None and number < 1 for number in (self.rate, self.concurrency)):
            raise ValueError("rate and concurrency are at least 1")
        if self.per <= timedelta(0):
            raise ValueError("per is longer than nothing")


@dataclass(frozen=True, slots=True)
class Dedup:
    """When a second job with the same key is not added, and the first one's id is answered instead.

    `by` names the payload fields that make up the key (all fields when empty). `until`:
    "started": at most one waits, beside one that runs; "done": at most one exists until it ended;
    "throttle": the first of each `window` wins; "debounce": the last wins, `window` after the last, and at the latest
    `max_wait` after the first.
    """

    until: Literal["started", "done", "throttle", "debounce"]
    by: tuple[str, ...] = ()
    window: timedelta = timedelta(0)
    max_wait: timedelta | None = None

    def __post_init__(self) -> None:
        if self.until in {"throttle", "debounce"} and self.window <= timedelta(0):
            raise ValueError(f"{self.until} needs a window")
