"""What a worker process has taken and not yet started, queue by queue."""

import heapq
import itertools
import time
from collections.abc import Callable, Sequence

from engineo.infra.broker.leased import LeasedMessage
from engineo.infra.broker.store import Keep, LimitRule

AHEAD = 0.02  # seconds of work that may be taken in advance, so that threads need not wait for the network
SAMPLE = 0.02
MOST_AHEAD = 512


class Lane:
    """One queue in one worker: an intake of the hub. Its worker's lock guards everything but `room`'s reading."""

    def __init__(
        self,
        queue: str,
        concurrency: int,
        free: Callable[[], int],
        put: Callable[["Lane", Sequence[LeasedMessage]], None],
    ) -> None:
        self.queue = queue
        self.concurrency = concurrency
        self.whole = self.by_key = LimitRule()
        self.keep = Keep()
        self.running = 0
        self.buffer: list[tuple[int, int, LeasedMessage]] = []
        self._numbers = itertools.count()
        self._free = free
        self._put = put
        self._ended = 0
        self._rate = 0.0
        self._since = self.filled_at = time.monotonic()

    def room(self) -> int:
        """Free threads, and as much again as is worked in a moment: nothing when jobs are long."""
        ahead = self._ahead()
        return min(self.concurrency - self.running - len(self.buffer), self._free()) + ahead

    def put(self, messages: Sequence[LeasedMessage]) -> None:
        self._put(self, messages)

    def add(self, messages: Sequence[LeasedMessage], priority: Callable[[LeasedMessage], int]) -> None:
        if not self.buffer:
            self.filled_at = time.monotonic()
        for message in messages:
            heapq.heappush(self.buffer, (priority(message), next(self._numbers), message))

    def may_start(self) -> bool:
        return bool(self.buffer) and self.running < self.concurrency

    def start(self) -> LeasedMessage:
        self.running += 1
        return heapq.heappop(self.buffer)[2]

    def ended(self) -> None:
        self.running -= 1
        self._ended += 1

    def empty(self) -> list[LeasedMessage]:
        """Give up what has not been started."""
        messages = [message for _priority, _number, message in sorted(self.buffer)]
        self.buffer.clear()
        return messages

    def _ahead(self) -> int:
        now = time.monotonic()
        elapsed = now - self._since
        if elapsed >= SAMPLE:
            self._rate = self._ended / elapsed
            self._ended, self._since = 0, now
        return min(MOST_AHEAD, int(self._rate * AHEAD))
