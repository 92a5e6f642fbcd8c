"""What features may ask of the platform. `infra` implements these; features name only the protocols."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from engineo.kernel.flows import Flow
from engineo.kernel.jobs import Added, Event, Job, JobMessage


@runtime_checkable
class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


@runtime_checkable
class Queue(Protocol):
    """The bare queue, for jobs that follow from no row. Jobs that follow from a row go through `Work.send`."""

    def enqueue(self, *messages: JobMessage) -> Sequence[Added]:
        """Send in one round trip; the answer says what became of each message.

        Raise `UnavailableError` when the queue cannot be reached; then none, some or all were accepted.
        """


class Work(Protocol):
    """One transaction, and the jobs and events that follow from it. Nothing leaves unless it commits."""

    @property
    def session(self) -> Any:  # noqa: ANN401 - the kernel does not know the database library; repositories do
        """The database session. Only repositories touch it."""

    def send(self, job: Job, *, job_id: str | None = None, delay: timedelta = timedelta(0)) -> str:
        """Promise a job in this transaction, and return its id."""

    def send_flow(self, flow: Flow) -> str:
        """Promise jobs that wait for each other, and return the id of the one that runs last."""

    def emit(self, event: Event) -> None:
        """Promise a domain event in this transaction."""


@runtime_checkable
class UnitOfWork(Protocol):
    """`with uow() as work:` commits at the end of the block and rolls back on any exception.

    `read_only=True` takes no write lock. A database that cannot be reached is `UnavailableError`.
    """

    def __call__(self, *, read_only: bool = False) -> AbstractContextManager[Work]: ...


@runtime_checkable
class Bell(Protocol):
    """Wakes up processes that wait for a change in the database, so that none of them has to ask for it.

    A ring says only "look again", and may be lost while Redis is away; whoever listens is then woken once it is back.
    """

    def ring(self, topic: str) -> None:
        """Wake everyone who listens to `topic`. Call it after the commit. Never raises."""

    def listen(self, topic: str, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` at each ring, and whenever one may have been missed: first of all once the bell is heard.

        The callback runs in a thread of the bell's, and returns at once. Call what is returned to listen no more.
        """

    def listeners(self, topic: str) -> int:
        """How many processes listen now. Raise `UnavailableError` when that cannot be known."""


SCHEDULES_CHANGED = "schedules"
"""The bell's topic: a stored schedule was made or changed."""


class ScheduleSource(Protocol):
    """A module's stored schedules, run where ENABLE_QUEUE_SCHEDULERS is on. Both raise `UnavailableError`."""

    def next_due(self) -> datetime | None:
        """When the next run is due, in the past if it is late; None when there is none to come."""

    def run_due(self, now: datetime) -> int:
        """Run what is due at `now`, or a batch of it, and say how many: 0 when others were quicker."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking."""

    user_id: str
    key_id: str


@runtime_checkable
class Authenticator(Protocol):
    def authenticate(self, token: str) -> Principal | None:
        """None for a token that is unknown, malformed or revoked."""


@dataclass(frozen=True, slots=True)
class HealthReport:
    """`status` is "ok", "degraded" or "down"; `details` holds no secret."""

    status: str
    details: Mapping[str, Any]


class HealthCheck(Protocol):
    """One line of `/health`."""

    name: str

    def check(self) -> HealthReport:
        """Answer within a second, and never raise."""


@runtime_checkable
class Runtime(Protocol):
    """What a command needs to talk to the database and the queue: opened for the block, closed after it."""

    def running(self) -> AbstractContextManager[None]: ...

    def migrate(self, revision: str) -> None:
        """Bring the database to a revision; safe to run twice, and by two processes at once."""
