"""The queue's memory in this process: the twin of `RedisStore` for tests, with the same semantics."""

import heapq
from collections.abc import Sequence

from engineo.infra.broker.memory_registry import MemoryRegistry
from engineo.infra.broker.memory_sending import MemorySending
from engineo.infra.broker.memory_state import TURN, Clock, Memory, steady_clock
from engineo.infra.broker.places import Lease, Place, Record
from engineo.infra.broker.store import Finish, Keep, Listening, Outcome, State, Step, Taken


class MemoryStore(MemorySending, MemoryRegistry):
    """The port `JobStore`. Thread-safe; `another()` shares the memory, so several hubs may.

    `clock` tells milliseconds; a steady one by default.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        events_kept: int = 10_000,
        max_stalled: int = 1,
        memory: Memory | None = None,
    ) -> None:
        super().__init__(memory or Memory(clock or steady_clock(), events_kept, max_stalled))

    def another(self, patience_ms: int = 0) -> "MemoryStore":
        del patience_ms  # every answer comes at once
        return MemoryStore(memory=self._memory)

    # working

    def step(self, step: Step) -> Taken:
        with self._call() as memory:
            now = self.now()
            lost = [index for index, finish in enumerate(step.finishes) if not self._finish(finish, now)]
            for queue in {finish.lease.place.queue for finish in step.finishes}:
                memory.retain(queue, step.keep.get(queue, Keep()), now)
            jobs: list[tuple[Lease, bytes]] = []
            short, blocked = [], {}
            for want in step.wants:
                grant = memory.line(want.queue).take(want, now)
                counted = "q" if grant.counted else ""
                for place in grant.places:
                    member = f"{step.owner}.{next(memory.tokens):012}.|{counted}|{place.entry}"
                    jobs.append((memory.lease(place, member, now + step.lease), self._started(place)))
                for key, until in grant.put_off:
                    memory.delayed[Place(want.queue, "", 0, TURN, key).entry] = until
                    memory.wake(want.queue, until)
                if len(grant.places) < want.count:
                    short.append(want.queue)
                if grant.wait:
                    blocked[want.queue] = grant.wait
            return Taken(jobs, lost, short, blocked)

    def _started(self, place: Place) -> bytes:
        record = self._memory.jobs[place.job_id].record
        if record.dedup[:1] in {"s", "b"}:  # until started: that is now
            self._memory.release_key(record.dedup, place.job_id)
        self._memory.say("active", place.queue, place.job_id)
        return record.encode()

    def _finish(self, finish: Finish, now: int) -> bool:
        """False when the lease is lost."""
        memory, lease, place = self._memory, finish.lease, finish.lease.place
        if memory.leased.pop(lease.member, None) is None:
            return False
        memory.release_limits(lease, now)
        entry = memory.jobs[place.job_id]
        if finish.outcome in {Outcome.COMPLETED, Outcome.FAILED}:
            failed = finish.outcome is Outcome.FAILED
            memory.end(place, State.FAILED if failed else State.COMPLETED, now)
            entry.info = finish.info or entry.info
            if finish.dedup:
                memory.release_key(f"d{finish.dedup}", place.job_id)
            if finish.parent:
                memory.child_ended(place.job_id, finish.parent, now, failed=failed)
        else:
            due = 0
            if finish.outcome is Outcome.AGAIN:
                doom = entry.record.doom  # cancelled while it ran: in line, for somebody to fail it
                entry.record = Record.decode(place.job_id, finish.record)
                entry.record = entry.record.moved(doom=doom or entry.record.doom)
                due = 0 if doom else finish.due
            if due > now:
                memory.put_off(place, due)
            else:
                memory.put_in_line(place, now)
        if finish.event:
            memory.say(finish.event, place.queue, place.job_id, finish.kind, finish.detail)
        return True

    def renew(self, leases: Sequence[Lease], lease: int) -> Sequence[Lease]:
        with self._call() as memory:
            until = self.now() + lease
            for one in leases:
                if one.member in memory.leased:
                    ends = max(memory.leased[one.member], until)
                    memory.leased[one.member] = memory.jobs[one.place.job_id].at = ends
            return [one for one in leases if one.member not in memory.leased]

    def has_waiting(self, queues: Sequence[str]) -> bool:
        with self._call() as memory:
            return any(memory.line(queue) for queue in queues)

    def leases(self, owner: str | None = None, limit: int = 100) -> Sequence[tuple[Lease, int]]:
        with self._call() as memory:
            ordered = sorted(memory.leased.items(), key=lambda one: (one[1], one[0]))
            found = [(Lease.parse(member), ends) for member, ends in ordered]
            return found[:limit] if owner is None else [one for one in found if one[0].owner == owner]

    def recover(self, leases: Sequence[Lease], *, stalled: bool, expired_only: bool = True) -> Sequence[str]:
        with self._call() as memory:
            now, ids = self.now(), []
            for lease in leases:
                ends = memory.leased.get(lease.member)
                if ends is None or (expired_only and ends > now):
                    continue
                del memory.leased[lease.member]
                memory.release_limits(lease, now)
                place, entry = lease.place, memory.jobs[lease.place.job_id]
                if stalled:
                    stalls, doom = entry.record.stalls + 1, entry.record.doom
                    entry.record = entry.record.moved(
                        stalls=stalls, doom=doom or ("stalled" if stalls > memory.max_stalled else "")
                    )
                    memory.say("stalled", place.queue, place.job_id)
                memory.put_in_line(place, now)
                ids.append(place.job_id)
            return ids

    def delayed(self, limit: int = 100) -> Sequence[tuple[str, int]]:
        with self._call() as memory:
            return heapq.nsmallest(limit, memory.delayed.items(), key=lambda one: (one[1], one[0]))

    def promote(self, entries: Sequence[str]) -> int:
        with self._call() as memory:
            now, moved = self.now(), 0
            for entry in entries:
                if memory.delayed.pop(entry, None) is None:
                    continue
                moved += 1
                place = Place.parse(entry)
                if place.sort != TURN:
                    memory.put_in_line(place, now)
                elif memory.line(place.queue).window_ends(place.key, now):
                    memory.wake(place.queue)
            return moved

    def listen(self, queues: Sequence[str]) -> Listening:
        with self._call() as memory:
            return memory.bus.listen(queues)
