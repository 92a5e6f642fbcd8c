"""What features may ask of the platform. `infra` implements these; features name only the protocols."""

from collections.abc import Mapping, Sequence
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
