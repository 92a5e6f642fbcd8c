"""A store of the queue with a clock that the test moves, and short words for what a hub does with it."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import redis

from engineo.infra.broker.memory_store import MemoryStore
from engineo.infra.broker.places import Lease, Place, Record, stand
from engineo.infra.broker.redis_store import RedisStore
from engineo.infra.broker.store import (
    DedupKey,
    Finish,
    JobStore,
    Keep,
    LimitRule,
    Listening,
    NewJob,
    Outcome,
    Slot,
    State,
    Step,
    Stored,
    Taken,
    Want,
)
from engineo.kernel.ids import id_at
from engineo.kernel.jobs import Added

T = TypeVar("T")
PATIENCE = 20.0  # seconds
MINUTE = 60_000  # milliseconds, as everything in a store
NO_LIMIT = LimitRule()
ONE = LimitRule(concurrency=1)
TWO_A_MINUTE = LimitRule(rate=2, per=MINUTE)
BY_EVERY_END = ["completed", "failed", "again", "later", "handed back", "recovered", "expired"]
NOWHERE = dict.fromkeys(State, 0)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self._now = time.time_ns() // 1_000_000

    def __call__(self) -> int:
        return self._now

    def pass_time(self, milliseconds: int) -> None:
        self._now += milliseconds


def eventually(look: Callable[[], T], within: float = PATIENCE) -> T:
    """The first truthy answer; fails when there is none in time."""
    deadline = time.monotonic() + within
    pause = threading.Event()
    while not (answer := look()):
        assert time.monotonic() < deadline, f"not within {within} s"
        pause.wait(0.005)
    return answer


def memory_store(clock: Clock, **options: Any) -> MemoryStore:
    return MemoryStore(clock, **options)


def redis_store(url: str, prefix: str, clock: Clock | None = None, **options: Any) -> RedisStore:
    client: redis.Redis = redis.Redis.from_url(url, protocol=2, socket_timeout=10)
    return RedisStore(lambda: client, prefix, url=url, clock=clock, **options)


class World:
    """One queue unless a test says otherwise."""

    def __init__(self, store: JobStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    # sending

    def job(
        self,
        job_id: str | None = None,
        *,
        queue: str = "q",
        priority: int = 0,
        key: str = "",
        body: bytes = b"{}",
        parent: str = "",
        dedup: DedupKey | None = None,
        delay: int = 0,
        waits_for: Sequence[str] = (),
    ) -> NewJob:
        """A job that stands behind all that were made before it: the clock moves on by a millisecond."""
        self.clock.pass_time(1)
        own = job_id is not None
        place = stand(queue, job_id or id_at(self.clock()), self.clock(), priority, key)
        record = Record(place, body, f"{dedup.mode}{dedup.text}" if dedup else "", parent)
        return NewJob(record, "kind", delay, own, dedup, tuple(waits_for))

    def send(self, *jobs: NewJob, slot: Slot | None = None) -> Sequence[Added]:
        return self.store.add(jobs, slot)

    def add(self, job_id: str | None = None, **options: Any) -> str:
        """The id that stands for the job."""
        (added,) = self.send(self.job(job_id, **options))
        return added.job_id

    def bring_to(self, state: State, job_id: str, **options: Any) -> Place:
        """A job in any state; nothing else may wait before it."""
        if state is State.DELAYED:
            options["delay"] = MINUTE
        elif state is State.BLOCKED:
            options["waits_for"] = ["child"]
        self.add(job_id, **options)
        if state in {State.ACTIVE, State.COMPLETED, State.FAILED}:
            (lease,) = self.take()
            if state is not State.ACTIVE:
                self.end(lease, outcome=Outcome.COMPLETED if state is State.COMPLETED else Outcome.FAILED)
        stored = self.stored(job_id)
        assert stored.state is state
        return stored.record.place

    # working

    def want(
        self, count: int, queue: str = "q", whole: LimitRule = NO_LIMIT, by_key: LimitRule = NO_LIMIT
    ) -> Want:  # fmt: skip
        return Want(queue, count, whole, by_key)

    def step(
        self,
        *wants: Want,
        finishes: Sequence[Finish] = (),
        owner: str = "me",
        lease: int = MINUTE,
        keep: Keep | None = None,
    ) -> Taken:
        queues = {finish.lease.place.queue for finish in finishes}
        return self.store.step(Step(finishes, wants, owner, lease, dict.fromkeys(queues, keep) if keep else {}))

    def take(self, count: int = 1, queue: str = "q", **limits: LimitRule) -> list[Lease]:
        return [lease for lease, _record in self.step(self.want(count, queue, **limits)).jobs]

    def taken(self, count: int = 1, queue: str = "q", **limits: LimitRule) -> list[str]:
        """The ids of what can be taken, in their order."""
        return ids_of(self.take(count, queue, **limits))

    def end(self, *leases: Lease, outcome: Outcome = Outcome.COMPLETED, keep: Keep | None = None) -> list[int]:
        """The indexes of what was lost. Deduplication key and parent are those of the records, as a hub has them."""
        finishes = self.finishes(leases, outcome)
        return list(self.step(finishes=finishes, keep=keep).lost)

    def finishes(self, leases: Sequence[Lease], outcome: Outcome = Outcome.COMPLETED) -> list[Finish]:
        found = self.store.find(ids_of(leases))
        event = outcome.name.lower() if outcome in {Outcome.COMPLETED, Outcome.FAILED} else ""
        records = [
            stored.record if stored is not None else Record(lease.place, b"")
            for lease, stored in zip(leases, found, strict=True)
        ]  # fmt: skip
        return [
            Finish(
                lease, outcome, "kind", event=event, parent=record.parent,
                dedup=record.dedup[1:] if record.dedup[:1] == "d" else "",
            )
            for lease, record in zip(leases, records, strict=True)
        ]  # fmt: skip

    def again(self, lease: Lease, due: int = 0, body: bytes = b"again") -> Taken:
        """Retry a running job at a time (0: at once)."""
        record = self.record(lease.place.job_id).moved(body=body, doom="")
        return self.step(finishes=[Finish(lease, Outcome.AGAIN, "kind", due, record.encode(), event="retrying")])

    def finish_by(self, how: str, lease: Lease) -> None:
        """End a running job in one of the ways there are."""
        if how in {"completed", "failed", "handed back"}:
            outcome = {"completed": Outcome.COMPLETED, "failed": Outcome.FAILED}.get(how, Outcome.HANDED_BACK)
            assert self.end(lease, outcome=outcome) == []
        elif how in {"again", "later"}:
            assert self.again(lease, self.clock() + MINUTE if how == "later" else 0).lost == []
        else:
            expired = how == "expired"
            self.clock.pass_time(MINUTE if expired else 0)
            assert self.store.recover([lease], stalled=expired, expired_only=expired)

    def promote_due(self) -> int:
        """What a hub's timer does."""
        now = self.store.now()
        return self.store.promote([entry for entry, due in self.store.delayed() if due <= now])

    # looking

    def stored(self, job_id: str) -> Stored:
        (found,) = self.store.find([job_id])
        assert found is not None, f"{job_id} is nowhere"
        return found

    def record(self, job_id: str) -> Record:
        return self.stored(job_id).record

    def state(self, job_id: str) -> State | None:
        (found,) = self.store.find([job_id])
        return found.state if found is not None else None

    def counts(self, queue: str = "q") -> dict[State, int]:
        """Only the states that hold something."""
        return {state: count for state, count in self.store.counts(queue).items() if count}

    def heard(self, listening: Listening) -> list[tuple[str, str]]:
        """All messages that were sent until now."""
        self.store.tell("until here")
        messages: list[tuple[str, str]] = []
        while ("ctl", "until here") not in messages:
            messages += eventually(lambda: listening.wait(PATIENCE))
        return messages[: messages.index(("ctl", "until here"))]

    def ids(self, state: State, queue: str = "q", *, newest_first: bool = False) -> list[str]:
        return list(self.store.list_ids(queue, state, 0, 10_000, newest_first=newest_first))


def ids_of(leases: Sequence[Lease]) -> list[str]:
    return [lease.place.job_id for lease in leases]
