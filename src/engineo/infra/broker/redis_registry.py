"""Steering jobs in Redis, and what processes write down: the other part of the store that workers do not need."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from engineo.infra.broker.places import Place, Record, queue_of
from engineo.infra.broker.redis_lookup import PAGE, PAUSED, RedisLookup
from engineo.infra.broker.store import Event, State
from engineo.kernel.ids import new_stamp

FOR_EVER = 1 << 53
BETWEEN_IDS = "\t"  # in an event of several jobs; no id holds it


class RedisRegistry(RedisLookup):
    """Mixed into `RedisStore`, as its base is."""

    _events_kept: int

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
            raw = self._link.command("HGET", keys.jobs, place.job_id)
            if raw is None:
                return None
            parent = Record.decode(place.job_id, raw).parent
            names = [place.queue] + ([queue_of(parent)] if parent else [])
            queues = [key for name in names for key in keys.of_queue(name)]
            now = self._link.now()
            was = self._link.run(
                "move",
                [keys.jobs, keys.info, keys.delayed, keys.events, keys.dedup, keys.flows, *queues],
                [
                    keys.wake, now, script_stamp(now), self._events_kept, place.entry, to.value if to else "",
                    record, info, len(names), *names, *(state.value for state in states),
                ],
            )  # fmt: skip
        return State(was.decode()) if was else None

    def replace(self, job_id: str, record: bytes) -> bool:
        with self._reachable():
            return bool(self._link.run("replace", [self._keys.jobs], [job_id, record]))

    def cancel(self, job_id: str) -> bool:
        keys = self._keys
        with self._reachable():
            running = [lease.member for lease, _ends in self._leased() if lease.place.job_id == job_id]
            return any(
                self._link.run("cancel", [keys.jobs, keys.leased], [keys.control, job_id, member]) for member in running
            )

    def tell(self, text: str) -> None:
        with self._reachable():
            self._link.command("PUBLISH", self._keys.control, text)

    def annotate(self, place: Place, kind: str, info: bytes) -> None:
        keys, queue, job_id = self._keys, place.queue, place.job_id
        with self._reachable():
            self._link.run(
                "annotate",
                [keys.jobs, keys.info, keys.events, keys.done(queue), keys.dead(queue)],
                [job_id, info, self._events_kept, f"{queue}|{kind}|{job_id}|"],
            )

    def forget(self, queue: str, state: State, before: int, limit: int = 1000) -> Sequence[str]:
        index = self._keys.done(queue) if state is State.COMPLETED else self._keys.dead(queue)
        keys = self._keys
        with self._reachable():
            ids = self._link.run(
                "forget",
                [keys.jobs, keys.info, index, keys.events],
                [f"({before}", limit, self._events_kept, queue],
            )
        return [job_id.decode() for job_id in ids]

    def drain(self, queue: str, limit: int = 1000) -> Sequence[str]:
        keys = self._keys
        with self._reachable():
            parents = {place.queue for place in self._blocked()} - {queue}
            names = [queue, *sorted(parents)]
            queues = [key for name in names for key in keys.of_queue(name)]
            now = self._link.now()
            ids = self._link.run(
                "drain",
                [keys.jobs, keys.info, keys.events, keys.dedup, keys.flows, *queues],
                [keys.wake, now, script_stamp(now), self._events_kept, limit, len(names), *names],
            )
        return [job_id.decode() for job_id in ids]

    def introduce(self, name: str, details: Mapping[str, Any] | None) -> None:
        with self._reachable():
            if details is None:
                self._link.command("HDEL", self._keys.meta, f"process:{name}")
            else:
                self._link.command("HSET", self._keys.meta, f"process:{name}", json.dumps(details))

    def introduced(self) -> Mapping[str, Mapping[str, Any]]:
        with self._reachable():
            flat = self._link.command("HGETALL", self._keys.meta)
        fields = {flat[i].decode(): flat[i + 1] for i in range(0, len(flat), 2)}
        return {k.removeprefix("process:"): json.loads(v) for k, v in fields.items() if k.startswith("process:")}

    def events(self, after: str, limit: int, block: int | None) -> Sequence[Event]:
        """A call that blocks needs a store of its own, with patience."""
        waiting = ("BLOCK", block) if block else ()  # of 0 the server would make for ever
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
                    for job_id in job_ids.split(BETWEEN_IDS)
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
        """Of one queue, what does not run."""
        keys = self._keys
        if queue is not None:
            self._flush_queue(queue)
            return
        with self._reachable():
            cursor = b"0"
            while True:
                cursor, names = self._link.command("SCAN", cursor, "MATCH", keys.root + "*", "COUNT", 1000)
                if names:
                    self._link.command("UNLINK", *names)
                if cursor == b"0":
                    return

    def _flush_queue(self, queue: str) -> None:
        while self.drain(queue):
            pass
        for state in (State.BLOCKED, State.DELAYED):
            while found := self.find(self.list_ids(queue, state, 0, PAGE, newest_first=False)):
                moved = [self.move(stored.record.place, None, [state]) for stored in found if stored is not None]
                if not any(moved):
                    break
        for state in (State.FAILED, State.COMPLETED):
            while self.forget(queue, state, FOR_EVER):
                pass


def script_stamp(now: int) -> str:
    """13 characters that sort by time; the scripts add three digits."""
    stamp = new_stamp(now)
    return stamp[:10] + stamp[13:]
