"""Working jobs: the engine's worker around our handlers, with a soft and a hard stop."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

import dramatiq
import structlog
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.middleware import AsyncIO, Shutdown, TimeLimit
from dramatiq.middleware.threading import raise_thread_exception

from engineo.infra.broker.broker import EngineOBroker
from engineo.infra.broker.handlers import Handler, Payload
from engineo.infra.broker.lanes import Lane
from engineo.infra.broker.leased import LeasedMessage
from engineo.infra.broker.outcomes import Cancelled, Outcomes, Settle
from engineo.infra.broker.queue import JobQueue
from engineo.infra.broker.rules import keep_of, milliseconds, rules_of
from engineo.infra.broker.worker import Worker

log = structlog.get_logger(__name__)

HARD_STOP_MARGIN = timedelta(seconds=3)


class JobWorker:
    """Consumes `queues` (all queues of the handlers when None) with `threads` threads.

    `concurrency`: at most so many jobs of a queue at the same time here. `name` marks this worker's leases.
    """

    def __init__(
        self,
        jobs: JobQueue,
        handlers: Sequence[Handler],
        *,
        queues: Collection[str] | None,
        threads: int,
        lease: timedelta,
        ended: Settle,
        concurrency: Mapping[str, int] | None = None,
        name: str | None = None,
    ) -> None:
        self._jobs = jobs
        self._handlers = handlers
        self._queues = queues
        self._threads = threads
        self._lease = lease
        self._concurrency = concurrency
        self._name = name
        self._outcomes = Outcomes({handler.name: handler for handler in handlers}, ended, self._noted)
        self._rules = rules_of(handlers)
        self._broker: EngineOBroker | None = None
        self._worker: Worker | None = None

    @property
    def broker(self) -> EngineOBroker | None:
        """The broker of a started worker."""
        return self._broker

    def start(self) -> None:
        """Consume from now on; while Redis is away, the hub tries again by itself."""
        if self._worker is not None:
            return
        broker = self._broker = self._jobs.new_broker(self._lease, self._name)
        if any(handler.is_async for handler in self._handlers):
            broker.add_middleware(AsyncIO())
        for middleware in (TimeLimit(), self._outcomes):
            broker.add_middleware(middleware)
        for handler in self._handlers:
            self._declare(broker, handler)
        broker.emit_after("process_boot")  # starts the thread that watches time limits
        broker.hub.on_cancel = broker.hub.on_lost = self._interrupt_job
        self._worker = Worker(
            broker,
            queues=set(self._queues) if self._queues else None,
            worker_threads=self._threads,
            concurrency=self._concurrency,
            configure=self._configure,
            on_doomed=self._outcomes.doomed,
        )
        self._worker.start()

    def stop(self, timeout: float) -> None:
        """Stop fetching, let running jobs finish or checkpoint, and interrupt the rest shortly before `timeout`."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        self._outcomes.request_stop()
        soft = max(timeout - HARD_STOP_MARGIN.total_seconds(), timeout / 2)
        hard_stop = threading.Timer(soft, self._interrupt_all)
        hard_stop.start()
        try:
            worker.stop(timeout=int(timeout * 1000))
        finally:
            hard_stop.cancel()
            worker.broker.close()

    def _configure(self, lane: Lane) -> None:
        lane.whole, lane.by_key = self._rules.get(lane.queue, (lane.whole, lane.by_key))
        lane.keep = keep_of(lane.queue, self._handlers)

    def _noted(self, message: LeasedMessage) -> None:
        if self._broker is not None:
            self._broker.hub.note(message)

    def _interrupt_job(self, message: LeasedMessage) -> None:
        thread = self._outcomes.busy_threads().get(message.message_id)
        if thread is not None:
            raise_thread_exception(thread, Cancelled)  # type: ignore[no-untyped-call] # dramatiq has no types here

    def _interrupt_all(self) -> None:
        for job_id, thread in self._outcomes.busy_threads().items():
            log.warning("queue.job.interrupted", job_id=job_id, meaning="it did not stop in time and will run again")
            raise_thread_exception(thread, Shutdown)  # type: ignore[no-untyped-call] # as above

    def _declare(self, broker: dramatiq.Broker, handler: Handler) -> None:
        run = _async_runner(handler, self._outcomes) if handler.is_async else _runner(handler, self._outcomes)
        dramatiq.actor(
            actor_name=handler.name,
            queue_name=handler.queue,
            broker=broker,
            throws=BaseException,
            time_limit=milliseconds(handler.time_limit),
        )(run)


def _runner(handler: Handler, outcomes: Outcomes) -> Callable[[Payload], Any]:
    def run(payload: Payload) -> Any:  # noqa: ANN401 - the job's result
        return handler.run(payload, outcomes.context())

    return run


def _async_runner(handler: Handler, outcomes: Outcomes) -> Callable[[Payload], Any]:
    """The coroutine runs on the process's one loop; the thread waits for it, and passes interrupts on."""

    def run(payload: Payload) -> Any:  # noqa: ANN401 - the job's result
        context = outcomes.context()
        loop = get_event_loop_thread()
        if loop is None:
            raise RuntimeError("the event loop does not run")
        return loop.run_coroutine(handler.run(payload, context))

    return run
