"""What adapters tell the runner: JSON lines on stdout, and records of executions in files that outlive kill -9.

A record is four doubles, which JavaScript can write too: the job's number, and in microseconds since 1970 when it was
sent (0: not stamped), when its handler started and when it ended (0: not yet). Records with a start of 0 are unused.
"""

import json
import struct
from array import array
from collections.abc import Iterator
from typing import Any, NamedTuple

RECORD = struct.Struct("<4d")


class Execution(NamedTuple):
    """One run of a job's handler. Numbers below 0 warmed the sender up and are not counted."""

    number: int
    sent_us: float
    started_us: float
    ended_us: float


def executions(data: bytes) -> Iterator[Execution]:
    """The executions in one file; a record that is cut off is ignored."""
    whole = len(data) - len(data) % RECORD.size
    for number, sent, started, ended in RECORD.iter_unpack(data[:whole]):
        if started and number >= 0:
            yield Execution(int(number), sent, started, ended)


def count_ended(data: bytes) -> int:
    """How many of them have ended, a job's second run included. Quick: it is asked while something is measured."""
    fields = array("d", data[: len(data) - len(data) % RECORD.size])
    ends = fields[3::4]
    return len(ends) - ends.count(0.0)


def event(line: str) -> dict[str, Any] | None:
    """The object of a line `{"event": ...}`; None for anything else that a library may print."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) and isinstance(said.get("event"), str) else None
