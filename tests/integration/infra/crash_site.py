"""Where workers crash: processes that can be killed or frozen, survivors, and what was run."""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack
from typing import Any

from tests.conftest import ROOT
from tests.integration.infra.crash_worker import QUEUE, CrashWorker

from engineo.infra.broker.store import State, Stored

LEASE = 1500
GRACE = 2.0  # seconds after a lease's end within which its job runs again


class CrashSite:
    """One queue on a real server."""

    def __init__(self, redis_url: str, prefix: str, closing: ExitStack) -> None:
        self.redis_url = redis_url
        self.prefix = prefix
        self._closing = closing
        self._runs_here: list[str] = []
        self._looking = CrashWorker(redis_url, prefix, lease=LEASE, name="nobody", hangs=False)
        closing.callback(self._looking.closing.close)
        self.queue = self._looking.queue

    def victim(self, name: str = "victim") -> "subprocess.Popen[str]":
        """A process that hangs where its job says. It works once it has taken a job."""
        config = {"redis_url": self.redis_url, "prefix": self.prefix, "lease": LEASE, "name": name, "hangs": True}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.infra.crash_worker", json.dumps(config)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._closing.callback(self._end, process)
        return process

    def survivor(self, name: str = "survivor", redis_url: str | None = None) -> CrashWorker:
        """A worker in this process, connected."""
        worker = CrashWorker(
            redis_url or self.redis_url, self.prefix, lease=LEASE, name=name, hangs=False,
            note=self._runs_here.append,
        )  # fmt: skip
        self._closing.callback(worker.close)
        return worker.start()

    @staticmethod
    def wait_reached(process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        assert process.stdout.readline() == "reached\n"

    def runs(self) -> list[str]:
        """`<id> <name of the worker>`: those of processes, then those of survivors, in the order they began."""
        return [entry.decode() for entry in self._looking.client.lrange(self._looking.runs, 0, -1)] + self._runs_here

    def runs_by_job(self) -> Counter[str]:
        return Counter(entry.split()[0] for entry in self.runs())

    def release(self) -> None:
        """A job that hangs "released" goes on."""
        self._looking.client.rpush(self._looking.release, "1")

    def find(self, job_id: str) -> Stored:
        (stored,) = self.queue.store.find([job_id])
        assert stored is not None
        return stored

    def result(self, job_id: str) -> Any:
        return json.loads(self.find(job_id).info or b"{}").get("result")

    def counts(self) -> dict[State, int]:
        """States that some job is in."""
        return {state: number for state, number in self.queue.store.counts(QUEUE).items() if number}

    def events(self, name: str) -> Counter[str]:
        """How often each job is told of under a name."""
        return Counter(event.job_id for event in self.queue.store.events("", 100_000, None) if event.name == name)

    @staticmethod
    def _end(process: "subprocess.Popen[str]") -> None:
        process.kill()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


def seconds_until(condition: Any, within: float) -> float:
    """How long it took until the condition held; fails when it did not in time."""
    started, pause = time.monotonic(), threading.Event()
    while not condition():
        assert time.monotonic() - started < within, f"not within {within} s"
        pause.wait(0.005)
    return time.monotonic() - started
