"""What actors of these tests do to be seen, and how long anything may take."""

import threading
import time
from itertools import pairwise
from math import ceil
from queue import SimpleQueue
from typing import Any

from dramatiq.middleware import CurrentMessage, Middleware

SECONDS = 15.0  # no test waits as long unless it fails
JOIN: dict[str, Any] = {"timeout": int(SECONDS * 1000), "fail_fast": False}


class Failed(Exception):  # noqa: N818 - what an actor raises here is no error of these tests
    """What failing actors raise."""


class Seen:
    """What happened, in order: `seen(what)` in an actor, `seen.take()` in the test."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Any] = SimpleQueue()

    def __call__(self, what: Any = None) -> None:
        self._queue.put(what)

    def take(self, count: int = 1) -> Any:
        """The next one; with a count a list of them."""
        taken = [self._queue.get(timeout=SECONDS) for _ in range(count)]
        return taken if count > 1 else taken[0]

    def all(self) -> list[Any]:
        """Those that nobody took yet."""
        return [self._queue.get_nowait() for _ in range(self._queue.qsize())]


class Times(Seen):
    """As `Seen`, for moments."""

    def __call__(self, what: Any = None) -> None:
        assert what is None
        super().__call__(time.monotonic())

    def gaps_ms(self, count: int) -> list[int]:
        """The milliseconds between the next moments, rounded up: brokers count in whole ones."""
        moments = self.take(count + 1)
        return [ceil((later - earlier) * 1000) for earlier, later in pairwise(moments)]


class Log(Middleware):
    """Writes down the signals it is told to, with the message's id."""

    def __init__(self, *signals: str) -> None:
        self.seen = Seen()
        for signal in signals:
            setattr(self, signal, self._hears(signal))

    def _hears(self, signal: str) -> Any:
        def hear(_broker: Any, message: Any, *_arguments: Any, **_options: Any) -> None:
            self.seen((signal, message.message_id))

        return hear


def run_until_interrupted(started: Seen, most_seconds: float = SECONDS) -> None:
    """Python code that runs and runs, so that an exception may be raised into its thread."""
    started()
    pause, end = threading.Event(), time.monotonic() + most_seconds
    while time.monotonic() < end:
        pause.wait(0.005)
    raise AssertionError("nobody interrupted this actor")


def current_options() -> dict[str, Any]:
    """The options of the message that runs in this thread."""
    message = CurrentMessage.get_current_message()
    assert message is not None
    return dict(message.options)
