"""Working jobs: Dramatiq's worker around our handlers, with a soft and a hard stop."""

import threading
from collections.abc import Collection, Sequence
from datetime import timedelta

import dramatiq
import structlog
from dramatiq.middleware import Shutdown, TimeLimit
from dramatiq.middleware.threading import raise_thread_exception

from engineo.infra.broker.handlers import Handler, Payload
from engineo.infra.broker.outcomes import Outcomes, Settle
from engineo.infra.broker.queue import JobQueue

log = structlog.get_logger(__name__)

IDLE_WAIT = timedelta(seconds=1)
HARD_STOP_MARGIN = timedelta(seconds=3)


class JobWorker:
    """Consumes `queues` (all queues of the handlers when None) with `threads` threads."""

    def __init__(
        self,
        jobs: JobQueue,
        handlers: Sequence[Handler],
        *,
        queues: Collection[str] | None,
        threads: int,
        lease: timedelta,
        ended: Settle,
        unsent: Settle,
    ) -> None:
        self._jobs = jobs
        self._handlers = handlers
        self._queues = queues
        self._threads = threads
        self._lease = lease
        self._outcomes = Outcomes({handler.name: handler for handler in handlers}, ended, unsent)
        self._worker: dramatiq.Worker | None = None

    def start(self) -> None:
        """Consume from now on; while Redis is away, consumers try again once a second."""
        if self._worker is not None:
            return
        broker = self._jobs.new_broker(self._lease)
        for middleware in (TimeLimit(), self._outcomes):
            broker.add_middleware(middleware)
        for handler in self._handlers:
            self._declare(broker, handler)
        broker.emit_after("process_boot")  # starts the thread that watches time limits
        self._worker = dramatiq.Worker(
            broker,
            queues=set(self._queues) if self._queues else None,
            worker_timeout=int(IDLE_WAIT.total_seconds() * 1000),
            worker_threads=self._threads,
        )
        self._worker.start()

    def stop(self, timeout: float) -> None:
        """Stop fetching, let running jobs finish or checkpoint, and interrupt the rest shortly before `timeout`."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        self._outcomes.request_stop()
        soft = max(timeout - HARD_STOP_MARGIN.total_seconds(), timeout / 2)
        hard_stop = threading.Timer(soft, self._interrupt)
        hard_stop.start()
        try:
            worker.stop(timeout=int(timeout * 1000))
        finally:
            hard_stop.cancel()
            worker.broker.close()

    def _interrupt(self) -> None:
        for thread in self._outcomes.busy_threads():
            log.warning("queue.job.interrupted", meaning="it did not stop in time and will run again")
            raise_thread_exception(thread, Shutdown)  # type: ignore[no-untyped-call] # dramatiq has no types here

    def _declare(self, broker: dramatiq.Broker, handler: Handler) -> None:
        def run(payload: Payload) -> None:
            handler.run(payload, self._outcomes.context())

        dramatiq.actor(
            actor_name=handler.name,
            queue_name=handler.queue,
            broker=broker,
            time_limit=int(handler.time_limit.total_seconds() * 1000),
        )(run)
