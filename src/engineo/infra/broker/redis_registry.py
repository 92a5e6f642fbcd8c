"""Looking at jobs and steering them: the part of the Redis store that workers do not need."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from engineo.infra.broker.keys import Keys
from engineo.infra.broker.link import Link
from engineo.infra.broker.places import Lease, Place, Record
from engineo.infra.broker.store import Event, State, Stored
from engineo.kernel.ids import new_stamp

PAUSED = "!"
SCAN = 10_000  # entries of a set shared by all queues that a listing looks through


class RedisRegistry:
    """Mixed into `RedisStore`, which provides the connection."""

    _link: Link
    _keys: Keys
    _events_kept: int

    def _reachable(self) -> AbstractContextManager[None]:
        raise NotImplementedError

    def find(self, job_ids: Sequence[str]) -> Sequence[Stored | None]:
        if not job_ids:
            return []
        keys = self._keys
        with self._reachable():
            records, infos = self._link.commands(
                [("HMGET", keys.jobs, *job_ids), ("HMGET", keys.info, *job_ids)]
            )  # fmt: skip
            found = [
                Record.decode(job_id, raw) if raw is not None else None
                for job_id, raw in zip(job_ids, records, strict=True)
            ]
            scores = self._scores([record for record in found if record is not None])
            leased = {lease.place.job_id: ends for lease, ends in self._leased()} if scores else {}
        answer: list[Stored | None] = []
        for record, info in zip(found, infos, strict=True):
            if record is None:
                answer.append(None)
                continue
            state, at = _state(scores[record.place.job_id], leased.get(record.place.job_id))
            answer.append(Stored(record, state, info, at))
        return answer

    def _scores(self, records: Sequence[Record]) -> dict[str, list[Any]]:
        commands: list[tuple[str, ...]] = []
        for record in records:
            place, keys = record.place, self._keys
            commands += [
                ("ZSCORE", keys.done(place.queue), place.job_id),
                ("ZSCORE", keys.dead(place.queue), place.job_id),
                ("ZSCORE", keys.delayed, place.entry),
                ("HEXISTS", keys.flows, place.job_id + ">"),
            ]
        answers = self._link.commands(commands) if commands else []
        return {record.place.job_id: answers[4 * i : 4 * i + 4] for i, record in enumerate(records)}

    def _leased(self) -> list[tuple[Lease, int]]:
        flat = self._link.command("ZRANGE", self._keys.leased, 0, -1, "WITHSCORES")
        return [(Lease.parse(flat[i].decode()), int(float(flat[i + 1]))) for i in range(0, len(flat), 2)]

    def list_ids(self, queue: str, state: State, offset: int, limit: int, *, newest_first: bool) -> Sequence[str]:
        with self._reachable():
            if state in {State.COMPLETED, State.FAILED}:
                keys = self._keys
                index = keys.done(queue) if state is State.COMPLETED else keys.dead(queue)
                command = "ZREVRANGE" if newest_first else "ZRANGE"
                ids = self._link.command(command, index, offset, offset + limit - 1)
                return [job_id.decode() for job_id in ids]
            ids = list(
                self._in_line(queue, offset + limit) if state is State.WAITING else self._elsewhere(queue, state)
            )
        return (ids[::-1] if newest_first else ids)[offset : offset + limit]

    def _in_line(self, queue: str, most: int) -> Iterator[str]:
        """Jobs in line, then those of limited keys, which have no place in it of their own."""
        keys = self._keys
        ready, held = self._link.commands(
            [("ZRANGE", keys.ready(queue), 0, most + SCAN), ("ZRANGE", keys.held(queue), 0, most)]
        )
        for member in ready:
            if member != b"!" and member[16:17] != b"@":
                yield _id_of(member.decode())
        for member in held:
            yield _id_of(member.decode().split("\0", 1)[1][11:])

    def _elsewhere(self, queue: str, state: State) -> Iterator[str]:
        if state is State.ACTIVE:
            yield from (lease.place.job_id for lease, _ends in self._leased() if lease.place.queue == queue)
        elif state is State.DELAYED:
            for entry in self._link.command("ZRANGE", self._keys.delayed, 0, SCAN - 1):
                place = entry.decode().split("|", 4)
                if place[0] == queue and place[2] != "@":
                    yield place[4]
        else:
            flat = self._link.command("HGETALL", self._keys.flows)
            for field, value in zip(flat[::2], flat[1::2], strict=True):
                if field.endswith(b">") and value.startswith(queue.encode() + b"|"):
                    yield field[:-1].decode()

    def counts(self, queue: str) -> Mapping[State, int]:
        keys = self._keys
        with self._reachable():
            ready, paused, turns, held, done, dead = self._link.commands(
                [
                    ("ZCARD", keys.ready(queue)),
                    ("ZSCORE", keys.ready(queue), PAUSED),
                    ("HVALS", keys.limits(queue)),
                    ("ZCARD", keys.held(queue)),
                    ("ZCARD", keys.done(queue)),
                    ("ZCARD", keys.dead(queue)),
                ]
            )
            in_line = sum(1 for text in turns if text.endswith(b";1"))
            return {
                State.WAITING: ready - (paused is not None) - in_line + held,
                State.ACTIVE: sum(1 for _ in self._elsewhere(queue, State.ACTIVE)),
                State.DELAYED: sum(1 for _ in self._elsewhere(queue, State.DELAYED)),
                State.COMPLETED: done,
                State.FAILED: dead,
                State.BLOCKED: sum(1 for _ in self._elsewhere(queue, State.BLOCKED)),
            }

    def unfinished(self, queue: str) -> int:
        keys = self._keys
        with self._reachable():
            return int(
                self._link.run("unfinished", [keys.ready(queue), keys.held(queue), keys.delayed, keys.leased], [queue])
            )

    def consumers(self, queues: Sequence[str]) -> Mapping[str, int]:
        with self._reachable():
            flat = self._link.command("PUBSUB", "NUMSUB", *(self._keys.wake + queue for queue in queues))
        return {queue: int(flat[2 * i + 1]) for i, queue in enumerate(queues)}

    def is_paused(self, queue: str) -> bool:
        with self._reachable():
            return self._link.command("ZSCORE", self._keys.ready(queue), PAUSED) is not None

    def pause(self, queue: str) -> bool:
        """A member that sorts before every other stops whoever takes from the line."""
        with self._reachable():
            return bool(self._link.command("ZADD", self._keys.ready(queue), "-inf", PAUSED))

    def resume(self, queue: str) -> bool:
        with self._reachable():
            changed, _ = self._link.commands(
                [("ZREM", self._keys.ready(queue), PAUSED), ("PUBLISH", self._keys.wake + queue, "")]
            )
        return bool(changed)

    def move(
        self, place: Place, to: State | None, states: Sequence[State], record: bytes = b"", info: bytes = b""
    ) -> State | None:
        keys = self._keys
        with self._reachable():
            now = self._link.now()
            was = self._link.run(
                "move",
                [keys.jobs, keys.info, keys.delayed, keys.events, keys.dedup, keys.flows, *keys.of_queue(place.queue)],
                [
                    keys.wake, now, new_stamp(now)[:13], self._events_kept, place.entry, to.value if to else "",
                    record, info, place.queue, *(state.value for state in states),
                ],
            )  # fmt: skip
        return State(was.decode()) if was else None

    def replace(self, job_id: str, record: bytes) -> bool:
        with self._reachable():
            if not self._link.command("HEXISTS", self._keys.jobs, job_id):
                return False
            self._link.command("HSET", self._keys.jobs, job_id, record)
        return True

    def cancel(self, job_id: str) -> None:
        with self._reachable():
            self._link.commands(
                [("SADD", self._keys.cancelled, job_id), ("PUBLISH", self._keys.control, f"cancel {job_id}")]
            )  # fmt: skip

    def tell(self, text: str) -> None:
        with self._reachable():
            self._link.command("PUBLISH", self._keys.control, text)

    def annotate(self, job_id: str, info: bytes) -> None:
        with self._reachable():
            self._link.command("HSET", self._keys.info, job_id, info)

    def forget(self, queue: str, state: State, before: int, limit: int = 1000) -> Sequence[str]:
        index = self._keys.done(queue) if state is State.COMPLETED else self._keys.dead(queue)
        return self._forget(queue, index, f"({before}", limit)

    def drain(self, queue: str, limit: int = 1000) -> Sequence[str]:
        return self._forget(queue, self._keys.ready(queue), "", limit)

    def _forget(self, queue: str, index: str, highest: str, limit: int) -> Sequence[str]:
        keys = self._keys
        with self._reachable():
            ids = self._link.run(
                "forget",
                [keys.jobs, keys.info, index, keys.held(queue), keys.events],
                [highest, limit, self._events_kept, queue],
            )
        return [job_id.decode() for job_id in ids]

    def introduce(self, name: str, text: str | None) -> None:
        with self._reachable():
            if text is None:
                self._link.command("HDEL", self._keys.meta, f"process:{name}")
            else:
                self._link.command("HSET", self._keys.meta, f"process:{name}", text)

    def introduced(self) -> Mapping[str, str]:
        with self._reachable():
            flat = self._link.command("HGETALL", self._keys.meta)
        fields = {flat[i].decode(): flat[i + 1].decode() for i in range(0, len(flat), 2)}
        return {k.removeprefix("process:"): v for k, v in fields.items() if k.startswith("process:")}

    def events(self, after: str, limit: int, block: int | None) -> Sequence[Event]:
        """With `block`, give the store a connection of its own (`another`) whose time limit is longer."""
        waiting = () if block is None else ("BLOCK", block)
        with self._reachable():
            answer = self._link.command(
                "XREAD", "COUNT", limit, *waiting, "STREAMS", self._keys.events, after or "0", retries=0
            )  # fmt: skip
        found: list[Event] = []
        for position, fields in answer[0][1] if answer else []:
            for i in range(0, len(fields), 2):
                queue, kind, job_ids, detail = fields[i + 1].decode().split("|", 3)
                at = int(position.split(b"-")[0])
                found += [
                    Event(position.decode(), fields[i].decode(), queue, kind, job_id, detail, at)
                    for job_id in job_ids.split(",")
                ]
        return found

    def event_position(self, listener: str) -> str | None:
        with self._reachable():
            position = self._link.command("HGET", self._keys.meta, f"listener:{listener}")
        return position.decode() if position else None

    def save_event_position(self, listener: str, position: str) -> None:
        with self._reachable():
            self._link.command("HSET", self._keys.meta, f"listener:{listener}", position)

    def flush(self, queue: str | None = None) -> None:
        """Forget everything, or what waits in one queue. For tests, and for `Broker.flush`."""
        keys = self._keys
        if queue is not None:
            while self.drain(queue):
                pass
            for state in (State.DELAYED, State.FAILED, State.COMPLETED):
                for job_id in self.list_ids(queue, state, 0, SCAN, newest_first=False):
                    for stored in self.find([job_id]):
                        if stored is not None:
                            self.move(stored.record.place, None, [state])
            return
        with self._reachable():
            cursor = b"0"
            while True:
                cursor, names = self._link.command("SCAN", cursor, "MATCH", keys.root + "*", "COUNT", 1000)
                if names:
                    self._link.command("UNLINK", *names)
                if cursor == b"0":
                    return


def _id_of(member: str) -> str:
    return member[17:] if member[16:17] == ":" else member


def _state(scores: Sequence[Any], lease_ends: int | None) -> tuple[State, int | None]:
    done, dead, due, blocked = scores
    if done is not None:
        return State.COMPLETED, int(float(done))
    if dead is not None:
        return State.FAILED, int(float(dead))
    if lease_ends is not None:
        return State.ACTIVE, lease_ends
    if due is not None:
        return State.DELAYED, int(float(due))
    return (State.BLOCKED if blocked else State.WAITING), None
