"""API and worker as real processes of this machine."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import httpx2

from engineo.kernel.errors import BootError

BOOT_TIMEOUT = timedelta(seconds=60)
STOP_TIMEOUT = timedelta(seconds=30)
_LOOK_EVERY_SECONDS = 0.05
_LAST_LINES = 12


def refuse_taken(port: int) -> None:
    """Raise `BootError` where the API could not listen; whoever listens there would be taken for it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise BootError(f"port {port} cannot be used: {error.strerror}; choose another with --port") from None


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C counts after the block: a child that is being started would be known to nobody."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        signal.raise_signal(signal.SIGINT)


class LocalProcesses:
    """Starts the API and a worker, waits until both are well, and stops them in reverse.

    Their output goes to `logs`, a folder; without one, to this process's own.
    """

    def __init__(self, port: int, *, logs: Path | None = None, environment: Mapping[str, str] | None = None) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self._logs = logs
        self._environment = {**os.environ, **(environment or {})}
        self._children: list[tuple[str, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> Self:
        refuse_taken(self.port)
        try:
            serve = ("uvicorn", "--factory", "engineo.api_main:create_app", "--host", "127.0.0.1")
            quietly = ("--log-level", "warning", "--timeout-graceful-shutdown", "10")
            flags = ("ENABLE_QUEUE_PROCESSORS", "ENABLE_CRON", "ENABLE_QUEUE_SCHEDULERS")
            work_elsewhere = dict.fromkeys(flags, "false")
            self._start("api", "-m", *serve, "--port", str(self.port), *quietly, **work_elsewhere)
            health = free_port()
            self._start(
                "worker",
                "-m",
                "engineo.worker_main",
                "--parent",
                str(os.getpid()),
                HEALTH_PORT=str(health),
                HEALTH_HOST="127.0.0.1",
            )
            self._wait_for(f"{self.address}/health", "api")
            self._wait_for(f"http://127.0.0.1:{health}/health", "worker")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def check(self) -> None:
        """Raise `BootError`, with the last lines of its log, when one of the processes has ended."""
        for name, child in self._children:
            if child.poll() is not None:
                raise BootError(f"the {name} ended with exit code {child.returncode}{self._tail(name)}")

    def stop(self) -> None:
        """SIGTERM, then wait; a child that does not listen is killed."""
        for _, child in reversed(self._children):
            with suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
        for _, child in reversed(self._children):
            try:
                child.wait(STOP_TIMEOUT.total_seconds())
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._children.clear()

    def _start(self, name: str, *arguments: str, **environment: str) -> None:
        out: IO[bytes] | None = None
        if self._logs is not None:
            self._logs.mkdir(parents=True, exist_ok=True)
            out = (self._logs / f"{name}.log").open("wb")
        try:
            with _undisturbed():
                # a session of their own: Ctrl-C reaches this process only, which then stops them in order
                child = subprocess.Popen(  # noqa: S603 - our own interpreter
                    [sys.executable, *arguments],
                    env={**self._environment, **environment},
                    stdout=out,
                    stderr=subprocess.STDOUT if out else None,
                    start_new_session=True,
                )
                self._children.append((name, child))
        finally:
            if out is not None:
                out.close()

    def _wait_for(self, url: str, name: str) -> None:
        deadline = time.monotonic() + BOOT_TIMEOUT.total_seconds()
        with httpx2.Client(trust_env=False, timeout=5.0) as client:
            while time.monotonic() < deadline:
                self.check()
                try:
                    if client.get(url).status_code == httpx2.codes.OK:
                        return
                except httpx2.TransportError:
                    pass
                time.sleep(_LOOK_EVERY_SECONDS)
        raise BootError(f"the {name} did not answer within {BOOT_TIMEOUT.total_seconds():.0f} s{self._tail(name)}")

    def _tail(self, name: str) -> str:
        if self._logs is None:
            return ""
        lines = (self._logs / f"{name}.log").read_text(errors="replace").splitlines()[-_LAST_LINES:]
        return ":\n" + "\n".join(lines) if lines else ""
