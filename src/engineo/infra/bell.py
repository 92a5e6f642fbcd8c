"""The bell on Redis: a ring is a publication, whoever listens holds one connection and sends nothing on it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import redis
import structlog
from redis.exceptions import RedisError

from engineo.infra import redis as redis_infra

log = structlog.get_logger(__name__)

FIRST_RETRY, LONGEST_RETRY = timedelta(milliseconds=500), timedelta(seconds=30)
STOP_WITHIN = timedelta(seconds=2)


class RedisBell:
    """The port `Bell`. Connects on first use: a process that neither rings nor listens opens no connection."""

    def __init__(self, url: str, settings: redis_infra.RedisSettings) -> None:
        self._url = url
        self._prefix = settings.redis_prefix
        self._client: redis.Redis = redis_infra.connect(url, settings)
        self._ears: list[_Ear] = []

    def ring(self, topic: str) -> None:
        try:
            self._client.publish(self._channel(topic), b"")
        except RedisError as error:
            log.warning("bell.ring.lost", topic=topic, reason=redis_infra.explain(error, self._url))

    def listen(self, topic: str, callback: Callable[[], None]) -> Callable[[], None]:
        connection = self._client.connection_pool.make_connection()  # which connects nowhere yet
        ear = _Ear(connection, self._channel(topic), callback, lambda error: redis_infra.explain(error, self._url))
        self._ears.append(ear)
        ear.start()
        return ear.stop

    def listeners(self, topic: str) -> int:
        try:
            (found,) = self._client.pubsub_numsub(self._channel(topic))
        except RedisError as error:
            raise redis_infra.unavailable(error, self._url) from error
        return int(found[1])

    def close(self) -> None:
        for ear in self._ears:
            ear.stop()
        self._client.close()

    def _channel(self, topic: str) -> str:
        return f"{self._prefix}:bell:{topic}"


class _Ear:
    """One subscription. The kernel's keepalive finds a dead connection, so that nothing need be sent on it."""

    def __init__(
        self,
        connection: Any,  # noqa: ANN401 - redis-py's connections are not typed
        channel: str,
        callback: Callable[[], None],
        explain: Callable[[RedisError], str],
    ) -> None:
        self._connection = connection
        self._channel = channel
        self._callback = callback
        self._explain = explain
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """May be called twice. The thread may be connecting; it ends by itself then."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._connection.disconnect()  # which ends the waiting read
            self._thread.join(STOP_WITHIN.total_seconds())

    def _run(self) -> None:
        pause = FIRST_RETRY
        while not self._stopping.is_set():
            try:
                self._subscribe()
                pause = FIRST_RETRY
                while not self._stopping.is_set():
                    self._callback()  # at first for what was missed before
                    self._connection.read_response(timeout=None)
            except RedisError as error:
                self._connection.disconnect()
                if not self._stopping.is_set():
                    log.warning(
                        "bell.connection.lost", reason=self._explain(error), retry_seconds=pause.total_seconds()
                    )
                    self._stopping.wait(pause.total_seconds())
                    pause = min(pause * 2, LONGEST_RETRY)
        self._connection.disconnect()

    def _subscribe(self) -> None:
        self._connection.connect()
        self._connection.send_command("SUBSCRIBE", self._channel)
        self._connection.read_response()
