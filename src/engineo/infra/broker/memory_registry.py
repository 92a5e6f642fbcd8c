"""Looking at jobs in memory and steering them: the part of the in-memory store that workers do not need."""

from collections.abc import Mapping, Sequence
from typing import Any

from engineo.infra.broker.memory_access import MemoryAccess
from engineo.infra.broker.memory_state import ENDED, TURN, Entry, Memory
from engineo.infra.broker.places import Lease, Place, Record
from engineo.infra.broker.store import CONTROL, Event, State, Stored


class MemoryRegistry(MemoryAccess):
    """Mixed into `MemoryStore`."""

    # looking

    def find(self, job_ids: Sequence[str]) -> Sequence[Stored | None]:
        with self._call() as memory:
            return [
                Stored(entry.record, entry.state, entry.info, entry.at) if entry is not None else None
                for entry in map(memory.jobs.get, job_ids)
            ]

    def list_ids(self, queue: str, state: State, offset: int, limit: int, *, newest_first: bool) -> Sequence[str]:
        with self._call() as memory:
            ids = self._ids(memory, queue, state)
        return (ids[::-1] if newest_first else ids)[offset : offset + limit]

    def _ids(self, memory: Memory, queue: str, state: State) -> list[str]:
        if state in ENDED:
            return [job_id for _at, job_id in memory.ended(queue, state)]
        if state is State.WAITING:
            return [place.job_id for place in memory.line(queue).jobs()]
        if state is State.BLOCKED:
            return sorted(job_id for job_id in memory.flows if memory.jobs[job_id].record.place.queue == queue)
        if state is State.ACTIVE:
            places = [
                Lease.parse(member).place for member, _at in sorted(memory.leased.items(), key=lambda one: one[::-1])
            ]
        else:
            places = [
                Place.parse(entry) for entry, _at in sorted(memory.delayed.items(), key=lambda one: one[::-1])
            ]  # fmt: skip
        return [place.job_id for place in places if place.queue == queue and place.sort != TURN]

    def counts(self, queue: str) -> Mapping[State, int]:
        with self._call() as memory:
            return {
                state: memory.line(queue).waiting if state is State.WAITING else len(self._ids(memory, queue, state))
                for state in State
            }

    def unfinished(self, queue: str) -> int:
        counts = self.counts(queue)
        return counts[State.WAITING] + counts[State.ACTIVE] + counts[State.DELAYED]

    def consumers(self, queues: Sequence[str]) -> Mapping[str, int]:
        with self._call() as memory:
            return memory.bus.listeners_of(queues)

    def is_paused(self, queue: str) -> bool:
        with self._call() as memory:
            return memory.line(queue).paused

    # steering

    def pause(self, queue: str) -> bool:
        with self._call() as memory:
            line = memory.line(queue)
            changed, line.paused = not line.paused, True
            return changed

    def resume(self, queue: str) -> bool:
        with self._call() as memory:
            line = memory.line(queue)
            changed, line.paused = line.paused, False
            memory.wake(queue)
            return changed

    def move(
        self, place: Place, to: State | None, states: Sequence[State], record: bytes = b"", info: bytes = b""
    ) -> State | None:
        with self._call() as memory:
            entry = memory.jobs.get(place.job_id)
            was = memory.leave(place, states)
            if entry is None or was is None:
                return None
            changed = Record.decode(place.job_id, record) if record else None
            if to is State.WAITING:
                self._again(memory, place, was, changed)
                return was
            old = entry.record
            memory.release_key(old.dedup, place.job_id)
            if to is State.FAILED:
                entry.record = changed or old
                entry.info = info or entry.info
                memory.end(place, State.FAILED, self.now())
                memory.say("failed", place.queue, place.job_id)
            else:
                del memory.jobs[place.job_id]
                memory.say("removed", place.queue, place.job_id)
            if old.parent:
                memory.child_ended(place.job_id, old.parent, self.now(), failed=True)
            return was

    def _again(self, memory: Memory, place: Place, was: State, changed: Record | None) -> None:
        """Back in line: as it was, or where its new record says."""
        entry = memory.jobs[place.job_id]
        record = changed or (entry.record.moved(stalls=0, doom="") if was in ENDED else entry.record)
        if was in ENDED and record.dedup[:1] in {"s", "d", "b"}:
            memory.dedup.setdefault(record.dedup[1:], (self.now(), place.job_id))
        entry.record, entry.info = record, None
        memory.put_in_line(record.place, self.now())

    def replace(self, job_id: str, record: bytes) -> bool:
        with self._call() as memory:
            entry = memory.jobs.get(job_id)
            if entry is None:
                return False
            entry.record = entry.record.moved(body=Record.decode(job_id, record).body)
            return True

    def cancel(self, job_id: str) -> bool:
        with self._call() as memory:
            entry = memory.jobs.get(job_id)
            if entry is None or entry.state is not State.ACTIVE:
                return False
            entry.record = entry.record.moved(doom="cancelled")
            memory.bus.publish(CONTROL, f"cancel {job_id}")
            return True

    def tell(self, text: str) -> None:
        with self._call() as memory:
            memory.bus.publish(CONTROL, text)

    def annotate(self, place: Place, kind: str, info: bytes) -> None:
        with self._call() as memory:
            entry = memory.jobs.get(place.job_id)
            if entry is not None and entry.state not in ENDED:
                entry.info = info
                memory.say("progress", place.queue, place.job_id, kind)

    def forget(self, queue: str, state: State, before: int, limit: int = 1000) -> Sequence[str]:
        with self._call() as memory:
            ids = [job_id for at, job_id in memory.ended(queue, state) if at < before][:limit]
            self._drop(memory, [memory.jobs[job_id] for job_id in ids])
            return ids

    def drain(self, queue: str, limit: int = 1000) -> Sequence[str]:
        with self._call() as memory:
            line = memory.line(queue)
            waiting = list(line.jobs())
            held = [place for place in waiting if place.key]
            places = (held + [place for place in waiting if not place.key])[:limit]
            entries = [memory.jobs[place.job_id] for place in places]
            self._drop(memory, entries)
            for key in {place.key for place in places}:
                line.drop_turn(key, self.now())
            for entry in entries:
                memory.release_key(entry.record.dedup, entry.record.place.job_id)
                if entry.record.parent:
                    memory.child_ended(entry.record.place.job_id, entry.record.parent, self.now(), failed=True)
            return [place.job_id for place in places]

    def _drop(self, memory: Memory, entries: Sequence[Entry]) -> None:
        for entry in entries:
            place = entry.record.place
            memory.leave(place, list(State))
            del memory.jobs[place.job_id]
            memory.say("removed", place.queue, place.job_id)

    def flush(self, queue: str | None = None) -> None:
        if queue is None:
            with self._call() as memory:
                memory.clear()
            return
        while self.drain(queue):
            pass
        with self._call() as memory:
            for state in (State.BLOCKED, State.DELAYED, *ENDED):
                for stored in self.find(self._ids(memory, queue, state)):
                    if stored is not None:
                        self.move(stored.record.place, None, [state])

    # identity and events

    def introduce(self, name: str, details: Mapping[str, Any] | None) -> None:
        with self._call() as memory:
            if details is None:
                memory.processes.pop(name, None)
            else:
                memory.processes[name] = details

    def introduced(self) -> Mapping[str, Mapping[str, Any]]:
        with self._call() as memory:
            return dict(memory.processes)

    def events(self, after: str, limit: int, block: int | None) -> Sequence[Event]:
        with self._call() as memory:
            found = memory.bus.read(after, limit, block, lambda: self._interrupted)
        with self._call():  # interrupted meanwhile?
            return found

    def event_position(self, listener: str) -> str | None:
        with self._call() as memory:
            return memory.positions.get(listener)

    def save_event_position(self, listener: str, position: str) -> None:
        with self._call() as memory:
            memory.positions[listener] = position
