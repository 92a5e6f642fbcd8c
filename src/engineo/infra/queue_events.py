"""Queue events for listeners: one reader, a connection and a thread of its own, no polling."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog

from engineo.infra.broker import JobQueue
from engineo.infra.broker.store import Event
from engineo.kernel.errors import BootError, UnavailableError
from engineo.kernel.queue_events import EVENTS, Listener, QueueEvent

log = structlog.get_logger(__name__)

BATCH = 100
BLOCK_MS = 600_000  # an idle reader asks 144 times a day
SAVE_EVERY = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0


class QueueEvents:
    """Runs where ENABLE_QUEUE_EVENTS is on; with no listener declared it opens no connection.

    Every process that runs listeners hears every event: switch the flag on in one. A listener that raises is logged,
    and goes on with the next event.
    """

    name = "queue-events"

    def __init__(self, jobs: JobQueue, listeners: Sequence[Listener]) -> None:
        names = [listener.name for listener in listeners]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise BootError(f"two listeners are named {', '.join(doubled)}; a name marks where a listener stopped")
        self._jobs = jobs
        self._listeners = listeners
        self._stopping = threading.Event()
        self._readers: list[_Reader] = []

    def start(self) -> None:
        if not self._readers:
            self._readers = [_Reader(self._jobs, listener) for listener in self._listeners]
            for reader in self._readers:
                reader.start()

    def stop(self, timeout: float) -> None:
        readers, self._readers = self._readers, []
        for reader in readers:
            reader.stop(timeout)


class _Reader:
    """One listener, its thread and its place in the stream."""

    def __init__(self, jobs: JobQueue, listener: Listener) -> None:
        self._store = jobs.store.another(patience_ms=BLOCK_MS)
        self._places = jobs.store  # the other one is of no use once it was interrupted
        self._listener = listener
        self._reactions: dict[str, list[Callable[[Any], None]]] = defaultdict(list)
        for event, react in listener.reactions():
            self._reactions[event.name].append(react)
        self._stopping = threading.Event()
        self._position: str | None = None
        self._saved: str | None = None
        self._saved_at = 0.0
        self._thread = threading.Thread(target=self._run, name=f"queue-events-{listener.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float) -> None:
        self._stopping.set()
        self._store.interrupt()
        self._thread.join(timeout)
        self._store.close()

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                if self._position is None:
                    self._position = self._saved = self._places.event_position(self._listener.name) or ""
                self._read()
                pause = FIRST_PAUSE
            except UnavailableError as error:
                if not self._stopping.wait(pause):
                    log.warning("queue.events.waiting", listener=self._listener.name, reason=error.message)
                pause = min(pause * 2, LONGEST_PAUSE)
        try:
            self._save()
        except UnavailableError:
            log.warning("queue.events.position_lost", listener=self._listener.name, meaning="some are heard again")

    def _read(self) -> None:
        events = self._store.events(self._position or "", BATCH, None if self._position == "" else BLOCK_MS)
        if not events and self._position == "":
            self._position = "0"  # an empty stream: wait for its first
            return
        for event in events:
            self._react(event)
            self._position = event.position
            if self._stopping.is_set():
                return
        if time.monotonic() - self._saved_at >= SAVE_EVERY:
            self._save()

    def _react(self, event: Event) -> None:
        reactions = self._reactions.get(event.name)
        if not reactions:
            return
        told: QueueEvent = EVENTS[event.name](
            event.job_id, event.queue, event.kind, datetime.fromtimestamp(event.at / 1000, UTC), event.detail
        )
        for react in reactions:
            try:
                react(told)
            except Exception:
                log.exception("queue.listener.failed", listener=self._listener.name, queue_event=event.name)

    def _save(self) -> None:
        if self._position and self._position != self._saved:
            self._places.save_event_position(self._listener.name, self._position)
            self._saved, self._saved_at = self._position, time.monotonic()
