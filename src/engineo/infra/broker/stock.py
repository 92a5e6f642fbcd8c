"""Dramatiq's Redis broker with crash recovery by the clock, and delayed jobs that survive an outage of Redis."""

import threading
import time
from datetime import timedelta
from typing import Any

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed


class LeasedRedisBroker(RedisBroker):
    """Jobs of a process whose heartbeat is older than `lease` are taken back, at the next fetch of their queue.

    The stock broker looks for dead workers on one command in a thousand; an idle queue would wait for minutes.
    """

    def __init__(self, *, lease: timedelta, **arguments: Any) -> None:  # noqa: ANN401 - passed on to dramatiq
        super().__init__(  # type: ignore[no-untyped-call] # dramatiq has no types here
            heartbeat_timeout=int(lease.total_seconds() * 1000), **arguments
        )
        self._every = lease.total_seconds() / 3
        self._last_maintenance: dict[str, float] = {}
        self._fetching = threading.local()
        self._consumed: set[str] = set()

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> dramatiq.Consumer:
        """A consumer; one that replaces another (its connection broke) first puts delayed jobs back.

        Dramatiq holds delayed jobs in the consumer's memory and drops them with its connection, while Redis counts
        them as taken by a worker that is alive: nobody would ever run them.
        """
        if queue_name in self._consumed and queue_name in self.delay_queues:
            self._put_back(queue_name)
        self._consumed.add(queue_name)
        return super().consume(queue_name, prefetch, timeout)

    def do_fetch(self, queue_name: str, *args: object) -> Any:  # noqa: ANN401 - what Redis answers
        self._fetching.queue_name = queue_name
        return self._dispatch("fetch")(queue_name, *args)  # type: ignore[no-untyped-call] # as above

    def _should_do_maintenance(self, command: str) -> int:
        if command != "fetch":
            return 0
        now, queue_name = time.monotonic(), self._fetching.queue_name
        if now - self._last_maintenance.get(queue_name, float("-inf")) < self._every:
            return 0
        self._last_maintenance[queue_name] = now
        return 1

    def _put_back(self, queue_name: str) -> None:
        try:
            taken = self.client.smembers(f"{self.namespace}:__acks__.{self.broker_id}.{queue_name}")
            if taken:
                self.do_requeue(queue_name, *taken)
        except redis.RedisError as error:
            raise ConnectionClosed(error) from None  # type: ignore[no-untyped-call] # as above; tried again in seconds
