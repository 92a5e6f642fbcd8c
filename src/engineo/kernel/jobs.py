"""A job is a class: its fields are the wire format, its `kind` is stable for ever.

A service sends a job and an actor receives it; neither imports the other. Renaming the Python class changes
nothing on the wire; renaming the kind orphans queued jobs, so `tests/architecture` holds the list of kinds.
"""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar, runtime_checkable

from pydantic import BaseModel, ConfigDict, ValidationError

from engineo.kernel.errors import InvalidPayloadError


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


class Job(BaseModel):
    """Base of all jobs. Subclasses set `kind` ("<feature>.<verb>") and `queue`.

    Unknown fields are ignored, so that an older worker can read what a newer API sends during a deploy.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: ClassVar[str]
    queue: ClassVar[str]
    retry: ClassVar[RetryPolicy] = RetryPolicy()
    time_limit: ClassVar[timedelta] = timedelta(minutes=10)

    @classmethod
    def parse(cls, payload: Mapping[str, Any]) -> Self:
        """Raise `InvalidPayloadError`, naming every field that does not fit, for a payload that is not of this job."""
        try:
            return cls.model_validate(payload)
        except ValidationError as error:
            fields = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'payload'}: {e['msg']}" for e in error.errors())
            msg = f"payload of {cls.kind!r} does not fit: {fields}"
            raise InvalidPayloadError(msg) from error


class Event(Job):
    """Something that happened, named in the past tense. Every subscriber of its kind gets a job of its own."""

    queue: ClassVar[str] = "events"


def new_job_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class JobMessage:
    """A job on its way: what the outbox stores and the queue carries.

    `stored` says that an outbox row stands behind the message; the worker deletes that row once the job has ended.
    """

    kind: str
    queue: str
    payload: Mapping[str, Any]
    job_id: str = field(default_factory=new_job_id)
    delay: timedelta = timedelta(0)
    stored: bool = False

    @classmethod
    def of(cls, job: Job, *, job_id: str | None = None, delay: timedelta = timedelta(0)) -> Self:
        return cls(job.kind, job.queue, job.model_dump(mode="json"), job_id or new_job_id(), delay)


@runtime_checkable
class JobContext(Protocol):
    """What a running job knows of itself."""

    @property
    def job_id(self) -> str: ...

    @property
    def attempt(self) -> int:
        """1 for the first execution; a postponed or handed-back run does not count."""

    @property
    def postponed(self) -> int:
        """How often the job has postponed itself so far."""

    def should_stop(self) -> bool:
        """True once the process shuts down: checkpoint, then raise `JobPostponedError`."""


J = TypeVar("J", bound=Job)
E = TypeVar("E", bound=Event)


class Actor(ABC, Generic[J]):
    """Runs one kind of job. Written for being run twice; says in its docstring what a second run does."""

    job: type[J]

    @property
    def name(self) -> str:
        """The name on the wire: the job's kind, unless the actor is a subscriber."""
        return self.job.kind

    @property
    def queue(self) -> str:
        return self.job.queue

    @abstractmethod
    def perform(self, job: J, context: JobContext) -> None: ...

    def gave_up(self, job: J, context: JobContext, error: BaseException) -> None:
        """Called once after the last attempt failed. Must itself be safe to run twice."""


class Subscriber(Actor[E]):
    """An actor for a domain event. `subscription` tells apart several subscribers of one event, and is stable."""

    subscription: ClassVar[str]

    @property
    def name(self) -> str:
        return f"{self.job.kind}>{self.subscription}"
