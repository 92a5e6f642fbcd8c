"""One connection to Redis for scripts and plain commands, and the server's clock.

redis-py opens, encrypts and authenticates the connection; hiredis packs and parses. What lies between them in redis-py
costs more than the round trip on loopback.
"""

import contextlib
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import hiredis
import redis
from hiredis import pack_command
from redis.exceptions import (
    AskError,
    AuthenticationError,
    BusyLoadingError,
    ClusterDownError,
    MovedError,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from engineo.infra.broker.scripts import Script, load

ELSEWHERE = (MovedError, AskError, ClusterDownError, ReadOnlyError)
ERRORS: dict[str, Callable[[str], RedisError]] = {
    "NOSCRIPT": NoScriptError,
    "OOM": OutOfMemoryError,
    "READONLY": ReadOnlyError,
    "NOAUTH": AuthenticationError,
    "WRONGPASS": AuthenticationError,
    "NOPERM": NoPermissionError,
    "LOADING": BusyLoadingError,
    "CLUSTERDOWN": ClusterDownError,
    "MOVED": lambda text: MovedError(text.split(" ", 1)[1]),
    "ASK": lambda text: AskError(text.split(" ", 1)[1]),
}
_clock_id = getattr(time, "CLOCK_BOOTTIME", None)
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5
RECEIVE = 65_536
_INCOMPLETE = object()
IDLE = 0.5  # seconds after which a connection is looked at before it is used


def steady_ms() -> int:
    """Milliseconds that go on while the machine sleeps and never jump when its clock is set."""
    return (time.clock_gettime_ns(_clock_id) if _clock_id is not None else time.monotonic_ns()) // 1_000_000


class Link:
    """Used by several threads, one at a time. Reconnects by itself; a call is tried again `retries` times."""

    def __init__(
        self,
        clients: Callable[[], redis.Redis],
        *,
        retries: int,
        key_locking: bool = False,
        patience: float = 0.0,
        clock: Callable[[], int] | None = None,
    ) -> None:
        self._clients = clients  # asked at every connect: which server holds the queue may change
        self._patience = patience
        self._interrupted = False
        self._used_at = 0.0
        self._retries = retries
        self._key_locking = key_locking
        self._clock = clock
        self._connection: Any = None
        self._socket: Any = None
        self._reader: Any = None
        self._offset: int | None = None
        self._lock = threading.Lock()
        self._scripts: dict[str, Script] = {}
        self.reconnects = 0

    def now(self) -> int:
        """The server's time, asked for once per connection; or the time of the clock that was given."""
        if self._clock is not None:
            return self._clock()
        if self._offset is None:
            self.command("TIME")
        return steady_ms() + (self._offset or 0)

    def command(self, *args: object, retries: int | None = None) -> Any:  # noqa: ANN401 - what Redis answers
        return self.commands([args], retries=retries)[0]

    def run(self, name: str, keys: Sequence[str], args: Sequence[object], retries: int | None = None) -> Any:  # noqa: ANN401 - what the script answers
        return self.run_many([(name, keys, args)], retries=retries)[0]

    def run_many(
        self, calls: Sequence[tuple[str, Sequence[str], Sequence[object]]], retries: int | None = None
    ) -> list[Any]:
        """Run scripts in one round trip."""
        commands = [(b"EVALSHA", self._script(name).sha, len(keys), *keys, *args) for name, keys, args in calls]
        answers = self._send(commands, retries)
        unknown = [index for index, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if unknown:
            for name in {calls[index][0] for index in unknown}:
                self.command("SCRIPT", "LOAD", self._script(name).text)
            again = self._send([commands[index] for index in unknown], retries)
            for index, answer in zip(unknown, again, strict=True):
                answers[index] = answer
        return _checked(answers)

    def commands(self, commands: Sequence[Sequence[object]], retries: int | None = None) -> list[Any]:
        """Send commands in one go and read every answer; raise the first error after all are read."""
        return _checked(self._send(commands, retries))

    def close(self) -> None:
        with self._lock:
            self._drop()

    def interrupt(self) -> None:
        """Break off a conversation that another thread waits in; nothing can be sent any more."""
        self._interrupted = True
        sock = self._socket
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _send(self, commands: Sequence[Sequence[object]], retries: int | None) -> list[Any]:
        packed = b"".join([pack_command(_plain(command)) for command in commands])
        attempts = (self._retries if retries is None else retries) + 1
        pause = FIRST_PAUSE
        while True:
            attempts -= 1
            try:
                with self._lock:
                    return self._exchange(packed, len(commands))
            except (RedisConnectionError, RedisTimeoutError):
                if attempts <= 0:
                    raise
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _exchange(self, packed: bytes, count: int) -> list[Any]:
        sock = self._connected()
        reader = self._reader
        answers: list[Any] = []
        try:
            sock.sendall(packed)
            while len(answers) < count:
                answer = reader.gets()
                if answer is not _INCOMPLETE:
                    answers.append(answer)
                    continue
                reader.feed(_received(sock))
        except BaseException as error:
            self._drop()  # half a conversation: nobody may read the other half as an answer to something else
            if isinstance(error, TimeoutError):
                raise RedisTimeoutError("no answer in time") from error
            if isinstance(error, OSError):
                raise RedisConnectionError(f"the connection broke: {error}") from error
            raise
        for answer in answers:
            if isinstance(answer, ELSEWHERE):
                self._drop()
                raise RedisConnectionError(f"another server is in charge now: {answer}")
        return answers

    def _connected(self) -> socket.socket:
        if self._interrupted:
            raise RedisConnectionError("interrupted")
        now = time.monotonic()
        if self._connection is not None and now - self._used_at > IDLE and self._is_cut():
            self._drop()  # servers and proxies cut idle connections: nothing was sent yet, so nothing is in doubt
        self._used_at = now
        if self._connection is None:
            pool: Any = self._clients().connection_pool  # redis-py has no types here
            options = dict(pool.connection_kwargs)
            options["socket_timeout"] = (options.get("socket_timeout") or 0) + self._patience or None
            connection = pool.connection_class(**options)
            connection.retry = redis.retry.Retry(redis.backoff.NoBackoff(), 0)
            connection.connect()
            connection.send_packed_command([pack_command(("TIME",))], check_health=False)
            seconds, microseconds = connection.read_response()
            self._offset = int(seconds) * 1000 + int(microseconds) // 1000 - steady_ms()
            self._connection, self._socket = connection, connection._sock  # noqa: SLF001 - the parser around it is what costs
            self._reader = hiredis.Reader(replyError=_error, notEnoughData=_INCOMPLETE)
            self.reconnects += 1
        sock: socket.socket = self._socket
        return sock

    def _is_cut(self) -> bool:
        """Nothing is expected from the server now: what can be read is the end."""
        try:
            return bool(select.select([self._socket], [], [], 0)[0])
        except (OSError, ValueError):
            return True

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()

    def _script(self, name: str) -> Script:
        script = self._scripts.get(name)
        if script is None:
            script = self._scripts[name] = load(name, key_locking=self._key_locking)
        return script


def _received(sock: socket.socket) -> bytes:
    received = sock.recv(RECEIVE)
    if not received:
        raise RedisConnectionError("the server has closed the connection")
    return received


def _error(text: str) -> RedisError:
    """A server's error by the word that it begins with."""
    return ERRORS.get(text.split(" ", 1)[0], ResponseError)(text)


def _checked(answers: list[Any]) -> list[Any]:
    for answer in answers:
        if isinstance(answer, RedisError):
            raise answer
    return answers


def _plain(command: Sequence[object]) -> tuple[Any, ...]:
    return command if isinstance(command, tuple) else tuple(command)
