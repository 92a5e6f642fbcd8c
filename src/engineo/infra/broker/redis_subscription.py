"""A subscription to wake-ups and control messages: one connection, no command while nothing happens."""

import contextlib
import select
import socket
from collections.abc import Sequence
from typing import Any

import redis
from hiredis import pack_command
from redis.exceptions import ConnectionError as RedisConnectionError

from engineo.infra.broker.keys import Keys


class RedisListening:
    """Raises `redis.ConnectionError` from `wait` once the connection is lost; then it is of no more use.

    The keep-alive of TCP, not PING, finds a dead peer: a PING each 30 seconds would be 2,880 commands a day.
    """

    def __init__(self, client: redis.Redis, keys: Keys, queues: Sequence[str]) -> None:
        self._root = keys.root
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)  # noqa: FBT003 - the socket's own signature
        self._far.setblocking(False)  # noqa: FBT003 - as above
        pool: Any = client.connection_pool  # redis-py has no types here
        self._connection = pool.make_connection()
        self._closed = False
        try:
            self._connection.connect()
            channels = [keys.wake + queue for queue in queues] + [keys.control]
            self._connection.send_packed_command([_packed("SUBSCRIBE", *channels)], check_health=False)
            for _ in channels:
                self._connection.read_response()
        except BaseException:
            self.close()
            raise

    def wait(self, seconds: float | None) -> Sequence[tuple[str, str]]:
        if self._closed:
            raise RedisConnectionError("the subscription is closed")
        messages = self._drain()
        if messages:
            return messages
        readable, _, _ = select.select([self._connection._sock, self._near], [], [], seconds)  # noqa: SLF001 - redis-py has no public way to wait for two things
        if self._near in readable:
            with contextlib.suppress(BlockingIOError):
                while self._near.recv(4096):
                    pass
        return self._drain() if len(readable) > (self._near in readable) else []

    def interrupt(self) -> None:
        with contextlib.suppress(OSError):  # full: it will wake up anyway
            self._far.send(b"!")

    def close(self) -> None:
        self._closed = True
        self._connection.disconnect()
        self._near.close()
        self._far.close()

    def _drain(self) -> list[tuple[str, str]]:
        messages = []
        while self._connection.can_read(0):
            kind, channel, text = self._connection.read_response()[:3]
            if kind == b"message":
                messages.append((channel.decode().removeprefix(self._root), text.decode()))
        return messages


def _packed(*command: str) -> bytes:
    arguments: Any = command
    packed: bytes = pack_command(arguments)
    return packed
