"""The port of the queue's memory: what Redis, or its in-memory twin, does for hub, queue and registry.

All times are milliseconds of the store's own clock (`now`); every method is atomic; a job is in exactly one state after
each. Methods raise `UnavailableError` when the store cannot be reached; whether the call took effect is then not known,
and calling again is safe.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from engineo.infra.broker.places import Lease, Place, Record
from engineo.kernel.jobs import Added


class State(StrEnum):
    """Where a job is. A paused queue's jobs are waiting; a parent that waits for its children is blocked."""

    WAITING = "waiting"
    ACTIVE = "active"
    DELAYED = "delayed"
    COMPLETED = "completed"
    FAILED = "failed"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class DedupKey:
    """`mode`: "s" until started, "d" until done, "t" throttle, "b" debounce. `text` is unique over queues and kinds."""

    mode: str
    text: str
    window: int = 0
    max_wait: int = 0


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to add. `own_id`: the id was chosen by the caller, so it may exist already."""

    record: Record
    kind: str
    delay: int = 0
    own_id: bool = False
    dedup: DedupKey | None = None
    waits_for: tuple[str, ...] = ()  # ids of the children that must end first, added in the same call or later


@dataclass(frozen=True, slots=True)
class Slot:
    """A moment of a schedule; only a later one than the last is ever accepted."""

    schedule: str
    at: int


class Outcome(StrEnum):
    """How an execution ended."""

    COMPLETED = "c"
    FAILED = "f"
    AGAIN = "r"  # retried or postponed: a new record, due at a time
    HANDED_BACK = "h"  # not run to its end; back to where it was


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of one execution. `info` (JSON text) is kept beside an ended job; `detail` goes into the event."""

    lease: Lease
    outcome: Outcome
    kind: str = ""
    due: int = 0
    record: bytes = b""
    info: bytes = b""
    detail: str = ""
    event: str = ""  # none when empty
    dedup: str = ""  # the key to release, when this job held it until done
    parent: str = ""


@dataclass(frozen=True, slots=True)
class LimitRule:
    """Zero means no limit. `per` in milliseconds."""

    rate: int = 0
    per: int = 0
    concurrency: int = 0


@dataclass(frozen=True, slots=True)
class Keep:
    """How much of a queue's past stays: milliseconds, and a count (-1: any number)."""

    completed_age: int = 86_400_000
    completed_count: int = 1000
    failed_age: int = 604_800_000


@dataclass(frozen=True, slots=True)
class Want:
    """Up to `count` jobs of a queue."""

    queue: str
    count: int
    whole: LimitRule = LimitRule()
    by_key: LimitRule = LimitRule()


@dataclass(frozen=True, slots=True)
class Step:
    """What a hub tells and asks in one round trip. `owner` names the hub; the store makes each lease unique."""

    finishes: Sequence[Finish] = ()
    wants: Sequence[Want] = ()
    owner: str = ""
    lease: int = 15_000
    keep: Mapping[str, Keep] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer. `lost` are indexes of finishes whose lease was gone: they changed nothing.

    `short` are wanted queues that have no more jobs now; `blocked` says when a limited queue may have some again.
    """

    jobs: Sequence[tuple[Lease, bytes]] = ()
    lost: Sequence[int] = ()
    short: Sequence[str] = ()
    blocked: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """A job as the store knows it. `at`: when it is due (delayed), its lease ends (active) or it ended."""

    record: Record
    state: State
    info: bytes | None
    at: int | None


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the event stream. `position` is opaque and increases."""

    position: str
    name: str
    queue: str
    kind: str
    job_id: str
    detail: str
    at: int


WAKE, CONTROL = "wake", "ctl"


class Listening(Protocol):
    """An open subscription."""

    def wait(self, seconds: float | None) -> Sequence[tuple[str, str]]:
        """Messages as (topic, text), where topic is `wake:<queue>` or `ctl`; empty after the time or an interrupt."""

    def interrupt(self) -> None:
        """Make `wait` return at once; from any thread."""

    def close(self) -> None: ...


@runtime_checkable
class JobStore(Protocol):
    """The queue's memory."""

    def now(self) -> int:
        """The store's time, in milliseconds, without asking it again each time."""

    def another(self, patience_ms: int = 0) -> "JobStore":
        """The same memory over a connection of its own, which does not try again by itself.

        `patience_ms`: how much longer than usual an answer may take, for calls that block.
        """

    def interrupt(self) -> None:
        """Make a call that blocks in another thread raise `UnavailableError`; the store is of no use any more."""

    # sending
    def add(self, jobs: Sequence[NewJob], slot: Slot | None = None) -> Sequence[Added]:
        """Add jobs, all in one round trip; with a slot, none of them unless the slot is new (then the result is empty).

        An id that exists, in whatever state, is not added again.
        """

    def last_slots(self) -> Mapping[str, int]: ...

    def mark_slots(self, slots: Sequence[Slot]) -> None:
        """Remember slots of schedules that have none yet."""

    def ping(self) -> None:
        """Raise `UnavailableError`, saying what to check, when the store does not answer."""

    def claim_epoch(self) -> bool:
        """True once after the store lost its memory."""

    # working
    def step(self, step: Step) -> Taken: ...

    def renew(self, leases: Sequence[Lease], lease: int) -> Sequence[Lease]:
        """Prolong; the answer is those that are lost."""

    def has_waiting(self, queues: Sequence[str]) -> bool:
        """Whether any of the queues holds something (a paused one may answer true)."""

    def leases(self, owner: str | None = None, limit: int = 100) -> Sequence[tuple[Lease, int]]:
        """Running jobs and when their leases end, soonest first; with an owner all of that owner's."""

    def recover(self, leases: Sequence[Lease], *, stalled: bool, expired_only: bool = True) -> Sequence[str]:
        """Put jobs back whose leases are over; their ids. A stall is counted when `stalled`."""

    def delayed(self, limit: int = 100) -> Sequence[tuple[str, int]]:
        """The earliest entries of the delayed set and when they are due."""

    def promote(self, entries: Sequence[str]) -> int:
        """Put due entries in line."""

    def listen(self, queues: Sequence[str]) -> Listening:
        """Subscribe to the wake-ups of the queues and to control messages; returns once subscribed."""

    def tell(self, text: str) -> None:
        """Send a control message to every hub."""

    def annotate(self, place: Place, kind: str, info: bytes) -> None:
        """Write a running job's progress and log."""

    # looking and steering
    def find(self, job_ids: Sequence[str]) -> Sequence[Stored | None]: ...

    def list_ids(self, queue: str, state: State, offset: int, limit: int, *, newest_first: bool) -> Sequence[str]: ...

    def counts(self, queue: str) -> Mapping[State, int]: ...

    def unfinished(self, queue: str) -> int:
        """How many jobs wait, run or are delayed, in one look."""

    def consumers(self, queues: Sequence[str]) -> Mapping[str, int]:
        """How many hubs listen for each queue now."""

    def is_paused(self, queue: str) -> bool: ...

    def pause(self, queue: str) -> bool:
        """True when this changed something."""

    def resume(self, queue: str) -> bool: ...

    def move(
        self, place: Place, to: State | None, states: Sequence[State], record: bytes = b"", info: bytes = b""
    ) -> State | None:
        """Take a job that is in one of `states` to waiting, failed or (None) out of the store.

        The answer is the state it was in, or None when it was in none of them and nothing changed.
        """

    def replace(self, job_id: str, record: bytes) -> bool:
        """Put another record's body in the place of an existing job's; all else of it stays."""

    def cancel(self, job_id: str) -> bool:
        """Doom a running job, so that it does not run again, and tell its hub. False when it does not run."""

    def forget(self, queue: str, state: State, before: int, limit: int = 1000) -> Sequence[str]:
        """Drop completed or failed jobs that ended before a time; their ids."""

    def drain(self, queue: str, limit: int = 1000) -> Sequence[str]:
        """Drop waiting jobs; their ids."""

    # identity and events
    def introduce(self, name: str, details: Mapping[str, Any] | None) -> None:
        """Write down who a process is, as JSON values; None takes it back."""

    def introduced(self) -> Mapping[str, Mapping[str, Any]]: ...

    def events(self, after: str, limit: int, block: int | None) -> Sequence[Event]:
        """Events after a position ("" from the first, "$" only new ones), waiting `block` milliseconds for one.

        Those of one call stand together and count as one towards `limit`.
        """

    def event_position(self, listener: str) -> str | None: ...

    def save_event_position(self, listener: str, position: str) -> None: ...

    def flush(self, queue: str | None = None) -> None:
        """Forget everything (of a queue); for tests and `Broker.flush`."""

    def close(self) -> None: ...


Deliver = Callable[[Sequence[tuple[Lease, bytes]]], None]
