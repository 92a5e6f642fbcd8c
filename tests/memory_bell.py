"""The port `Bell` within one process, for tests of whatever rings or listens."""

import threading
from collections import defaultdict
from collections.abc import Callable

from engineo.kernel.errors import UnavailableError

Callback = Callable[[], None]


class MemoryBell:
    """Rings at once, in the thread of whoever rings. Rings are lost while it is away; its return wakes everyone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callbacks: dict[str, list[Callback]] = defaultdict(list)
        self._away = False
        self.rung: list[str] = []

    def ring(self, topic: str) -> None:
        with self._lock:
            self.rung.append(topic)
            callbacks = [] if self._away else list(self._callbacks[topic])
        for callback in callbacks:
            callback()

    def listen(self, topic: str, callback: Callback) -> Callback:
        def listen_no_more() -> None:
            with self._lock:
                if callback in self._callbacks[topic]:
                    self._callbacks[topic].remove(callback)

        with self._lock:
            self._callbacks[topic].append(callback)
            away = self._away
        if not away:
            callback()
        return listen_no_more

    def listeners(self, topic: str) -> int:
        with self._lock:
            if self._away:
                raise UnavailableError
            return len(self._callbacks[topic])

    def go_away(self) -> None:
        with self._lock:
            self._away = True

    def come_back(self) -> None:
        with self._lock:
            self._away = False
            callbacks = [callback for listed in self._callbacks.values() for callback in listed]
        for callback in callbacks:
            callback()
