"""What the engine runs: plain callables by name, so that it knows neither actors nor features."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from engineo.kernel.jobs import JobContext, RetryPolicy

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Handler:
    """`gave_up` is called once, after the last attempt."""

    name: str
    queue: str
    run: Callable[[Payload, JobContext], None]
    gave_up: Callable[[Payload, JobContext, BaseException], None]
    retry: RetryPolicy
    time_limit: timedelta


@dataclass(frozen=True, slots=True)
class RunContext:
    """The context of one execution; see the port `JobContext`."""

    job_id: str
    attempt: int
    postponed: int
    stopping: Callable[[], bool] = field(repr=False)

    def should_stop(self) -> bool:
        return self.stopping()
