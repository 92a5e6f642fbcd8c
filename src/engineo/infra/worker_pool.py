"""Several worker processes on one machine: spawned, watched, restarted with a growing pause when they crash."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import structlog

from engineo.infra.broker import JobQueue
from engineo.kernel.errors import UnavailableError
from engineo.kernel.ids import new_id
from engineo.kernel.process import ProcessInfo

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=30)
HEALTHY_AFTER = timedelta(seconds=60)


class WorkerPool:
    """`python -m engineo.worker_main --processes N`: N children, each a worker of its own."""

    name = "worker-pool"

    def __init__(self, process: ProcessInfo, jobs: JobQueue) -> None:
        self._process = process
        self._jobs = jobs
        self._id = new_id()[16:].lower()
        self._stopping = threading.Event()
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._watchers: list[threading.Thread] = []

    def start(self) -> None:
        if self._watchers:
            return
        for number in range(self._process.processes):
            watcher = threading.Thread(target=self._keep_running, args=(number,), name=f"{self.name}-{number}")
            watcher.daemon = True
            self._watchers.append(watcher)
            watcher.start()

    def stop(self, timeout: float) -> None:
        self._stopping.set()
        deadline = time.monotonic() + timeout
        for child in list(self._children.values()):
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for watcher in self._watchers:
            watcher.join(max(0.0, deadline - time.monotonic()))
        for child in list(self._children.values()):
            if child.poll() is None:
                child.kill()
        self._watchers.clear()

    def pids(self) -> list[int]:
        """The children alive now."""
        return [child.pid for child in list(self._children.values()) if child.poll() is None]

    def _keep_running(self, number: int) -> None:
        pause = FIRST_PAUSE
        for generation in itertools.count():
            name = f"{self._id}-{number}-{generation}"
            started = time.monotonic()
            child = self._children[number] = subprocess.Popen(  # noqa: S603 - our own interpreter
                self._command(number, name), env=self._environment()
            )
            code = child.wait()
            self._hand_back(name)
            if self._stopping.is_set():
                return
            pause = FIRST_PAUSE if time.monotonic() - started > HEALTHY_AFTER.total_seconds() else pause
            log.error("worker.child.ended", number=number, exit_code=code, restart_in_seconds=pause.total_seconds())
            if self._stopping.wait(pause.total_seconds()):
                return
            pause = min(pause * 2, LONGEST_PAUSE)

    def _hand_back(self, name: str) -> None:
        """What a dead child ran goes to others at once, instead of when its leases end."""
        try:
            if given_back := self._jobs.recover_from(name):
                log.warning("worker.child.jobs_recovered", jobs=given_back)
        except UnavailableError as error:
            log.warning("worker.child.jobs_not_recovered", reason=error.message, meaning="their leases will end")

    def _command(self, number: int, name: str) -> list[str]:
        command = [sys.executable, "-m", "engineo.worker_main", "--parent", str(os.getpid())]
        command += ["--name", name, "--share", f"{number}/{self._process.processes}"]
        if self._process.queues:
            command += ["--queues", ",".join(self._process.queues)]
        if self._process.threads:
            command += ["--threads", str(self._process.threads)]
        return command

    def _environment(self) -> dict[str, str]:
        """The parent answers the health port for all of them."""
        return {name: value for name, value in os.environ.items() if name.upper() != "HEALTH_PORT"}
