"""A job is a class: its fields are the wire format, its `kind` is stable for ever.

A service sends a job and an actor receives it; neither imports the other. Renaming the Python class changes
nothing on the wire; renaming the kind orphans queued jobs, so `tests/architecture` holds the list of kinds.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar, runtime_checkable

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from engineo.kernel.errors import InvalidPayloadError
from engineo.kernel.ids import new_id
from engineo.kernel.policies import Dedup, Limit, Retention, RetryPolicy


class Job(BaseModel):
    """Base of all jobs. Subclasses set `kind` ("<feature>.<verb>") and `queue`.

    Unknown fields are ignored, so that an older worker can read what a newer API sends during a deploy.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: ClassVar[str]
    queue: ClassVar[str]
    retry: ClassVar[RetryPolicy] = RetryPolicy()
    time_limit: ClassVar[timedelta] = timedelta(minutes=10)
    retention: ClassVar[Retention] = Retention()
    limits: ClassVar[tuple[Limit, ...]] = ()
    dedup: ClassVar[Dedup | None] = None
    priority: ClassVar[int] = 0  # lower runs first

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
    """A ULID: ids sort by the time they were made."""
    return new_id()


@dataclass(frozen=True, slots=True)
class SendOptions:
    """How a job waits. `limit_by` names the payload field of a keyed limit.

    In a flow, `parent` is the job that waits for this one, and `waits_for` are the children that this one waits for;
    when a child fails for good its parent fails too, unless `parent_ignores_failure`.
    """

    priority: int = 0
    limit_by: str | None = None
    dedup: Dedup | None = None
    parent: str = ""
    parent_queue: str = ""
    parent_ignores_failure: bool = False
    waits_for: tuple[str, ...] = ()

    @classmethod
    def of(cls, job: Job, priority: int | None = None) -> "SendOptions":
        limit_by = next((limit.key for limit in job.limits if limit.key is not None), None)
        options = cls(job.priority if priority is None else priority, limit_by, job.dedup)
        return PLAIN if options == PLAIN else options

    def as_json(self) -> dict[str, Any] | None:
        """None for options that say nothing."""
        return None if self == SendOptions() else TypeAdapter(SendOptions).dump_python(self, mode="json")

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "SendOptions":
        return TypeAdapter(SendOptions).validate_python(stored) if stored else SendOptions()


PLAIN = SendOptions()


@dataclass(frozen=True, slots=True)
class JobMessage:
    """A job on its way: what the outbox stores and the queue carries.

    `stored` says that an outbox row stands behind the message; the worker deletes that row once the job has ended.
    `own_id`: the id was chosen by the sender, or the message may have been sent before; adding it again is a no-op.
    """

    kind: str
    queue: str
    payload: Mapping[str, Any]
    job_id: str = field(default_factory=new_job_id)
    delay: timedelta = timedelta(0)
    stored: bool = False
    own_id: bool = False
    options: SendOptions = PLAIN

    @classmethod
    def of(
        cls, job: Job, *, job_id: str | None = None, delay: timedelta = timedelta(0), priority: int | None = None
    ) -> Self:
        """Raise `ValueError` when the delay is negative."""
        if delay < timedelta(0):
            raise ValueError("a job cannot be due in the past")
        return cls(
            job.kind, job.queue, job.model_dump(mode="json"), job_id or new_job_id(), delay,
            own_id=job_id is not None, options=SendOptions.of(job, priority),
        )  # fmt: skip

    def from_outbox(self) -> "JobMessage":
        """The same message, with a row behind it."""
        return replace(self, stored=True, own_id=True)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a message: with `added` false, `job_id` is the job that exists already and stands for it."""

    job_id: str
    added: bool


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
        """True once the process shuts down or the job was cancelled: checkpoint, then raise `JobPostponedError`."""

    def progress(self, value: object) -> None:
        """Show how far the job is: a JSON value, such as a share in [0, 1]. Written at most once a second."""

    def log(self, line: str) -> None:
        """Add a line to the job's log; the last 200 are kept with the job."""


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
    def perform(self, job: J, context: JobContext) -> Any:  # noqa: ANN401 - a JSON value, kept as the job's result
        """Run the job. What it returns is kept with it; a coroutine function runs on the process's event loop."""

    def gave_up(self, job: J, context: JobContext, error: BaseException) -> None:
        """Called once after the last attempt failed. Must itself be safe to run twice."""


class Subscriber(Actor[E]):
    """An actor for a domain event. `subscription` tells apart several subscribers of one event, and is stable."""

    subscription: ClassVar[str]

    @property
    def name(self) -> str:
        return f"{self.job.kind}>{self.subscription}"
