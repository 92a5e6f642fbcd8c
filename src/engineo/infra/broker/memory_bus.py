"""What the in-memory store says: messages to those who listen, and the stream of events."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence

from engineo.infra.broker.store import CONTROL, WAKE, Event
from engineo.kernel.errors import UnavailableError


class MemoryListening:
    """An open subscription; see `store.Listening`."""

    def __init__(self, bus: "MemoryBus", queues: Sequence[str]) -> None:
        self.topics = frozenset([f"{WAKE}:{queue}" for queue in queues] + [CONTROL])
        self.messages: list[tuple[str, str]] = []
        self._bus = bus
        self._interrupted = False
        self._closed = False

    def wait(self, seconds: float | None) -> Sequence[tuple[str, str]]:
        with self._bus.changed:
            self._bus.changed.wait_for(lambda: self.messages or self._interrupted or self._closed, seconds)
            if self._closed:
                raise UnavailableError("the subscription is closed")
            messages, self.messages = self.messages, []
            if not messages:
                self._interrupted = False
            return messages

    def interrupt(self) -> None:
        with self._bus.changed:
            self._interrupted = True
            self._bus.changed.notify_all()

    def close(self) -> None:
        with self._bus.changed:
            self._closed = True
            self._bus.listeners.discard(self)
            self._bus.changed.notify_all()


class MemoryBus:
    """`changed` is the one lock of the memory, with which whoever waits for something is woken."""

    def __init__(self, events_kept: int) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.listeners: set[MemoryListening] = set()
        self._entries: deque[tuple[int, Sequence[Event]]] = deque(maxlen=events_kept)
        self._number = 0

    def listen(self, queues: Sequence[str]) -> MemoryListening:
        listening = MemoryListening(self, queues)
        self.listeners.add(listening)
        return listening

    def listeners_of(self, queues: Iterable[str]) -> dict[str, int]:
        topics = Counter(topic for listening in self.listeners for topic in listening.topics)
        return {queue: topics[f"{WAKE}:{queue}"] for queue in queues}

    def publish(self, topic: str, text: str) -> None:
        for listening in self.listeners:
            if topic in listening.topics:
                listening.messages.append((topic, text))
        self.changed.notify_all()

    def emit(self, now: int, told: Sequence[tuple[str, str, str, str, str]]) -> None:
        """Events as (name, queue, kind, job id, detail); one call's stand together in the stream."""
        if not told:
            return
        self._number += 1
        position = f"{now}-{self._number}"
        self._entries.append((self._number, [Event(position, *one, now) for one in told]))
        self.changed.notify_all()

    def read(self, after: str, limit: int, block: int | None, broken: Callable[[], bool]) -> Sequence[Event]:
        """`broken` ends the wait: the caller looks at the reason."""
        last = self._number if after == "$" else int(after.rpartition("-")[2] or 0)
        if block is not None:
            self.changed.wait_for(lambda: broken() or self._after(last), block / 1000)
        return [event for _number, events in self._after(last)[:limit] for event in events]

    def forget_events(self) -> None:
        self._entries.clear()

    def _after(self, last: int) -> list[tuple[int, Sequence[Event]]]:
        return [entry for entry in self._entries if entry[0] > last]
