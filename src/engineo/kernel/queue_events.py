"""What happens to jobs, for those who want to watch: alerts, dashboards, statistics.

    class Alarm(Listener):
        name = "alarm"

        @on(JobFailed)
        def tell(self, event: JobFailed) -> None: ...

Listeners run where ENABLE_QUEUE_EVENTS is on, apart from the workers, and resume where they stopped. What must happen
because of a job belongs into a subscriber of a domain event, which has a row behind it; a listener may miss what was
trimmed while it was away.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar


@dataclass(frozen=True, slots=True)
class QueueEvent:
    """Base of all. `kind` is empty where the queue alone knows of the event; `detail` is short text."""

    name: ClassVar[str]

    job_id: str
    queue: str
    kind: str
    at: datetime
    detail: str = ""


class JobAdded(QueueEvent):
    """A job was accepted."""

    name = "added"


class JobStarted(QueueEvent):
    """A worker has taken the job."""

    name = "active"


class JobProgressed(QueueEvent):
    """The job said how far it is; at most once a second."""

    name = "progress"


class JobCompleted(QueueEvent):
    """The job has ended well."""

    name = "completed"


class JobRetrying(QueueEvent):
    """An attempt failed, or the job postponed itself; `detail` is the wait in milliseconds."""

    name = "retrying"


class JobFailed(QueueEvent):
    """The job has failed for good; `detail` begins with the error."""

    name = "failed"


class JobStalled(QueueEvent):
    """The job's worker is gone; it runs again elsewhere."""

    name = "stalled"


class JobRemoved(QueueEvent):
    """Somebody has removed the job."""

    name = "removed"


EVENTS: dict[str, type[QueueEvent]] = {
    event.name: event
    for event in (
        JobAdded, JobStarted, JobProgressed, JobCompleted, JobRetrying, JobFailed, JobStalled, JobRemoved,
    )
}  # fmt: skip

Method = TypeVar("Method", bound=Callable[..., None])


def on(*events: type[QueueEvent]) -> Callable[[Method], Method]:
    """Mark a method of a `Listener`."""

    def mark(method: Method) -> Method:
        method.__dict__["listens_to"] = events
        return method

    return mark


class Listener:
    """Base of listeners. `name` is stable: the place where it stopped is remembered under it."""

    name: ClassVar[str]

    def reactions(self) -> Iterator[tuple[type[QueueEvent], Callable[[Any], None]]]:
        """Each marked method, by the events that it wants."""
        for attribute in dir(type(self)):
            for event in getattr(getattr(type(self), attribute), "listens_to", ()):
                yield event, getattr(self, attribute)
