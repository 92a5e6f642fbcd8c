"""A network cable to Redis that a test can cut, also in the middle of a conversation."""

import socket
import threading
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit, urlunsplit


class RedisCable:
    """Forwards a loopback port to a server.

    `cut` drops every connection and takes no new one until `mend`. `lose_answers` lets the next requests reach the
    server, which does what they say, and closes their connections in place of the answer. `tear_requests` lets only
    half of the next requests through.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 6379)
        self._listener = socket.create_server(("127.0.0.1", 0))
        credentials, at, _ = parts.netloc.rpartition("@")
        self.url = urlunsplit(parts._replace(netloc=f"{credentials}{at}127.0.0.1:{self._listener.getsockname()[1]}"))
        self._whole = True
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._mark = b""
        self._lose = self._tear = 0
        self.lost = threading.Semaphore(0)  # released for every conversation that was cut in the middle

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        with self._lock:
            self._whole = False
            ends, self._ends = self._ends, set()
        for end in ends:
            _close(end)

    def mend(self) -> None:
        with self._lock:
            self._whole = True

    def lose_answers(self, mark: bytes, times: int = 1) -> None:
        """To requests that hold `mark`."""
        with self._lock:
            self._mark, self._lose, self._tear = mark, times, 0

    def tear_requests(self, mark: bytes, times: int = 1) -> None:
        """That hold `mark`."""
        with self._lock:
            self._mark, self._lose, self._tear = mark, 0, times

    def _accept(self) -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                near, _ = self._listener.accept()
                with self._lock:
                    whole = self._whole
                if not whole:
                    _close(near)
                    continue
                try:
                    far = socket.create_connection(self._server, timeout=10)
                except OSError:
                    _close(near)
                    continue
                far.settimeout(None)
                with self._lock:
                    self._ends |= {near, far}
                deaf = threading.Event()
                threading.Thread(target=self._carry_requests, args=(near, far, deaf), daemon=True).start()
                threading.Thread(target=self._carry_answers, args=(far, near, deaf), daemon=True).start()

    def _carry_requests(self, near: socket.socket, far: socket.socket, deaf: threading.Event) -> None:
        with suppress(OSError):
            while data := near.recv(1 << 20):
                with self._lock:
                    hit = bool(self._mark) and self._mark in data
                    lose, tear = hit and self._lose > 0, hit and self._tear > 0
                    self._lose -= lose
                    self._tear -= tear
                if lose:
                    deaf.set()
                if tear:
                    far.sendall(data[: len(data) // 2])
                    self.lost.release()
                    break
                far.sendall(data)
        self._end(near, far)

    def _carry_answers(self, far: socket.socket, near: socket.socket, deaf: threading.Event) -> None:
        with suppress(OSError):
            while data := far.recv(1 << 20):
                if deaf.is_set():
                    self.lost.release()
                    break
                near.sendall(data)
        self._end(near, far)

    def _end(self, *ends: socket.socket) -> None:
        with self._lock:
            self._ends -= set(ends)
        for end in ends:
            _close(end)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
