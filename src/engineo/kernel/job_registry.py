"""The port through which jobs are looked at and steered: by the API, by operators, by commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, runtime_checkable

from engineo.kernel.errors import ConflictError, NotFoundError

JobState = Literal["waiting", "active", "delayed", "completed", "failed", "blocked"]


class NoSuchJobError(NotFoundError):
    """There is no such job, or it is not yours; ended jobs are kept for a while only."""


class WrongStateError(ConflictError):
    """The job is not in a state in which this can be done."""


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as people see it. `attempt` is 1 for the first execution; `history` holds the failed ones before it.

    `progress` and `result` are what the job said, JSON values; `trace` is the text of the last failure.
    """

    job_id: str
    queue: str
    kind: str
    state: JobState
    payload: Mapping[str, Any]
    priority: int = 0
    attempt: int = 1
    stalls: int = 0
    added_at: datetime | None = None
    due_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    progress: Any = None
    result: Any = None
    error: str | None = None
    trace: str | None = None
    log: Sequence[str] = ()
    history: Sequence[Mapping[str, Any]] = ()
    stored: bool = False

    @property
    def project_id(self) -> str | None:
        """The project that the job works for, where it says so."""
        value = self.payload.get("project_id")
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """A queue at one moment. `consumers`: how many worker processes listen for it."""

    name: str
    counts: Mapping[JobState, int]
    paused: bool
    consumers: int


@dataclass(frozen=True, slots=True)
class WorkerIdentity:
    """What a process wrote down when it started; `redis` is a hash of its URL, so that two can be compared."""

    name: str
    details: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class JobRegistry(Protocol):
    """Raises `UnavailableError` when the queue cannot be reached, and the errors above."""

    def queues(self) -> Sequence[QueueStatus]:
        """Every queue that a job class or a worker names."""

    def workers(self) -> Sequence[WorkerIdentity]: ...

    def get(self, job_id: str) -> JobView:
        """Also a job that stands in the outbox only: it reads "waiting"."""

    def list(
        self, queue: str, state: JobState, *, offset: int = 0, limit: int = 50, newest_first: bool = True
    ) -> Sequence[JobView]: ...

    def search(
        self,
        text: str,
        *,
        queue: str | None = None,
        kind: str | None = None,
        state: JobState | None = None,
        limit: int = 50,
    ) -> Sequence[JobView]:
        """Jobs whose id, kind or payload contains the text, among the newest 10,000 of each queue and state."""

    def retry(self, job_id: str, payload: Mapping[str, Any] | None = None) -> None:
        """Run an ended job again from its first attempt, with another payload if one is given."""

    def retry_all(self, queue: str) -> int:
        """Run every failed job of a queue again."""

    def promote(self, job_id: str) -> None:
        """Run a delayed job now."""

    def remove(self, job_id: str) -> None:
        """Forget a job that does not run."""

    def cancel(self, job_id: str) -> None:
        """A job that waits fails as cancelled; one that runs is interrupted, and then does."""

    def clean(self, queue: str, state: Literal["completed", "failed"], older_than: timedelta) -> int: ...

    def drain(self, queue: str) -> int:
        """Forget what waits in a queue; delayed jobs stay."""

    def pause(self, queue: str) -> bool:
        """Nothing of the queue starts anywhere until it is resumed; True when that is a change."""

    def resume(self, queue: str) -> bool: ...
