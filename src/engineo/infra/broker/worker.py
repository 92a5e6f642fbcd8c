"""A worker without consumer threads: its threads take jobs from the hub and talk to the store themselves.

Everything around a job is as in Dramatiq's own worker, so every middleware works; the message is decoded once, waits in
no second queue, and its acknowledgement shares a round trip with others'.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dramatiq
from dramatiq.common import q_name
from dramatiq.errors import ActorNotFound, RateLimitExceeded, Retry
from dramatiq.middleware import SkipMessage
from dramatiq.middleware.threading import Interrupt
from dramatiq.results import Results

from engineo.infra.broker.broker import EngineOBroker
from engineo.infra.broker.lanes import MOST_AHEAD, Lane
from engineo.infra.broker.leased import LeasedMessage

_plain_call = dramatiq.Actor.__call__
STALE = 2.0  # seconds that a job may wait here for a thread


class Worker(dramatiq.Worker):
    """`concurrency`: at most so many jobs of a queue at the same time in this process; all threads by default."""

    broker: EngineOBroker

    def __init__(
        self,
        broker: EngineOBroker,
        *,
        queues: set[str] | None = None,
        worker_timeout: int = 1000,
        worker_threads: int = 8,
        concurrency: Mapping[str, int] | None = None,
        configure: Callable[[Lane], None] | None = None,
        on_doomed: Callable[[LeasedMessage], None] | None = None,
    ) -> None:
        super().__init__(broker, queues=queues, worker_timeout=worker_timeout, worker_threads=worker_threads)
        self._concurrency = concurrency or {}
        self._configure = configure
        self._on_doomed = on_doomed
        self._lanes: dict[str, Lane] = {}
        self._changed = threading.Condition()
        self._busy = 0
        self._buffered = 0
        self._waiting = 0
        self._paused = False
        self._started = False
        self._stopping = False

    def start(self) -> None:
        self._hub = self.broker.hub  # a thread that outlives its broker must not make another
        self._hub.on_renew = self._hand_back_stale
        self._now = self._hub.store.now
        super().start()
        self._started = True
        if self._lanes:
            self.broker.hub.start()

    def stop(self, timeout: int = 600_000) -> None:
        """Take nothing more, hand back what has not been started, wait for what runs (`timeout` in milliseconds)."""
        self.broker.emit_before("worker_shutdown", self)
        hub = self.broker.hub
        hub.stop_taking()
        with self._changed:
            self._stopping = True
        self._hand_back()
        for thread in self.workers:
            thread.stop()
        with self._changed:
            self._changed.notify_all()
        deadline = time.monotonic() + timeout / 1000
        for thread in self.workers:
            thread.join(max(0.0, deadline - time.monotonic()))
        hub.pump()
        for queue_name in self._lanes:
            hub.unregister(queue_name)
        self.broker.emit_after("worker_shutdown", self)

    def pause(self) -> None:
        """Return once nothing runs; what has been taken waits."""
        with self._changed:
            self._paused = True
            self._changed.wait_for(lambda: self._busy == 0)

    def resume(self) -> None:
        with self._changed:
            self._paused = False
            self._changed.notify_all()
        self.broker.hub.pump()

    def join(self) -> None:
        """Wait until this worker has done all that it has taken. For tests."""
        with self._changed:
            self._changed.wait_for(lambda: self._busy == 0 and self._buffered == 0)

    # the hub's side

    def _add_consumer(self, queue_name: str, *, delay: bool = False) -> None:
        if delay or self._stopping or queue_name in self._lanes:
            return
        if self.consumer_whitelist and q_name(queue_name) not in self.consumer_whitelist:
            return
        concurrency = self._concurrency.get(queue_name, self.worker_threads)
        if concurrency < 1:
            return
        lane = self._lanes[queue_name] = Lane(queue_name, concurrency, self._free_threads, self._put)
        self.consumers[queue_name] = lane  # type: ignore[assignment] # all that others do is look whether it is there
        if self._configure is not None:
            self._configure(lane)
        self.broker.hub.register(lane, start=self._started)

    def _add_worker(self) -> None:
        thread = WorkerThread(self)
        self.workers.append(thread)  # type: ignore[arg-type] # with the methods of dramatiq's
        thread.start()

    def _free_threads(self) -> int:
        return -MOST_AHEAD if self._paused else self.worker_threads - self._busy - self._buffered

    def _put(self, lane: Lane, messages: Sequence[LeasedMessage]) -> None:
        with self._changed:
            if not self._stopping:
                lane.add(messages, self._priority)
                self._buffered += len(messages)
                self._changed.notify(min(len(messages), self._waiting))
                return
        for message in messages:  # they came with a conversation that was under way
            message.handed_back = True
            self.broker.hub.end(message, flush=False)

    def _priority(self, message: LeasedMessage) -> int:
        return message.lease.place.priority

    def _hand_back(self) -> None:
        with self._changed:
            messages = [message for lane in self._lanes.values() for message in lane.empty()]
            self._buffered -= len(messages)
        for message in messages:
            message.handed_back = True
            self.broker.hub.end(message, flush=False)
        self.broker.hub.pump()

    def _hand_back_stale(self) -> None:
        """What was taken in advance and then stuck behind long jobs goes to others."""
        with self._changed:
            if any(lane.buffer and time.monotonic() - lane.filled_at > STALE for lane in self._lanes.values()):
                stuck = self._free_threads() <= 0
            else:
                stuck = False
        if stuck:
            self._hand_back()

    # the threads' side

    def next_message(self, thread: "WorkerThread") -> LeasedMessage | None:
        """A job to run now; None when the thread is to stop."""
        while thread.running:
            with self._changed:
                message = self._pick()
            if message is not None:
                return message
            self.broker.hub.pump()
            with self._changed:
                message = self._pick()
                if message is not None:
                    return message
                if not thread.running:
                    break
                self._waiting += 1
                try:
                    self._changed.wait()
                finally:
                    self._waiting -= 1
        return None

    def _pick(self) -> LeasedMessage | None:
        if self._paused or not self._buffered:
            return None
        ready = [lane for lane in self._lanes.values() if lane.may_start()]
        if not ready:
            return None
        lane = ready[0] if len(ready) == 1 else min(ready, key=lambda one: one.buffer[0][:2])
        self._buffered -= 1
        self._busy += 1
        return lane.start()

    def done(self, message: LeasedMessage) -> None:
        """The thread is free again, and the store will hear of the job's end."""
        message.let_go = True
        with self._changed:
            self._busy -= 1
            self._lanes[message.lease.place.queue].ended()
            if self._busy == 0 and (self._paused or self._buffered == 0):
                self._changed.notify_all()
        self._hub.end(message, flush=False)

    def process(self, message: LeasedMessage) -> None:
        """Run one job, with all that middleware adds. Never raises, but for an interrupt between two jobs."""
        broker = self.broker
        actor: dramatiq.Actor[Any, Any] | None = None
        message.started = self._now()
        message.keeps_exception = broker.fail_fast_default
        try:
            if message.lost:
                message.handed_back = True  # which changes nothing: it is somebody else's now
                return
            if message.cancelled:
                message.doom = "cancelled"
            if message.doom:
                message.fail()
                if self._on_doomed is not None:
                    self._on_doomed(message)
                return
            try:
                actor = broker.get_actor(message.actor_name)
            except ActorNotFound as error:
                self.logger.exception("Received message for undefined actor %r.", message.actor_name)
                message.fail()
                message.stuff_exception(error)
                return
            if "eta" in message.options:
                self._check_eta(message)
            broker.emit_before("process_message", message)
            call = actor.fn if type(actor).__call__ is _plain_call else actor  # which only writes debug lines besides
            result = None if message.failed else call(*message.args, **message.kwargs)
            broker.emit_after("process_message", message, result=result)
            if result is not None:
                self._check_result(message)
        except SkipMessage as error:
            if message.failed:
                message.stuff_exception(error)
            self.logger.warning("Message %s was skipped.", message)
            broker.emit_after("skip_message", message)
        except BaseException as error:  # noqa: BLE001 - interrupts too: whatever ends a job goes to the middleware
            message.stuff_exception(error)
            self._log_failure(message, actor, error)
            broker.emit_after("process_message", message, exception=error)
        finally:
            self._acknowledge(message)
            message.clear_exception()

    def _check_eta(self, message: LeasedMessage) -> None:
        """The time of a message that others have put into the queue; ours is with the store until it is due."""
        eta = message.options.pop("eta")
        if eta is not None and not isinstance(eta, (int, float)):
            self.logger.warning("Invalid eta value for message %r: %r. It runs now.", message.message_id, eta)

    def _check_result(self, message: LeasedMessage) -> None:
        kept = message.result is not None or message.options.get("pipe_target") is not None
        if not kept and not any(isinstance(middleware, Results) for middleware in self.broker.middleware):
            self.logger.warning(
                "Actor %r returned a value that nobody keeps. Consider adding the Results middleware to your broker, "
                "or piping the result into another actor.", message.actor_name
            )  # fmt: skip

    def _acknowledge(self, message: LeasedMessage) -> None:
        signal = "nack" if message.failed else "ack"
        self.broker.emit_before(signal, message)
        if message.failed and self.broker.fail_fast_default:
            self.broker.reject(message)
        self.done(message)
        self.broker.emit_after(signal, message)

    def _log_failure(
        self, message: LeasedMessage, actor: "dramatiq.Actor[Any, Any] | None", error: BaseException
    ) -> None:  # fmt: skip
        throws = message.options.get("throws") or (actor and actor.options.get("throws"))
        if isinstance(error, RateLimitExceeded):
            self.logger.debug("Rate limit exceeded in message %s: %s.", message, error)
        elif throws and isinstance(error, throws):
            self.logger.info("Failed to process message %s with expected exception %s.", message, type(error).__name__)
        elif not isinstance(error, Retry):
            self.logger.error("Failed to process message %s with unhandled exception.", message, exc_info=error)


class WorkerThread(threading.Thread):
    """One job at a time, until it is stopped."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(daemon=True, name="queue-worker")
        self._worker = worker
        self.running = True
        self.broker = worker.broker

    def run(self) -> None:
        worker = self._worker
        worker.broker.emit_after("worker_thread_boot", self)
        while (message := worker.next_message(self)) is not None:
            try:
                worker.process(message)
            except Interrupt:  # it was meant for the job, which had just ended
                if not message.let_go:
                    message.handed_back = True
                    worker.done(message)
        worker.broker.emit_before("worker_thread_shutdown", self)

    def stop(self) -> None:
        self.running = False
