"""Sending jobs."""

from datetime import datetime, timedelta
from typing import Annotated

import dramatiq
import redis
from pydantic import Field
from redis.exceptions import RedisError

from engineo.infra import redis as redis_infra
from engineo.infra.broker.stock import LeasedRedisBroker
from engineo.infra.settings import Seconds, Settings
from engineo.kernel.jobs import JobMessage

SLOT_MEMORY = timedelta(days=2)


class QueueSettings(Settings):
    """How jobs are worked."""

    worker_threads: Annotated[int, Field(ge=1, le=256)] = 8
    queue_lease_seconds: Seconds = 15
    shutdown_timeout: Seconds = 25

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.queue_lease_seconds)


class JobQueue:
    """The port `Queue` on Redis, and the small marks that the outbox and the cron clock keep beside it.

    Connects on first use: a process that never sends opens no connection.
    """

    def __init__(self, url: str, settings: redis_infra.RedisSettings, lease: timedelta) -> None:
        self.url = url
        self.prefix = settings.redis_prefix
        self._settings = settings
        self._client: redis.Redis = redis_infra.connect(url, settings)
        self._broker = self.new_broker(lease)

    def new_broker(self, lease: timedelta) -> LeasedRedisBroker:
        """A broker without middleware, with a client and an identity of its own."""
        client = redis_infra.connect(self.url, self._settings)
        return LeasedRedisBroker(client=client, namespace=f"{self.prefix}:queue", lease=lease, middleware=[])

    def enqueue(self, *messages: JobMessage) -> None:
        try:
            for message in messages:
                delay = int(message.delay.total_seconds() * 1000)
                self._broker.enqueue(to_wire(message), delay=delay or None)
        except RedisError as error:
            raise redis_infra.unavailable(error, self.url) from error

    def ping(self) -> None:
        """Raise `UnavailableError`, saying what to check, when Redis does not answer."""
        try:
            self._client.ping()
        except RedisError as error:
            raise redis_infra.unavailable(error, self.url) from error

    def claim_epoch(self) -> bool:
        try:
            return bool(
                self._client.set(f"{self.prefix}:queue-epoch", datetime.now().astimezone().isoformat(), nx=True)
            )
        except RedisError as error:
            raise redis_infra.unavailable(error, self.url) from error

    def claim_slot(self, schedule: str, slot: datetime) -> bool:
        """True for exactly one process per schedule and slot."""
        try:
            return bool(self._client.set(self._slot_key(schedule, slot), "1", nx=True, ex=SLOT_MEMORY))
        except RedisError as error:
            raise redis_infra.unavailable(error, self.url) from error

    def release_slot(self, schedule: str, slot: datetime) -> None:
        """Give a claimed slot back: its job could not be sent."""
        try:
            self._client.delete(self._slot_key(schedule, slot))
        except RedisError as error:
            raise redis_infra.unavailable(error, self.url) from error

    def close(self) -> None:
        self._broker.close()
        self._broker.client.close()
        self._client.close()

    def _slot_key(self, schedule: str, slot: datetime) -> str:
        return f"{self.prefix}:cron:{schedule}:{int(slot.timestamp())}"


def to_wire(message: JobMessage) -> dramatiq.Message[None]:
    return dramatiq.Message(
        queue_name=message.queue,
        actor_name=message.kind,
        args=(dict(message.payload),),
        kwargs={},
        options={"stored": message.stored},
        message_id=message.job_id,
    )
