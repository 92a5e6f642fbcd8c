"""Sending jobs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from engineo.infra import redis as redis_infra
from engineo.infra.broker import wire
from engineo.infra.broker.broker import EngineOBroker
from engineo.infra.broker.places import Record, check_id, check_queue, stand
from engineo.infra.broker.redis_store import RedisStore
from engineo.infra.broker.rules import dedup_key, limit_key, milliseconds
from engineo.infra.broker.store import JobStore, NewJob, Slot
from engineo.infra.settings import Seconds, Settings, per_queue
from engineo.kernel.jobs import PLAIN, Added, JobMessage
from engineo.kernel.policies import Limit, Retention, RetryPolicy


class QueueSettings(Settings):
    """How jobs are worked. `QUEUE_<NAME>_CONCURRENCY` overrides `QUEUE_CONCURRENCY` for one queue."""

    worker_threads: Annotated[int, Field(ge=1, le=256)] | None = None
    queue_concurrency: Annotated[int, Field(ge=1, le=256)] = 3
    queue_attempts: Annotated[int, Field(ge=1, le=100)] = 3
    queue_backoff_delay: Annotated[int, Field(ge=0)] = 5000
    job_keep_completed_age: Seconds = 86_400
    job_keep_completed_count: Annotated[int, Field(ge=0)] = 1000
    job_keep_failed_age: Seconds = 604_800
    queue_lease_seconds: Seconds = 15
    queue_events_kept: Annotated[int, Field(ge=0)] = 10_000
    shutdown_timeout: Seconds = 25

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.queue_lease_seconds)

    def retry(self, declared: RetryPolicy, queue: str) -> RetryPolicy:
        """What a job class declares; where it declares nothing, `QUEUE_ATTEMPTS` and `QUEUE_BACKOFF_DELAY` (ms)."""
        if declared != RetryPolicy():
            return declared
        attempts = per_queue(queue, "ATTEMPTS", default=self.queue_attempts, highest=100)
        delay = per_queue(queue, "BACKOFF_DELAY", default=self.queue_backoff_delay, highest=86_400_000)
        return RetryPolicy(attempts, timedelta(milliseconds=delay))

    def retention(self, declared: Retention) -> Retention:
        """What a job class declares; where it declares nothing, the `JOB_KEEP_...` settings."""
        if declared != Retention():
            return declared
        return Retention(
            timedelta(seconds=self.job_keep_completed_age),
            self.job_keep_completed_count,
            timedelta(seconds=self.job_keep_failed_age),
        )

    def concurrency(self, queues: Sequence[str], share: tuple[int, int] = (0, 1)) -> dict[str, int]:
        """How many jobs of each queue this process runs at the same time: its share of what the command may.

        Raise `SettingsError` for a `QUEUE_<NAME>_CONCURRENCY` that is no number from 1 to 256.
        """
        number, of = share
        found = {}
        for queue in queues:
            total = per_queue(queue, "CONCURRENCY", default=self.queue_concurrency, highest=256)
            found[queue] = total // of + (number < total % of)
        return found


class JobQueue:
    """The port `Queue` on a store, and the small marks that the outbox and the cron clock keep beside it.

    Connects on first use: a process that never sends opens no connection.
    """

    def __init__(self, store: JobStore) -> None:
        self.store = store
        self._queues: set[str] = set()  # names known to be valid

    @classmethod
    def on_redis(cls, url: str, settings: redis_infra.RedisSettings, events_kept: int = 10_000) -> "JobQueue":
        client = redis_infra.queue_clients(url, settings)
        return cls(
            RedisStore(
                client, settings.redis_prefix, url=url, retries=settings.redis_max_retries_per_request,
                events_kept=events_kept,
            )
        )  # fmt: skip

    def new_broker(self, lease: timedelta, name: str | None = None) -> EngineOBroker:
        """A broker without middleware, with connections and an identity of its own."""
        return EngineOBroker(
            self.store.another(), middleware=[], fail_fast_default=False, lease_ms=milliseconds(lease), name=name
        )

    def enqueue(self, *messages: JobMessage) -> Sequence[Added]:
        """Send jobs in one round trip; the answer says for each whether it was added, or which id stands for it."""
        now = self.store.now()
        return self.store.add([self._new_job(message, now) for message in messages])

    def fire(self, schedule: str, slot: datetime, message: JobMessage) -> bool:
        """Send a slot's job, if no process has sent this slot's or a later one's. True for exactly one caller."""
        return bool(self.store.add([self._new_job(message, self.store.now())], Slot(schedule, _milliseconds_at(slot))))

    def last_slots(self, schedules: Sequence[str]) -> dict[str, datetime]:
        """The last slot sent of each schedule that ever was; kept until Redis is flushed."""
        known = self.store.last_slots()
        return {name: datetime.fromtimestamp(known[name] / 1000, UTC) for name in schedules if name in known}

    def mark_slots(self, slots: Mapping[str, datetime]) -> None:
        """Remember slots as past without sending, where none is remembered yet."""
        self.store.mark_slots([Slot(name, _milliseconds_at(slot)) for name, slot in slots.items()])

    def recover_from(self, name: str) -> int:
        """Give back what a dead worker of this name was running, as a stall; how many jobs."""
        leases = [lease for lease, _ends in self.store.leases(name)]
        return len(self.store.recover(leases, stalled=True, expired_only=False))

    def ping(self) -> None:
        """Raise `UnavailableError`, saying what to check, when Redis does not answer."""
        self.store.ping()

    def claim_epoch(self) -> bool:
        return self.store.claim_epoch()

    def close(self) -> None:
        self.store.close()

    def _new_job(self, message: JobMessage, now: int) -> NewJob:
        options, queue, job_id = message.options, message.queue, message.job_id
        if queue not in self._queues:
            self._queues.add(check_queue(queue))
        body = wire.encode_job(message.kind, message.payload, stored=message.stored)
        if options is PLAIN and not message.own_id and not message.delay:
            return NewJob(Record(stand(queue, job_id, now), body), message.kind)
        if message.own_id:
            check_id(job_id)
        key = limit_key((Limit(rate=1, key=options.limit_by),), message.payload) if options.limit_by else ""
        dedup = dedup_key(options.dedup, message.kind, queue, message.payload) if options.dedup else None
        policy = "i" if options.parent_ignores_failure else "f"
        record = Record(
            stand(queue, job_id, now, options.priority, key),
            body,
            f"{dedup.mode}{dedup.text}" if dedup else "",
            f"{policy}~{options.parent_queue}~{options.parent}" if options.parent else "",
        )
        return NewJob(
            record, message.kind, milliseconds(message.delay), message.own_id, dedup, options.waits_for
        )  # fmt: skip


def _milliseconds_at(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
