"""Adapters as processes: a producer that sends and ends, and workers that start together and are killed."""

import json
import os
import queue
import re
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from benchmarks.queue.environments import Environment, PeerError

from engineo.ops.bench.peers import Peer, Workers
from engineo.ops.bench.protocol import Execution, count_ended, event, executions

PATIENCE_SECONDS = 60.0
PRODUCE_SECONDS = 600.0
_LAST_CHARACTERS = 600


class Adapter:
    """One process that speaks the line protocol."""

    def __init__(self, environment: Environment, role: str, options: dict[str, Any], log: Path) -> None:
        self._log = log
        try:
            with log.open("wb") as errors:
                self._process = subprocess.Popen(  # noqa: S603 - our adapter, in an environment that we made
                    [*environment.command, role, json.dumps(options)],
                    cwd=environment.folder,
                    env=environment.variables,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    text=True,
                    start_new_session=True,
                )
        except OSError as error:
            raise PeerError(f"{environment.command[0]} cannot be run: {error.strerror}") from error
        self._said: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def go(self) -> None:
        stdin = cast("IO[str]", self._process.stdin)
        with suppress(BrokenPipeError):  # what it says, or fails to say, tells why
            stdin.write("go\n")
            stdin.flush()

    def expect(self, name: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The next event, which must be `name`. Raise `PeerError` when it does not come."""
        try:
            said = self._said.get(timeout=seconds)
        except queue.Empty:
            raise PeerError(f"said nothing for {seconds:.0f} s, not even {name!r}; {self._tail()}") from None
        if said is None or said["event"] != name:
            raise PeerError(f"ended before it was {name!r}; {self._tail()}")
        return said

    def check(self) -> None:
        if self._process.poll() is not None:
            raise PeerError(f"a process ended with exit code {self._process.returncode}; {self._tail()}")

    def kill(self) -> None:
        """By kill -9, with whatever it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def _read(self, lines: IO[str]) -> None:
        for line in lines:
            said = event(line)
            if said is not None:
                self._said.put(said)
        self._said.put(None)

    def _tail(self) -> str:
        return " ".join(self._log.read_text(errors="replace").split())[-_LAST_CHARACTERS:] or "it said nothing"


class WorkerGroup:
    """The worker processes of one peer. Leaving the block kills them."""

    def __init__(self) -> None:
        self.adapters: list[Adapter] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """All at once, after every one of them has imported what it needs; returns when all take jobs."""
        for adapter in self.adapters:
            adapter.expect("loaded")
        for adapter in self.adapters:
            adapter.go()
        for adapter in self.adapters:
            adapter.expect("ready")

    def kill(self) -> None:
        for adapter in self.adapters:
            adapter.kill()

    def check(self) -> None:
        """Raise `PeerError` when one has ended."""
        for adapter in self.adapters:
            adapter.check()

    def rss_bytes(self) -> int:
        return sum(_rss_bytes(adapter.pid) for adapter in self.adapters)


@dataclass(frozen=True, slots=True)
class Stage:
    """One peer on the server, in one scenario. `folder` holds its logs and the records of what it executed."""

    peer: Peer
    environment: Environment
    url: str
    folder: Path

    def version(self) -> str:
        """Of the peer, as it says itself. Raise `PeerError` when it cannot even be imported."""
        adapter = self._adapter("produce", 1, {})
        try:
            return str(adapter.expect("loaded")["version"])
        finally:
            adapter.kill()

    def produce(self, jobs: int, *, bulk: bool = False, sleep_ms: int = 0, warm_up: int = 0, gap_ms: int = 0) -> float:
        """The seconds that one process with one thread took to send `jobs` jobs, in bulk where the peer can."""
        wanted = bulk and self.peer.bulk
        order = {"jobs": jobs, "bulk": wanted, "sleep_ms": sleep_ms, "warm_up": warm_up, "gap_ms": gap_ms}
        adapter = self._adapter("produce", 1, order)
        try:
            adapter.expect("loaded")
            adapter.go()
            return float(adapter.expect("produced", PRODUCE_SECONDS)["seconds"])
        finally:
            adapter.kill()

    def workers(self, size: Workers, jobs: int = 0, *, queues: int = 1) -> WorkerGroup:
        """Processes that wait for `start`, each with room to record `jobs` jobs twice."""
        told = {"concurrency": size.concurrency, "records": str(self.folder), "most_records": 2 * jobs + 1_000}
        group = WorkerGroup()
        try:
            for _ in range(size.processes):
                group.adapters.append(self._adapter("work", queues, told))
        except BaseException:
            group.kill()
            raise
        return group

    def executed(self) -> list[Execution]:
        return [run for path in sorted(self.folder.glob("*.records")) for run in executions(path.read_bytes())]

    def wait_for(self, jobs: int, group: WorkerGroup, look_every: float = 0.1) -> None:
        """Until that many jobs have ended. Raise `PeerError` after a minute without progress."""
        best, moved = -1, time.monotonic()
        while (ended := self.ended(jobs)) < jobs:
            group.check()
            if ended > best:
                best, moved = ended, time.monotonic()
            if time.monotonic() - moved > PATIENCE_SECONDS:
                raise PeerError(f"{ended} of {jobs} jobs ended, and no other in {PATIENCE_SECONDS:.0f} s")
            time.sleep(look_every)

    def ended(self, enough: int) -> int:
        """How many jobs have ended; below `enough`, jobs that ended twice count twice."""
        files = [path.read_bytes() for path in self.folder.glob("*.records")]
        rough = sum(map(count_ended, files))
        return rough if rough < enough else len({run.number for run in self.executed() if run.ended_us})

    def _adapter(self, role: str, queues: int, told: Mapping[str, Any]) -> Adapter:
        names = [f"bench{number}" for number in range(queues)]
        options = {"url": self.url, "queues": names, "variant": self.peer.variant, **told}
        return Adapter(self.environment, role, options, self.folder / f"{uuid.uuid4()}.log")


def _rss_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    if status.is_file():
        (kilobytes,) = re.findall(r"^VmRSS:\s*(\d+) kB", status.read_text(), re.MULTILINE)
    else:
        kilobytes = subprocess.check_output(["ps", "-o", "rss=", "-p", str(pid)], text=True)  # noqa: S603, S607 - our child
    return int(kilobytes) * 1024
