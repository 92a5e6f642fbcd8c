"""Looking at jobs in Redis: the part of the store that workers do not need, and that changes nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import chain, islice

from engineo.infra.broker.keys import Keys
from engineo.infra.broker.link import Link
from engineo.infra.broker.places import Lease, Place, Record
from engineo.infra.broker.store import State, Stored

PAUSED, TURN = "!", "@"
PAGE = 5000  # of a set that is read in several goes
WALK = 20_000  # entries of sets that all queues share, for which one script may hold the server


class RedisLookup:
    """Mixed into `RedisStore`, which provides the connection."""

    _link: Link
    _keys: Keys

    def _reachable(self) -> AbstractContextManager[None]:
        raise NotImplementedError

    def find(self, job_ids: Sequence[str]) -> Sequence[Stored | None]:
        if not job_ids:
            return []
        keys = self._keys
        with self._reachable():
            records = self._link.command("HMGET", keys.jobs, *job_ids)
            names = sorted({_queue_of(raw) for raw in records if raw is not None})
            queues = [key for name in names for key in keys.of_queue(name)]
            found = self._link.run(
                "find",
                [keys.jobs, keys.info, keys.leased, keys.delayed, keys.flows, *queues],
                [len(names), *names, *job_ids],
            )
        return [_stored(job_id, one) if one else None for job_id, one in zip(job_ids, found, strict=True)]

    def list_ids(self, queue: str, state: State, offset: int, limit: int, *, newest_first: bool) -> Sequence[str]:
        """In the order in which they will go, or went. While jobs move, one may be missing or stand twice."""
        with self._reachable():
            ids = self._ids(queue, state, newest_first, first_page=offset + limit + 1)
            return list(islice(ids, offset, offset + limit))

    def counts(self, queue: str) -> Mapping[State, int]:
        keys = self._keys
        with self._reachable():
            waiting, active, delayed, completed, failed, blocked = self._link.run(
                "counts", [keys.leased, keys.delayed, keys.flows, *keys.of_queue(queue)], [queue, WALK]
            )
            if delayed < 0:
                delayed = sum(1 for _ in self._ids(queue, State.DELAYED))
            if blocked < 0:
                blocked = sum(1 for _ in self._ids(queue, State.BLOCKED))
        return {
            State.WAITING: waiting,
            State.ACTIVE: active,
            State.DELAYED: delayed,
            State.COMPLETED: completed,
            State.FAILED: failed,
            State.BLOCKED: blocked,
        }

    def unfinished(self, queue: str) -> int:
        keys = self._keys
        with self._reachable():
            sets = [keys.ready(queue), keys.held(queue), keys.limits(queue), keys.delayed, keys.leased]
            return int(self._link.run("unfinished", sets, [queue]))

    def consumers(self, queues: Sequence[str]) -> Mapping[str, int]:
        with self._reachable():
            flat = self._link.command("PUBSUB", "NUMSUB", *(self._keys.wake + queue for queue in queues))
        return {queue: int(flat[2 * i + 1]) for i, queue in enumerate(queues)}

    def is_paused(self, queue: str) -> bool:
        with self._reachable():
            return self._link.command("ZSCORE", self._keys.ready(queue), PAUSED) is not None

    def _ids(
        self, queue: str, state: State, newest_first: bool = False, *, first_page: int = PAGE
    ) -> Iterable[str]:  # fmt: skip
        keys = self._keys
        if state is State.COMPLETED:
            return self._members(keys.done(queue), newest_first, first_page)
        if state is State.FAILED:
            return self._members(keys.dead(queue), newest_first, first_page)
        if state is State.DELAYED:
            entries = map(Place.parse, self._members(keys.delayed, newest_first))
            return (place.job_id for place in entries if place.queue == queue and place.sort != TURN)
        if state is State.ACTIVE:
            ids = [lease.place.job_id for lease, _ends in self._leased() if lease.place.queue == queue]
        elif state is State.BLOCKED:
            ids = sorted(place.job_id for place in self._blocked() if place.queue == queue)
        else:
            return self._in_line(queue, newest_first, first_page)
        return reversed(ids) if newest_first else ids

    def _in_line(self, queue: str, newest_first: bool, first_page: int) -> Iterable[str]:
        """Jobs in line, then those of limited keys, which have no place in it of their own."""
        line = (
            _id_of(member)
            for member in self._members(self._keys.ready(queue), newest_first, first_page)
            if member != PAUSED and member[16:17] != TURN
        )
        held = (
            _id_of(member.split("\0", 1)[1][11:])
            for member in self._members(self._keys.held(queue), newest_first, first_page)
        )
        return chain(held, line) if newest_first else chain(line, held)

    def _members(self, key: str, newest_first: bool, first_page: int = PAGE) -> Iterator[str]:
        """A sorted set, in goes of growing length."""
        command = "ZREVRANGE" if newest_first else "ZRANGE"
        start, size = 0, min(first_page, PAGE)
        while True:
            members = self._link.command(command, key, start, start + size - 1)
            yield from (member.decode() for member in members)
            if len(members) < size:
                return
            start, size = start + size, PAGE

    def _leased(self) -> list[tuple[Lease, int]]:
        flat = self._link.command("ZRANGE", self._keys.leased, 0, -1, "WITHSCORES")
        return [(Lease.parse(flat[i].decode()), int(float(flat[i + 1]))) for i in range(0, len(flat), 2)]

    def _blocked(self) -> Iterator[Place]:
        """The parents that wait, of all queues."""
        found: dict[bytes, bytes] = {}
        cursor = b"0"
        while True:
            cursor, flat = self._link.command("HSCAN", self._keys.flows, cursor, "MATCH", "*|", "COUNT", 1000)
            found.update(zip(flat[::2], flat[1::2], strict=True))
            if cursor == b"0":
                return (Place.parse(entry.decode()) for entry in found.values())


def _stored(job_id: str, found: Sequence[bytes | None]) -> Stored:
    record, info, state, at = found
    return Stored(
        Record.decode(job_id, record or b""),
        State((state or b"").decode()),
        info,
        int(float(at)) if at is not None else None,
    )


def _queue_of(raw: bytes) -> str:
    """The queue in a record's header."""
    return raw[1:].split(b"|", 1)[0].decode()


def _id_of(member: str) -> str:
    return member[17:] if member[16:17] == ":" else member
