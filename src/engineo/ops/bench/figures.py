"""From executions and counters to figures: pure arithmetic."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from engineo.ops.bench.protocol import Execution

DAY = timedelta(days=1)
_US_PER_SECOND = 1_000_000
_US_PER_MS = 1_000
NOT_THE_QUEUES = frozenset({"info", "flushall"})  # what the runner itself sends


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed. Raise `ValueError` for none."""
    if not values:
        raise ValueError("there is no percentile of nothing")
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def per_second(runs: Sequence[Execution]) -> float:
    """Executions per second between the first start and the last end."""
    seconds = (max(run.ended_us for run in runs) - min(run.started_us for run in runs)) / _US_PER_SECOND
    return len(runs) / seconds if seconds > 0 else math.inf


def latencies_ms(runs: Iterable[Execution]) -> list[float]:
    """From just before the job was sent to the start of its handler."""
    return [(run.started_us - run.sent_us) / _US_PER_MS for run in runs if run.sent_us]


def per_day(calls: int, during: timedelta) -> float:
    return calls * (DAY / during)


def calls(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> int:
    """Commands between two answers of `INFO commandstats`, which counts those inside scripts too."""
    return sum(
        int(stats["calls"]) - int(before.get(name, {"calls": 0})["calls"])
        for name, stats in after.items()
        if name.removeprefix("cmdstat_") not in NOT_THE_QUEUES
    )


def after_crash(runs: Sequence[Execution], jobs: int, killed_us: float) -> dict[str, float]:
    """`lost`: jobs whose handler never ended; `twice`: jobs whose handler was started more than once.

    `recovered_s`, from the kill to the last end, is there only when nothing is lost.
    """
    ended = {run.number for run in runs if run.ended_us}
    started = Counter(run.number for run in runs)
    found: dict[str, float] = {
        "lost": jobs - len(ended),
        "twice": sum(count > 1 for count in started.values()),
    }
    if len(ended) == jobs:
        found["recovered_s"] = (max(run.ended_us for run in runs) - killed_us) / _US_PER_SECOND
    return found
