"""What the Python adapters share: their options, the record of executions, and the line protocol with the runner.

An adapter is a script that the runner starts in its peer's environment, with a role and its options as JSON:

    python huey_adapter.py work '{"url": "redis://127.0.0.1:6379/0", "queues": ["bench0"], "concurrency": 8, ...}'

It says {"event": "loaded"} once everything is imported, waits for a line on stdin, and starts together with the other
processes. A worker then says "ready" and works until it is killed; a producer says "produced", with the seconds that
its sending took. When the runner goes away stdin ends, and so does a worker.
"""

import asyncio
import itertools
import json
import mmap
import os
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Payload = dict[str, Any]
Payloads = Iterable[Payload]
Chunks = Iterable[list[Payload]]

RECORD = struct.Struct("<4d")  # job number; sent, started and ended in microseconds since 1970
ENDED = struct.Struct("<d")
CHUNK = 1_000  # jobs per call where a peer can send many at once
TEXT = "x" * 50  # makes the payload about 100 bytes of JSON


@dataclass(frozen=True)
class Options:
    """What the runner says. A producer sends to the first of the queues."""

    url: str
    queues: list[str]
    variant: str
    # of a worker
    concurrency: int = 0  # of this process
    records: str = ""  # the folder of the records
    most_records: int = 0
    # of a producer
    jobs: int = 0
    sleep_ms: int = 0
    warm_up: int = 0  # jobs sent before the measured ones, with numbers below 0
    gap_ms: int = 0
    bulk: bool = False


@dataclass(frozen=True)
class Sender:
    """How a peer sends: one by one, and many at once where it can."""

    each: Callable[[Payloads], None]
    bulk: Callable[[Chunks], None] | None = None


def now_us() -> int:
    return time.time_ns() // 1_000


class Records:
    """A file mapped into memory: a record costs no system call and no lock, and outlives kill -9."""

    def __init__(self, folder: Path, most: int) -> None:
        with (folder / f"{os.getpid()}.records").open("w+b") as file:
            file.truncate(most * RECORD.size)
            self._memory = mmap.mmap(file.fileno(), 0)
        self._next = itertools.count()

    def begin(self, payload: Mapping[str, Any]) -> int:
        """Where the record is. A job that does nothing ends as it begins."""
        at, now = next(self._next) * RECORD.size, now_us()
        ended = 0 if payload["sleep_ms"] else now
        RECORD.pack_into(self._memory, at, payload["number"], payload["sent"], now, ended)
        return at

    def end(self, at: int) -> None:
        ENDED.pack_into(self._memory, at + RECORD.size - ENDED.size, now_us())


_records: Records  # of this process; set before its worker starts


def handle(payload: Mapping[str, Any]) -> None:
    """The job of every peer: nothing, or a sleep."""
    at = _records.begin(payload)
    if payload["sleep_ms"]:
        time.sleep(payload["sleep_ms"] / 1_000)
        _records.end(at)


async def handle_async(payload: Mapping[str, Any]) -> None:
    """The same for a peer that runs an event loop."""
    at = _records.begin(payload)
    if payload["sleep_ms"]:
        await asyncio.sleep(payload["sleep_ms"] / 1_000)
        _records.end(at)


def wait() -> None:
    """For workers whose threads do the work."""
    threading.Event().wait()


def run(version: str, sender: Callable[[Options], Sender], work: Callable[[Options, Callable[[], None]], None]) -> None:
    """`work` starts its peer's worker, calls what it is given once the worker takes jobs, and never returns."""
    global _records  # noqa: PLW0603 - libraries call the handler by name, so there is nowhere else to keep it
    role, text = sys.argv[1:]
    options = Options(**json.loads(text))
    _say("loaded", version=version)
    sys.stdin.readline()
    if role == "produce":
        _say("produced", seconds=_produce(options, sender(options)))
        return
    threading.Thread(target=_end_with_runner, daemon=True).start()
    _records = Records(Path(options.records), options.most_records)
    work(options, lambda: _say("ready"))


def _produce(options: Options, sender: Sender) -> float:
    """The seconds that sending took, connections and scripts being there where something was sent before."""
    bulk = sender.bulk if options.bulk else None
    payloads = [_payload(number, options) for number in range(-options.warm_up, options.jobs)]
    warm_up, measured = payloads[: options.warm_up], payloads[options.warm_up :]
    if warm_up:
        bulk([warm_up]) if bulk else sender.each(warm_up)
    started = time.perf_counter()
    if bulk:
        bulk(measured[at : at + CHUNK] for at in range(0, len(measured), CHUNK))
    else:
        sender.each(_paced(measured, options.gap_ms / 1_000) if options.gap_ms else measured)
    return time.perf_counter() - started


def _payload(number: int, options: Options) -> Payload:
    return {"number": number, "sent": 0, "sleep_ms": options.sleep_ms, "text": TEXT}


def _paced(payloads: Payloads, gap: float) -> Iterator[Payload]:
    for payload in payloads:
        time.sleep(gap)
        payload["sent"] = now_us()
        yield payload


def _say(event: str, **facts: object) -> None:
    print(json.dumps({"event": event, **facts}), flush=True)


def _end_with_runner() -> None:
    sys.stdin.read()
    os._exit(0)
