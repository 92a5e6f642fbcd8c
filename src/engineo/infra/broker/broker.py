"""Dramatiq's broker on our store: every middleware, actor, pipeline and group works on it unchanged."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Any

import dramatiq
from dramatiq.errors import ConnectionClosed, QueueJoinTimeout, QueueNotFound
from dramatiq.middleware import Middleware, MiddlewareError

from engineo.infra.broker import wire
from engineo.infra.broker.hub import Hub
from engineo.infra.broker.leased import LeasedMessage
from engineo.infra.broker.places import Record, check_id, check_queue, stand
from engineo.infra.broker.queue_view import QueueView
from engineo.infra.broker.store import JobStore, Keep, LimitRule, NewJob
from engineo.kernel.errors import UnavailableError

NO_LIMIT = LimitRule()
DEAD_LETTERS_KEPT = 100
LOOK_EVERY = 0.005  # seconds between looks of `join`, which only tests call


class EngineOBroker(dramatiq.Broker):
    """One per process. Sends through `store`; consumes through a hub of its own, started by the first consumer.

    `fail_fast_default`: whether `join` raises what a dead-lettered message of this process failed with. For tests;
    with False no exception is kept.
    """

    def __init__(
        self,
        store: JobStore,
        middleware: list[Middleware] | None = None,
        *,
        fail_fast_default: bool = True,
        lease_ms: int = 15_000,
        name: str | None = None,
    ) -> None:
        self._hooked: list[Middleware] = []
        self._hooks_by_name: dict[str, Sequence[tuple[Any, Any]]] = {}
        super().__init__(middleware)
        self.store = store
        self.queues: dict[str, QueueView] = {}
        self.fail_fast_default = fail_fast_default
        self.dead_letters_by_queue: defaultdict[str, list[Any]] = defaultdict(list)
        self._lease_ms = lease_ms
        self._name = name
        self._hub: Hub | None = None
        self._lock = threading.Lock()

    def emit_before(self, signal: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as dramatiq's
        for middleware, hook in self._hooks(f"before_{signal}"):
            try:
                hook(self, *args, **kwargs)
            except MiddlewareError:
                raise
            except Exception:
                self.logger.critical("Unexpected failure in before_%s of %r.", signal, middleware, exc_info=True)

    def emit_after(self, signal: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as dramatiq's
        for middleware, hook in reversed(self._hooks(f"after_{signal}")):
            try:
                hook(self, *args, **kwargs)
            except Exception:
                self.logger.critical("Unexpected failure in after_%s of %r.", signal, middleware, exc_info=True)

    def _hooks(self, name: str) -> Sequence[tuple[Any, Any]]:
        """The middleware that does something at this signal: most of it does nothing at most signals."""
        if self._hooked != self.middleware:
            self._hooked, self._hooks_by_name = list(self.middleware), {}
        hooks = self._hooks_by_name.get(name)
        if hooks is None:
            idle = getattr(Middleware, name, None)
            found = [(middleware, getattr(middleware, name)) for middleware in self.middleware]
            hooks = [(m, hook) for m, hook in found if getattr(hook, "__func__", None) is not idle]
            self._hooks_by_name[name] = hooks
        return hooks

    @property
    def hub(self) -> Hub:
        """Made when it is first needed: a process that only sends has none."""
        with self._lock:
            if self._hub is None:
                self._hub = Hub(self.store.another(), lease=self._lease_ms, name=self._name)
            return self._hub

    @property
    def dead_letters(self) -> list[Any]:
        """What this process has rejected, the last of each queue; all that failed is in the store."""
        return [message for messages in self.dead_letters_by_queue.values() for message in messages]

    def declare_queue(self, queue_name: str) -> None:
        """Raise `BadPlaceError` for a name that the store cannot hold."""
        if queue_name not in self.queues:
            check_queue(queue_name)
            self.emit_before("declare_queue", queue_name)
            self.queues[queue_name] = QueueView(self.store, queue_name)
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 30_000) -> dramatiq.Consumer:
        if queue_name not in self.queues:
            raise QueueNotFound(queue_name)  # type: ignore[no-untyped-call] # dramatiq has no types here
        return QueueConsumer(self, queue_name, prefetch, timeout)

    def enqueue(self, message: "dramatiq.Message[Any]", *, delay: int | None = None) -> "dramatiq.Message[Any]":
        """Raise `QueueNotFound` for an undeclared queue, and `ConnectionClosed` when the store cannot be reached.

        A message that runs in this process now (Dramatiq's Retries sends it again before it is acknowledged) takes
        its own place when it ends: one step from active to delayed.
        """
        queue_name = message.queue_name
        if queue_name not in self.queues:
            raise QueueNotFound(queue_name)  # type: ignore[no-untyped-call] # as above
        self.emit_before("enqueue", message, delay)
        plain = message._message if isinstance(message, dramatiq.MessageProxy) else message  # noqa: SLF001 - a proxy of ours
        running = self._hub.is_running(message.message_id) if self._hub is not None else None
        if running is not None:
            running.again = (plain, int(delay or 0))
        else:
            try:
                self.store.add([self._new_job(plain, int(delay or 0))])
            except UnavailableError as error:
                raise ConnectionClosed(error) from error  # type: ignore[no-untyped-call] # as above
        self.emit_after("enqueue", message, delay)
        return message

    def _new_job(self, message: "dramatiq.Message[Any]", delay: int) -> NewJob:
        check_id(message.message_id)
        actor = self.actors.get(message.actor_name)
        priority = int(message.options.get("priority", actor.priority if actor is not None else 0))
        place = stand(message.queue_name, message.message_id, self.store.now(), priority)
        return NewJob(Record(place, wire.encode(message)), message.actor_name, max(0, delay))

    def reject(self, message: Any) -> None:  # noqa: ANN401 - a message, or a proxy of one
        """Remember a dead letter of this process."""
        letters = self.dead_letters_by_queue[message.queue_name]
        letters.append(message)
        del letters[:-DEAD_LETTERS_KEPT]

    def flush(self, queue_name: str) -> None:
        if queue_name not in self.queues:
            raise QueueNotFound(queue_name)  # type: ignore[no-untyped-call] # as above
        self.store.flush(queue_name)
        self.dead_letters_by_queue[queue_name].clear()

    def flush_all(self) -> None:
        for queue_name in list(self.queues):
            self.flush(queue_name)
        for letters in self.dead_letters_by_queue.values():
            letters.clear()

    def join(
        self, queue_name: str, *, timeout: int | None = None, fail_fast: bool | None = None, **_options: object
    ) -> None:
        """Wait until nothing of a queue waits, runs or is delayed. For tests."""
        if queue_name not in self.queues:
            raise QueueNotFound(queue_name)  # type: ignore[no-untyped-call] # as above
        deadline = time.monotonic() + timeout / 1000 if timeout is not None else float("inf")
        pause = threading.Event()
        while self.queues[queue_name].unfinished_tasks:
            if time.monotonic() >= deadline:
                raise QueueJoinTimeout(queue_name)  # type: ignore[no-untyped-call] # as above
            pause.wait(LOOK_EVERY)
        if self.fail_fast_default if fail_fast is None else fail_fast:
            for message in self.dead_letters_by_queue[queue_name]:
                raise (message._exception or Exception("Message failed with unknown error")) from None  # noqa: SLF001 - as dramatiq's stub broker

    def close(self) -> None:
        with self._lock:
            hub, self._hub = self._hub, None
        if hub is not None:
            hub.close()
            hub.store.close()
        self.store.close()


class QueueConsumer(dramatiq.Consumer):
    """What dramatiq's own worker takes messages from: an intake of the hub, with a buffer of `prefetch` messages."""

    def __init__(self, broker: EngineOBroker, queue_name: str, prefetch: int, timeout: int) -> None:
        self.queue = queue_name
        self.whole = self.by_key = NO_LIMIT
        self.keep = Keep()
        self._broker = broker
        self._prefetch = prefetch
        self._timeout = timeout / 1000
        self._open = 0  # delivered and not yet ended
        self._buffer: deque[LeasedMessage] = deque()
        self._filled = threading.Condition()
        self._first = True
        broker.hub.register(self)

    def room(self) -> int:
        return self._prefetch - self._open

    def put(self, messages: Sequence[LeasedMessage]) -> None:
        with self._filled:
            self._open += len(messages)
            self._buffer.extend(messages)
            self._filled.notify()

    def __next__(self) -> LeasedMessage | None:
        if self._first:  # the hub may have to connect yet
            self._first = False
            self._broker.hub.wait_connected(1.0)
        if not self._buffer:
            self._broker.hub.want_more(self.queue)
        with self._filled:
            if not self._buffer:
                self._filled.wait(self._timeout)
            message = self._buffer.popleft() if self._buffer else None
        if message is not None and message.doom:
            message.fail()
            self.nack(message)
            return None
        if message is not None:
            message.started = self._broker.store.now()
            message.keeps_exception = self._broker.fail_fast_default
        return message

    def ack(self, message: dramatiq.MessageProxy) -> None:
        self._end(message)

    def nack(self, message: dramatiq.MessageProxy) -> None:
        self._broker.reject(message)
        if isinstance(message, LeasedMessage):
            message.fail()
        self._end(message)

    def requeue(self, messages: Iterable[dramatiq.MessageProxy]) -> None:
        for message in messages:
            if isinstance(message, LeasedMessage):
                message.handed_back = True
            self._end(message)

    def close(self) -> None:
        hub = self._broker.hub
        hub.unregister(self.queue)
        with self._filled:
            rest, self._buffer = list(self._buffer), deque()
        self.requeue(rest)

    def _end(self, message: dramatiq.MessageProxy) -> None:
        if isinstance(message, LeasedMessage):
            self._open -= 1
            self._broker.hub.end(message)
