"""The Redis of a run: private, on loopback, without persistence, the same process for every peer."""

import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import redis

from engineo.infra.embedded import find_server
from engineo.kernel.errors import BootError
from engineo.ops.platform.processes import free_port

START_SECONDS = 15.0
_LOOK_EVERY_SECONDS = 0.02


class PrivateServer:
    """Counts what its clients ask for; the runner itself adds nothing but INFO and FLUSHALL."""

    def __init__(self, port: int) -> None:
        self.url = f"redis://127.0.0.1:{port}/0"
        self._client = redis.Redis.from_url(self.url, protocol=2, decode_responses=True, socket_timeout=60)

    def empty(self) -> None:
        self._client.flushall()

    def answers(self) -> bool:
        with suppress(redis.RedisError):
            return bool(self._client.ping())
        return False

    def command_stats(self) -> Mapping[str, Mapping[str, Any]]:
        """`INFO commandstats`, by "cmdstat_<command>"."""
        stats: Mapping[str, Mapping[str, Any]] = self._client.info("commandstats")
        return stats

    def memory_bytes(self) -> int:
        return int(self._client.info("memory")["used_memory"])

    def name(self) -> str:
        about = self._client.info("server")
        kind = about.get("server_name", "redis")
        return f"{kind} {about.get('valkey_version', about['redis_version'])}"


@contextmanager
def private_server() -> Iterator[PrivateServer]:
    """Raise `BootError` where there is no server, or where it does not start."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="engineo-bench-") as folder:
        log = Path(folder) / "server.log"
        options = {"port": port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": folder}
        command = [str(find_server()), *(str(part) for key, value in options.items() for part in (f"--{key}", value))]
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - a server that we found, with our options
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            server = PrivateServer(port)
            deadline = time.monotonic() + START_SECONDS
            while not server.answers():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise BootError(f"{command[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
                time.sleep(_LOOK_EVERY_SECONDS)
            yield server
        finally:
            process.terminate()
            process.wait()
