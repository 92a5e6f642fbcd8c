"""How the parts of an in-memory store reach the memory that they share: one call at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from engineo.infra.broker.memory_state import Memory
from engineo.kernel.errors import UnavailableError


class MemoryAccess:
    """One store's way to the memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._interrupted = False

    def now(self) -> int:
        return self._memory.clock()

    def interrupt(self) -> None:
        with self._memory.bus.changed:
            self._interrupted = True
            self._memory.bus.changed.notify_all()

    def ping(self) -> None:
        with self._call():
            return

    def close(self) -> None:
        return

    @contextmanager
    def _call(self) -> Iterator[Memory]:
        """What a call has to say is said at its end."""
        with self._memory.bus.changed:
            if self._interrupted:
                raise UnavailableError("the store was interrupted")
            try:
                yield self._memory
            finally:
                self._memory.speak(self.now())
