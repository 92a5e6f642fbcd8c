"""Adding jobs to the in-memory store: own ids, delays, deduplication, parents; guarded by a schedule's slot."""

from collections.abc import Mapping, Sequence

from engineo.infra.broker.memory_access import MemoryAccess
from engineo.infra.broker.memory_state import ENDED
from engineo.infra.broker.places import Record
from engineo.infra.broker.store import DedupKey, NewJob, Slot, State
from engineo.kernel.jobs import Added


class MemorySending(MemoryAccess):
    """Mixed into `MemoryStore`."""

    def add(self, jobs: Sequence[NewJob], slot: Slot | None = None) -> Sequence[Added]:
        with self._call() as memory:
            now = self.now()
            if slot is not None:
                if memory.slots.get(slot.schedule, slot.at - 1) >= slot.at:
                    return []
                memory.slots[slot.schedule] = slot.at
            answers = [self._add(job, now) for job in jobs]
            for job, answer in zip(jobs, answers, strict=True):
                if not answer.added and job.record.parent:
                    self._not_added(job, answer.job_id, now)
            return answers

    def _add(self, job: NewJob, now: int) -> Added:
        memory, record, place = self._memory, job.record, job.record.place
        if job.own_id and place.job_id in memory.jobs:
            return Added(place.job_id, added=False)
        due = now + job.delay
        if job.dedup is not None:
            other = self._deduplicate(job.dedup, record, now)
            if other is not None:
                return Added(other, added=False)
            due = _debounced(job.dedup, now, now) if job.dedup.mode == "b" else due
        entry = memory.add(record)
        if job.waits_for:
            entry.state = State.BLOCKED
            memory.flows[place.job_id] = set(job.waits_for)
        elif due > now:
            memory.put_off(place, due)
        else:
            memory.put_in_line(place, now)
        memory.say("added", place.queue, place.job_id, job.kind)
        return Added(place.job_id, added=True)

    def _deduplicate(self, dedup: DedupKey, record: Record, now: int) -> str | None:
        """The job that stands for this one, if there is one."""
        memory, job_id = self._memory, record.place.job_id
        if dedup.mode == "t":
            ends, first = memory.throttled.get(dedup.text, (now, ""))
            if ends > now:
                return first
            memory.throttled[dedup.text] = (now + dedup.window, job_id)
            return None
        since, other = memory.dedup.get(dedup.text, (0, ""))
        entry = memory.jobs.get(other)
        if entry is not None and dedup.mode != "b":
            return other
        if entry is not None and entry.state is State.DELAYED:
            place, before = entry.record.place, entry.at or 0
            entry.record = entry.record.moved(body=record.body)
            entry.at = memory.delayed[place.entry] = _debounced(dedup, now, since)
            if entry.at < before:
                memory.wake(place.queue, entry.at)
            return other
        memory.dedup[dedup.text] = (now, job_id)
        return None

    def _not_added(self, job: NewJob, stands: str, now: int) -> None:
        """A child that is not added: its parent does not wait for it, unless it is sent again and will report."""
        place, parent = job.record.place, job.record.parent
        other = self._memory.jobs.get(stands)
        again = (
            other is not None
            and stands == place.job_id
            and other.record.place.queue == place.queue
            and other.record.parent[1:] == parent[1:]
        )
        state = other.state if other is not None and again else State.COMPLETED
        if state in ENDED:
            self._memory.child_ended(place.job_id, parent, now, failed=state is State.FAILED)

    def last_slots(self) -> Mapping[str, int]:
        with self._call() as memory:
            return dict(memory.slots)

    def mark_slots(self, slots: Sequence[Slot]) -> None:
        with self._call() as memory:
            for slot in slots:
                memory.slots.setdefault(slot.schedule, slot.at)

    def claim_epoch(self) -> bool:
        with self._call() as memory:
            claimed, memory.has_epoch = not memory.has_epoch, True
            return claimed


def _debounced(dedup: DedupKey, now: int, since: int) -> int:
    """When a job is due whose first call was at a time."""
    due = now + dedup.window
    return min(due, since + dedup.max_wait) if dedup.max_wait else due
