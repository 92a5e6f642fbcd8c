"""The memory that in-memory stores share: every job with its state, and the indexes beside it."""

import bisect
import itertools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engineo.infra.broker.memory_bus import MemoryBus
from engineo.infra.broker.memory_lines import Line
from engineo.infra.broker.places import Lease, Place, Record, queue_of
from engineo.infra.broker.store import WAKE, Keep, State

ENDED = (State.COMPLETED, State.FAILED)
TURN = "@"  # in the place of a sort key: not a job, but a limited key's turn that is put off
Clock = Callable[[], int]


def steady_clock() -> Clock:
    """Milliseconds since 1970 by a clock that nobody sets."""
    offset = time.time_ns() - time.monotonic_ns()
    return lambda: (time.monotonic_ns() + offset) // 1_000_000


@dataclass(slots=True)
class Entry:
    """A job. `at`: when its lease ends, when it is due, or when it ended."""

    record: Record
    state: State
    at: int | None = None
    info: bytes | None = None


class Memory:
    """Whoever calls holds `bus.changed`, the lock. `told` and `wake` gather what one call has to say."""

    def __init__(self, clock: Clock, events_kept: int, max_stalled: int) -> None:
        self.clock = clock
        self.max_stalled = max_stalled
        self.bus = MemoryBus(events_kept)
        self.tokens = itertools.count(1)
        self.processes: dict[str, Mapping[str, Any]] = {}
        self.positions: dict[str, str] = {}
        self.told: list[tuple[str, str, str, str, str]] = []
        self._wake: set[str] = set()  # queues that have something now
        self._due: dict[str, int] = {}  # and those that will have something, with the time
        self.clear()

    def clear(self) -> None:
        self.jobs: dict[str, Entry] = {}
        self.lines: dict[str, Line] = {}
        self.leased: dict[str, int] = {}
        self.delayed: dict[str, int] = {}
        self.dedup: dict[str, tuple[int, str]] = {}  # since when, and which job
        self.throttled: dict[str, tuple[int, str]] = {}  # until when, and the first job
        self.flows: dict[str, set[str]] = {}  # children that a blocked job waits for
        self.slots: dict[str, int] = {}
        self.has_epoch = False
        self.processes.clear()
        self.positions.clear()
        self.bus.forget_events()

    def line(self, queue: str) -> Line:
        return self.lines.setdefault(queue, Line(queue))

    # saying

    def say(self, name: str, queue: str, job_id: str, kind: str = "", detail: str = "") -> None:
        self.told.append((name, queue, kind, job_id, detail))

    def wake(self, queue: str, due: int | None = None) -> None:
        """Tell who listens that there is something now, or will be."""
        if due is None:
            self._wake.add(queue)
        else:
            self._due[queue] = min(due, self._due.get(queue, due))

    def speak(self, now: int) -> None:
        """Say what was gathered."""
        told, self.told = self.told, []
        wake, self._wake = self._wake, set()
        due, self._due = self._due, {}
        for queue in wake:
            self.bus.publish(f"{WAKE}:{queue}", "")
        for queue, at in due.items():
            self.bus.publish(f"{WAKE}:{queue}", str(at))
        self.bus.emit(now, told)

    # moving

    def add(self, record: Record) -> Entry:
        entry = self.jobs[record.place.job_id] = Entry(record, State.WAITING)
        return entry

    def put_in_line(self, place: Place, now: int) -> None:
        entry = self.jobs[place.job_id]
        entry.state, entry.at = State.WAITING, None
        self.line(place.queue).put(place, now)
        self.wake(place.queue)

    def put_off(self, place: Place, due: int) -> None:
        entry = self.jobs[place.job_id]
        entry.state, entry.at = State.DELAYED, due
        self.delayed[place.entry] = due
        self.wake(place.queue, due)

    def lease(self, place: Place, member: str, ends: int) -> Lease:
        entry = self.jobs[place.job_id]
        entry.state, entry.at = State.ACTIVE, ends
        self.leased[member] = ends
        return Lease(member, place)

    def end(self, place: Place, state: State, now: int) -> None:
        """Put a job among those that ended."""
        entry = self.jobs[place.job_id]
        entry.state, entry.at = state, now
        bisect.insort(self._index(place.queue, state), (now, place.job_id))

    def leave(self, place: Place, states: Iterable[State]) -> State | None:
        """Take a job out of the index of its state, when that is one of `states`."""
        entry = self.jobs.get(place.job_id)
        if entry is None or entry.state not in states:
            return None
        line, state = self.line(place.queue), entry.state
        if state is State.WAITING:
            return state if line.remove(place) else None
        if state is State.DELAYED:
            return state if self.delayed.pop(place.entry, None) is not None else None
        if state is State.ACTIVE:
            return None
        if state is State.BLOCKED:
            del self.flows[place.job_id]
        else:
            ended = (entry.at or 0, place.job_id)
            index = self._index(place.queue, state)
            if ended not in index:
                return None
            index.remove(ended)
        return state

    def release_limits(self, lease: Lease, now: int) -> None:
        line, place = self.line(lease.place.queue), lease.place
        counted = lease.member.split("|", 2)[1]
        freed = [line.end(key, now) for key in ([""] if counted else []) + ([place.key] if place.key else [])]
        if any(freed):
            self.wake(place.queue)

    def release_key(self, dedup: str, job_id: str) -> None:
        """Give a deduplication key back, if this job holds it. `dedup` is the mode letter, then the key."""
        if self.dedup.get(dedup[1:], (0, ""))[1] == job_id:
            del self.dedup[dedup[1:]]

    def child_ended(self, job_id: str, parent: str, now: int, *, failed: bool) -> None:
        """The child of a flow has ended, or will never run: its parent may go, or must fail."""
        policy, parent_id = parent[:1], parent.split("~", 2)[2]
        waits_for = self.flows.get(parent_id)
        if waits_for is None or job_id not in waits_for:
            return
        entry = self.jobs[parent_id]
        if entry.record.place.queue != queue_of(parent):
            return  # another parent of the same id
        waits_for.discard(job_id)
        doomed = failed and policy == "f"
        if doomed:
            entry.record = entry.record.moved(doom=f"child {job_id} failed")
        if doomed or not waits_for:
            del self.flows[parent_id]
            self.put_in_line(entry.record.place, now)

    def retain(self, queue: str, keep: Keep, now: int) -> None:
        """Forget what ended too long ago, and of the completed what is too much."""
        line = self.line(queue)
        over = len(line.done) - keep.completed_count if keep.completed_count >= 0 else 0
        gone = line.done[: max(0, over)]
        gone += [ended for ended in line.done[len(gone) :] if ended[0] <= now - keep.completed_age]
        lost = [ended for ended in line.dead if ended[0] <= now - keep.failed_age]
        line.done = line.done[len(gone) :]
        line.dead = line.dead[len(lost) :]
        for _at, job_id in gone + lost:
            del self.jobs[job_id]

    def ended(self, queue: str, state: State) -> Sequence[tuple[int, str]]:
        return self._index(queue, state)

    def _index(self, queue: str, state: State) -> list[tuple[int, str]]:
        line = self.line(queue)
        return line.done if state is State.COMPLETED else line.dead
