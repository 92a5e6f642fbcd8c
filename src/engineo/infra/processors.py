"""The queue processors of a process: actors as handlers, and the fan-out of domain events to their subscribers."""

import inspect
import os
import socket
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog

from engineo.infra import outbox
from engineo.infra.broker import Handler, JobQueue, JobWorker, QueueSettings
from engineo.infra.broker.handlers import Payload
from engineo.infra.database import Database
from engineo.kernel.errors import BootError, InvalidPayloadError, UnavailableError
from engineo.kernel.ids import new_id
from engineo.kernel.jobs import Actor, Event, JobContext, JobMessage, Subscriber
from engineo.kernel.policies import RetryPolicy
from engineo.kernel.ports import Queue

log = structlog.get_logger(__name__)

# How long an event may wait for its fan-out before it counts as failed: a fan-out does nothing but enqueue.
FAN_OUT_RETRY = RetryPolicy(attempts=10, base=timedelta(seconds=1), maximum=timedelta(minutes=5))


def handlers_of(actors: Sequence[Actor[Any]], queue: Queue, settings: QueueSettings | None = None) -> list[Handler]:
    """One handler per actor, and one per event kind that sends each subscriber a job of its own."""
    names = [actor.name for actor in actors]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise BootError(f"two actors run the same job: {', '.join(doubled)}; a kind has one actor")
    # events that nobody has subscribed to are worked too: somebody must take them off the queue
    subscribers: dict[type[Event], list[Subscriber[Any]]] = {event: [] for event in _events(Event)}
    for actor in actors:
        if isinstance(actor, Subscriber):
            subscribers[actor.job].append(actor)
    settings = settings or QueueSettings()
    return [_handler(actor, settings) for actor in actors] + [
        _fan_out(event, to, queue) for event, to in subscribers.items()
    ]


def _events(event: type[Event]) -> Iterator[type[Event]]:
    """Every kind of event that this process has imported: the contracts of all its modules."""
    for subclass in event.__subclasses__():
        yield subclass
        yield from _events(subclass)


def _handler(actor: Actor[Any], settings: QueueSettings) -> Handler:
    def run(payload: Payload, context: JobContext) -> object:
        return actor.perform(actor.job.parse(payload), context)

    async def run_on_loop(payload: Payload, context: JobContext) -> object:
        return await actor.perform(actor.job.parse(payload), context)

    def gave_up(payload: Payload, context: JobContext, error: BaseException) -> None:
        try:
            job = actor.job.parse(payload)
        except InvalidPayloadError:
            return  # the payload is kept with the failed jobs; there is nobody to tell
        actor.gave_up(job, context, error)

    job = actor.job
    perform = run_on_loop if inspect.iscoroutinefunction(actor.perform) else run
    return Handler(
        actor.name,
        actor.queue,
        perform,
        gave_up,
        settings.retry(job.retry, actor.queue),
        job.time_limit,
        settings.retention(job.retention),
        job.limits,
    )


def _fan_out(event: type[Event], subscribers: Sequence[Subscriber[Any]], queue: Queue) -> Handler:
    def run(payload: Payload, context: JobContext) -> None:
        # ids follow from the event's, so a second fan-out names the same jobs
        queue.enqueue(
            *(
                JobMessage(
                    s.name,
                    s.queue,
                    payload,
                    str(uuid.uuid5(uuid.NAMESPACE_OID, f"{context.job_id}>{s.name}")),
                    own_id=True,
                )
                for s in subscribers
            )
        )

    def gave_up(_payload: Payload, _context: JobContext, _error: BaseException) -> None:
        return

    return Handler(event.kind, event.queue, run, gave_up, FAN_OUT_RETRY, event.time_limit, event.retention)


class QueueProcessors:
    """Runs where ENABLE_QUEUE_PROCESSORS is on."""

    name = "queue-processors"

    def __init__(
        self,
        jobs: JobQueue,
        actors: Sequence[Actor[Any]],
        database: Database,
        settings: QueueSettings,
        *,
        queues: Collection[str] | None = None,
        threads: int | None = None,
        share: tuple[int, int] = (0, 1),
        name: str | None = None,
        needs_redis: bool = True,
        about: Mapping[str, Any] | None = None,
    ) -> None:
        handlers = handlers_of(actors, jobs, settings)
        known = {handler.queue for handler in handlers}
        unknown = sorted(set(queues or ()) - known)
        if unknown:
            raise BootError(f"unknown queues: {', '.join(unknown)}; this process has {', '.join(sorted(known))}")
        self._database = database
        self._jobs = jobs
        self._needs_redis = needs_redis
        self._identity = name or new_id()[16:].lower()
        self._queues = sorted(queues or known)
        self._about = dict(about or {})
        concurrency = settings.concurrency(sorted(queues or known), share)
        self._worker = JobWorker(
            jobs,
            handlers,
            queues=queues,
            threads=threads or settings.worker_threads or max(1, sum(concurrency.values())),
            lease=settings.lease,
            ended=self._ended,
            concurrency=concurrency,
            name=self._identity,
        )

    def start(self) -> None:
        """Raise `UnavailableError` in a worker that cannot reach Redis; an API starts, and works once Redis is back."""
        if self._needs_redis:
            self._jobs.ping()
        self._worker.start()
        self._introduce({"host": socket.gethostname(), "pid": os.getpid(), "queues": self._queues, **self._about})

    def stop(self, timeout: float) -> None:
        self._worker.stop(timeout)
        self._introduce(None)

    def _introduce(self, details: dict[str, Any] | None) -> None:
        """For whoever asks which processes there are; written at start and stop only."""
        try:
            self._jobs.store.introduce(self._identity, details)
        except UnavailableError as error:
            log.warning("queue.worker.not_introduced", reason=error.message)

    def _ended(self, job_id: str) -> None:
        with self._database.transaction() as session:
            outbox.delete(session, job_id)
