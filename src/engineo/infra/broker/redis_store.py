"""The queue's memory in Redis: one script, or one command, per method."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter

import redis
from redis.exceptions import RedisError

from engineo.infra import redis as redis_infra
from engineo.infra.broker.keys import Keys
from engineo.infra.broker.link import Link
from engineo.infra.broker.places import Lease, queue_of
from engineo.infra.broker.redis_registry import BETWEEN_IDS, RedisRegistry, script_stamp
from engineo.infra.broker.redis_subscription import RedisListening
from engineo.infra.broker.store import Finish, Keep, LimitRule, Listening, NewJob, Slot, Step, Taken
from engineo.infra.redis import RedisSettings
from engineo.kernel.jobs import Added

MAX_BULK = 1000  # jobs per script: bounds how long one script holds the server, and Lua's stack
MAX_STALLED = 1
EVENTS_KEPT = 10_000


class RedisStore(RedisRegistry):
    """The port `JobStore`. Two connections at most: one for commands, one per `listen`.

    `clock` tells milliseconds; the server's time by default, as all that share a prefix must go by the same.
    """

    def __init__(
        self,
        clients: Callable[[], redis.Redis],
        prefix: str,
        *,
        url: str = "redis://",
        retries: int = 2,
        events_kept: int = EVENTS_KEPT,
        max_stalled: int = MAX_STALLED,
        patience: float = 0.0,
        clock: Callable[[], int] | None = None,
    ) -> None:
        key_locking = ".upstash.io" in url
        self._url = url
        self._clients = clients
        self._link = Link(clients, retries=retries, key_locking=key_locking, patience=patience, clock=clock)
        self._keys = Keys(prefix)
        self._events_kept = events_kept
        self._max_stalled = max_stalled
        self._clock = clock
        self._oldest: dict[str, int] = {}

    @classmethod
    def from_url(cls, url: str, prefix: str, settings: RedisSettings | None = None) -> "RedisStore":
        settings = settings or RedisSettings(redis_prefix=prefix)
        return cls(
            redis_infra.queue_clients(url, settings), prefix, url=url, retries=settings.redis_max_retries_per_request
        )  # fmt: skip

    def another(self, patience_ms: int = 0) -> "RedisStore":
        return RedisStore(
            self._clients, self._keys.root.removesuffix(":{q}:"), url=self._url, retries=0,
            events_kept=self._events_kept, max_stalled=self._max_stalled, patience=patience_ms / 1000,
            clock=self._clock,
        )  # fmt: skip

    def interrupt(self) -> None:
        self._link.interrupt()

    def now(self) -> int:
        try:
            return self._link.now()
        except RedisError as error:
            raise redis_infra.unavailable(error, self._url) from error

    # sending

    def add(self, jobs: Sequence[NewJob], slot: Slot | None = None) -> Sequence[Added]:
        with self._reachable():
            if slot is not None:
                return self._add_checked(jobs, slot)
            answers: list[Added] = []
            if len(jobs) <= MAX_BULK:
                return self._add_some(jobs)
            # a parent must stand before its children end
            order = sorted(range(len(jobs)), key=lambda index: not jobs[index].waits_for)
            for start in range(0, len(jobs), MAX_BULK):
                answers += self._add_some([jobs[index] for index in order[start : start + MAX_BULK]])
            return [answer for _index, answer in sorted(zip(order, answers, strict=True), key=itemgetter(0))]

    def _add_some(self, jobs: Sequence[NewJob]) -> Sequence[Added]:
        if any(
            job.own_id or job.delay or job.dedup or job.waits_for or job.record.parent or job.record.place.key
            for job in jobs
        ):
            return self._add_checked(jobs, None)
        alike: dict[tuple[str, str], list[NewJob]] = {}
        for job in jobs:
            alike.setdefault((job.record.place.queue, job.kind), []).append(job)
        calls = [self._plain_call(queue, kind, some) for (queue, kind), some in alike.items()]
        try:
            self._link.run_many(calls, retries=0)
        except (redis.ConnectionError, redis.TimeoutError):
            # it may have arrived, and its jobs may have run: from here on their ids are checked
            return self._add_all(jobs, None, own_ids=True)
        return [Added(job.record.place.job_id, added=True) for job in jobs]

    def _plain_call(
        self, queue: str, kind: str, jobs: Sequence[NewJob]
    ) -> tuple[str, tuple[str, str, str], list[str | bytes | int]]:
        keys = self._keys
        args: list[str | bytes | int] = [
            keys.wake + queue,
            len(jobs),
            self._events_kept,
            _added_text(queue, kind, jobs),
        ]
        line: list[str | bytes | int] = []
        for job in jobs:
            place = job.record.place
            args += (place.job_id, job.record.encode())
            line += (place.priority, place.member)
        return "add_plain", (keys.jobs, keys.ready(queue), keys.events), args + line

    def _add_checked(self, jobs: Sequence[NewJob], slot: Slot | None) -> Sequence[Added]:
        try:
            return self._add_all(jobs, slot, retries=0)
        except (redis.ConnectionError, redis.TimeoutError):
            return self._add_all(jobs, slot, own_ids=True)  # as above

    def _add_all(
        self, jobs: Sequence[NewJob], slot: Slot | None, *, own_ids: bool = False, retries: int | None = None
    ) -> Sequence[Added]:
        keys, now = self._keys, self._link.now()
        involved = {job.record.place.queue for job in jobs}
        queues, names = self._queue_keys(involved | {queue_of(job.record.parent) for job in jobs if job.record.parent})
        args: list[str | bytes | int] = [
            keys.wake, now, script_stamp(now), self._events_kept, slot.schedule if slot else "", slot.at if slot else 0,
            len(names), *names,
        ]  # fmt: skip
        for job in jobs:
            place, dedup = job.record.place, job.dedup
            waits_for = tuple(dict.fromkeys(job.waits_for))
            args += (
                names[place.queue], place.job_id, place.entry, job.record.encode(),
                1 if job.own_id or own_ids else 0, now + job.delay if job.delay else 0, job.kind,
                dedup.mode if dedup else "", dedup.text if dedup else "", dedup.window if dedup else 0,
                dedup.max_wait if dedup else 0, len(waits_for), *waits_for,
            )  # fmt: skip
        answers = self._link.run(
            "add",
            [keys.jobs, keys.delayed, keys.events, keys.dedup, keys.throttled, keys.flows, keys.slots, *queues],
            args,
            retries,
        )
        return [Added(answer[1:].decode(), added=answer[:1] == b"+") for answer in answers]

    def last_slots(self) -> Mapping[str, int]:
        with self._reachable():
            answer = self._link.command("HGETALL", self._keys.slots)
        return {name.decode(): int(at) for name, at in _pairs(answer)}

    def mark_slots(self, slots: Sequence[Slot]) -> None:
        if slots:
            with self._reachable():
                self._link.commands([("HSETNX", self._keys.slots, slot.schedule, slot.at) for slot in slots])

    def ping(self) -> None:
        with self._reachable():
            self._link.command("PING")

    def claim_epoch(self) -> bool:
        with self._reachable():
            return bool(self._link.command("SETNX", self._keys.epoch, self._link.now()))

    # working

    def step(self, step: Step) -> Taken:
        keys = self._keys
        with self._reachable():
            now = self._link.now()
            stamp = script_stamp(now)
            involved = {want.queue for want in step.wants}
            for finish in step.finishes:
                involved.add(finish.lease.place.queue)
                if finish.parent:
                    involved.add(queue_of(finish.parent))
            queues, names = self._queue_keys(involved)
            ended = {f.lease.place.queue for f in step.finishes}
            args: list[str | bytes | int] = [
                keys.wake, now, now + step.lease, f"{step.owner}.{stamp}.", stamp, self._events_kept,
                len(names), *names,
            ]  # fmt: skip
            for name in names:
                args += self._retention(name, step.keep.get(name, Keep()), now, name in ended)
            args.append(len(step.finishes))
            for finish in step.finishes:
                args += _finish_args(finish, names)
            for want in step.wants:
                args += (names[want.queue], want.count, *_rule(want.whole), *_rule(want.by_key))
            lost, flat, got, again, oldest = self._link.run(
                "step",
                [keys.jobs, keys.info, keys.leased, keys.delayed, keys.events, keys.dedup, keys.flows, *queues],
                args,
                retries=0,
            )
        self._remember_oldest(list(names), oldest)
        return Taken(
            [(Lease.parse(flat[i].decode()), flat[i + 1]) for i in range(0, len(flat), 2)],
            lost,
            [want.queue for want, number in zip(step.wants, got, strict=True) if number < want.count],
            {want.queue: wait for want, wait in zip(step.wants, again, strict=True) if wait},
        )

    def _retention(self, queue: str, keep: Keep, now: int, ended: bool) -> tuple[int, int, int]:
        """Ages are looked at only when something can be too old: the oldest ended job's time is remembered."""
        if not ended:
            return keep.completed_count, 0, 0
        done = now - keep.completed_age
        dead = now - keep.failed_age
        return (
            keep.completed_count,
            done if self._oldest.get(f"+{queue}", 0) <= done else 0,
            dead if self._oldest.get(f"-{queue}", 0) <= dead else 0,
        )

    def _remember_oldest(self, names: Sequence[str], oldest: Sequence[object]) -> None:
        for index in range(0, len(oldest), 2):
            number, at = int(str(oldest[index])), float(oldest[index + 1])  # type: ignore[arg-type] # bytes
            self._oldest[("+" if number > 0 else "-") + names[abs(number) - 1]] = int(at)

    def renew(self, leases: Sequence[Lease], lease: int) -> Sequence[Lease]:
        if not leases:
            return []
        with self._reachable():
            until = self._link.now() + lease
            members = [part for one in leases for part in (until, one.member)]
            changed = self._link.command("ZADD", self._keys.leased, "XX", "GT", "CH", *members, retries=0)
            if changed == len(leases):
                return []
            scores = self._link.command("ZMSCORE", self._keys.leased, *(one.member for one in leases), retries=0)
        return [one for one, score in zip(leases, scores, strict=True) if score is None]

    def has_waiting(self, queues: Sequence[str]) -> bool:
        with self._reachable():
            return bool(queues) and self._link.command("EXISTS", *(self._keys.ready(name) for name in queues)) > 0

    def leases(self, owner: str | None = None, limit: int = 100) -> Sequence[tuple[Lease, int]]:
        with self._reachable():
            last = -1 if owner is not None else limit - 1
            answer = self._link.command("ZRANGE", self._keys.leased, 0, last, "WITHSCORES")
        found = [(Lease.parse(member.decode()), int(float(ends))) for member, ends in _pairs(answer)]
        return [(lease, ends) for lease, ends in found if owner is None or lease.owner == owner]

    def recover(self, leases: Sequence[Lease], *, stalled: bool, expired_only: bool = True) -> Sequence[str]:
        if not leases:
            return []
        keys = self._keys
        queues, names = self._queue_keys({lease.place.queue for lease in leases})
        with self._reachable():
            now = self._link.now()
            args: list[str | int] = [
                keys.wake, now, script_stamp(now), self._events_kept, int(expired_only), int(stalled),
                self._max_stalled, len(names), *names,
            ]  # fmt: skip
            for lease in leases:
                args += (names[lease.place.queue], lease.member)
            ids = self._link.run("recover", [keys.jobs, keys.leased, keys.events, *queues], args)
        return [job_id.decode() for job_id in ids]

    def delayed(self, limit: int = 100) -> Sequence[tuple[str, int]]:
        with self._reachable():
            answer = self._link.command("ZRANGE", self._keys.delayed, 0, limit - 1, "WITHSCORES")
        return [(entry.decode(), int(float(due))) for entry, due in _pairs(answer)]

    def promote(self, entries: Sequence[str]) -> int:
        if not entries:
            return 0
        queues, names = self._queue_keys({entry.split("|", 1)[0] for entry in entries})
        with self._reachable():
            now = self._link.now()
            args: list[str | int] = [self._keys.wake, now, script_stamp(now), len(names), *names]
            for entry in entries:
                args += (names[entry.split("|", 1)[0]], entry)
            return int(self._link.run("promote", [self._keys.delayed, *queues], args))

    def listen(self, queues: Sequence[str]) -> Listening:
        with self._reachable():
            return RedisListening(self._clients(), self._keys, queues)

    def close(self) -> None:
        self._link.close()

    def _queue_keys(self, names: set[str]) -> tuple[list[str], dict[str, int]]:
        """The keys of these queues, and each name's index (from 1, as Lua counts), in that order."""
        ordered = {name: index for index, name in enumerate(sorted(names), 1)}
        return [key for name in ordered for key in self._keys.of_queue(name)], ordered

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except RedisError as error:
            raise redis_infra.unavailable(error, self._url) from error


def _added_text(queue: str, kind: str, jobs: Sequence[NewJob]) -> str:
    return f"{queue}|{kind}|{BETWEEN_IDS.join(job.record.place.job_id for job in jobs)}|"


def _finish_args(finish: Finish, names: Mapping[str, int]) -> tuple[str | bytes | int, ...]:
    place = finish.lease.place
    return (
        finish.outcome.value, names[place.queue], finish.lease.member, place.entry, finish.due, finish.record,
        finish.info, finish.event, f"{finish.kind}|{place.job_id}|{finish.detail}", finish.dedup, finish.parent,
    )  # fmt: skip


def _rule(rule: LimitRule) -> tuple[int, int, int]:
    return rule.rate, rule.per, rule.concurrency


def _pairs(flat: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    return zip(flat[::2], flat[1::2], strict=True)
