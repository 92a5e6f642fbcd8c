"""What the engine runs: plain callables by name, so that it knows neither actors nor features."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from engineo.infra.broker.leased import LeasedMessage
from engineo.kernel.jobs import JobContext
from engineo.kernel.policies import Limit, Retention, RetryPolicy

Payload = Mapping[str, Any]
MAX_LOG_LINES = 200
MAX_LOG_LINE = 2000


@dataclass(frozen=True, slots=True)
class Handler:
    """`run` answers the job's result, a JSON value, or a coroutine of one. `gave_up` is called once, after the end."""

    name: str
    queue: str
    run: Callable[[Payload, JobContext], Any]
    gave_up: Callable[[Payload, JobContext, BaseException], None]
    retry: RetryPolicy
    time_limit: timedelta
    retention: Retention = field(default_factory=Retention)
    limits: tuple[Limit, ...] = ()

    @property
    def is_async(self) -> bool:
        return inspect.iscoroutinefunction(self.run)


@dataclass(frozen=True, slots=True)
class RunContext:
    """The context of one execution; see the port `JobContext`."""

    job_id: str
    attempt: int
    postponed: int
    stopping: Callable[[], bool] = field(repr=False)
    message: LeasedMessage = field(repr=False)
    noted: Callable[[LeasedMessage], None] = field(repr=False)

    def should_stop(self) -> bool:
        return self.stopping() or self.message.cancelled or self.message.lost

    def progress(self, value: object) -> None:
        self.message.progress = value
        self.noted(self.message)

    def log(self, line: str) -> None:
        self.message.log.append(line[:MAX_LOG_LINE])
        del self.message.log[:-MAX_LOG_LINES]
        self.noted(self.message)
