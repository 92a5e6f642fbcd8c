r"""How a job is written down in the store: its place in line, its record, its lease.

A *place* is what indexes know of a job: `queue|priority|sort|key|id`. A *record* is `<flag><header>\n<body>`: the
header is the place and what the scripts need, the body is the message and opaque to them. A *lease* is
`token|counted|place`, so that removing exactly this member is acknowledgement and fence at once.
"""

import re
from dataclasses import dataclass, replace
from typing import Self

from engineo.kernel.ids import milliseconds_of, new_stamp

_QUEUE = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*\Z")
_FORBIDDEN = re.compile(r"[|\x00-\x1f\x7f\ud800-\udfff]")
MAX_ID_LENGTH = 200
CLOCK_TOLERANCE = 2000  # milliseconds
PLAIN, STARTS_DEDUP = b".", b"!"


class BadPlaceError(ValueError):
    """A queue name or job id that cannot be stored."""


@dataclass(frozen=True, slots=True)
class Place:
    """Lower `priority` runs first. `sort` orders equal priorities, 16 characters; "" where the id itself is a ULID."""

    queue: str
    job_id: str
    priority: int = 0
    sort: str = ""
    key: str = ""

    @property
    def entry(self) -> str:
        return f"{self.queue}|{self.priority}|{self.sort}|{self.key}|{self.job_id}"

    @property
    def member(self) -> str:
        """The job as a member of its queue's ready set."""
        return f"{self.sort}:{self.job_id}" if self.sort else self.job_id

    @classmethod
    def parse(cls, entry: str) -> Self:
        queue, priority, sort, key, job_id = entry.split("|", 4)
        return cls(queue, job_id, int(priority), sort, key)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run a job. `member` is what stands in the store."""

    member: str
    place: Place

    @classmethod
    def parse(cls, member: str) -> Self:
        _token, _counted, entry = member.split("|", 2)
        return cls(member, Place.parse(entry))

    @property
    def owner(self) -> str:
        return self.member.split(".", 1)[0]


@dataclass(frozen=True, slots=True)
class Record:
    """A job as it is stored. `doom`, when set, says why it must not run any more, and fails instead."""

    place: Place
    body: bytes
    dedup: str = ""  # mode letter, then the key
    parent: str = ""  # "<policy>~<queue>~<id>" of the job that waits for this one
    stalls: int = 0
    doom: str = ""

    def encode(self) -> bytes:
        place = self.place
        if place.sort or place.key or self.dedup or self.parent or self.stalls or self.doom:
            header = (
                f"{place.queue}|{place.priority}|{place.sort}|{place.key}"
                f"|{self.dedup}|{self.parent}|{self.stalls or ''}|{self.doom}"
            )
        else:
            header = f"{place.queue}|{place.priority}||||||"
        flag = STARTS_DEDUP if self.dedup[:1] in {"s", "b"} else PLAIN
        return flag + header.encode() + b"\n" + self.body

    @classmethod
    def decode(cls, job_id: str, raw: bytes) -> Self:
        """Raise `ValueError` for bytes that are no record."""
        header, newline, body = raw[1:].partition(b"\n")
        if not newline:
            raise ValueError("no header")
        queue, priority, sort, key, dedup, parent, stalls, doom = header.decode().split("|")
        return cls(Place(queue, job_id, int(priority), sort, key), body, dedup, parent, int(stalls or 0), doom)

    def moved(self, **changes: object) -> "Record":
        return replace(self, **changes)  # type: ignore[arg-type] # its own fields


def stand(queue: str, job_id: str, now: int, priority: int = 0, key: str = "") -> Place:
    """Where a job stands that is added at `now`, the store's time: behind all of its priority.

    An id that sorts by itself, made by a clock like the store's, does; any other gets a stamp in front.
    """
    made = milliseconds_of(job_id)
    by_itself = made is not None and abs(made - now) < CLOCK_TOLERANCE
    return Place(queue, job_id, priority, "" if by_itself else new_stamp(now), key)


def queue_of(parent: str) -> str:
    """The queue of the job that `Record.parent` names."""
    return parent.split("~", 2)[1]


def check_queue(name: str) -> str:
    """Raise `BadPlaceError` for a name that a key cannot hold."""
    if not _QUEUE.match(name):
        raise BadPlaceError(
            f"queue name {name!r} is not valid: it starts with a letter or '_', then letters, digits, '.', '_' and '-'"
        )
    return name


def check_id(job_id: str) -> str:
    """Raise `BadPlaceError` for an id that cannot be stored."""
    if not job_id or len(job_id) > MAX_ID_LENGTH or _FORBIDDEN.search(job_id):
        raise BadPlaceError(
            f"job id {job_id[:40]!r} is not valid: 1 to {MAX_ID_LENGTH} characters, without '|', control characters "
            "and surrogates"
        )
    return job_id


def plain_text(text: str) -> str:
    """A limit or dedup key as headers can hold it: what an id may not hold, and '%', percent-encoded, one to one."""
    return re.sub(r"[|%\x00-\x1f\x7f\ud800-\udfff]", lambda match: f"%{ord(match.group()):02X}", text)
