"""A Redis shared by the processes of one checkout: found, started, joined, revived, and gone after the last user."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import redis

from engineo.infra import embedded
from engineo.infra.embedded import EmbeddedRedis, find_servers
from engineo.kernel.errors import BootError

USER_PROCESS = """
import sys
from pathlib import Path
from engineo.infra.embedded import EmbeddedRedis
server = EmbeddedRedis(Path(sys.argv[1]))
server.start()
print(server.url, flush=True)
sys.stdin.read()
server.stop()
"""

Starter = Callable[[], EmbeddedRedis]


@pytest.fixture(params=find_servers(), ids=lambda path: path.name)
def server_binary(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every server of this machine in turn."""
    binary: Path = request.param
    monkeypatch.setattr(embedded, "find_servers", lambda: [binary])
    return binary


@pytest.fixture
def new_user(tmp_path: Path, server_binary: Path) -> Iterator[Starter]:
    """Makes another user of the home at `tmp_path`; all have left when the test ends."""
    del server_binary
    users: list[EmbeddedRedis] = []

    def make() -> EmbeddedRedis:
        users.append(EmbeddedRedis(tmp_path / "a home"))
        return users[-1]

    yield make
    for user in users:
        user.stop()


def client_of(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, protocol=2, decode_responses=True)


def server_pid(url: str) -> int:
    with client_of(url) as client:
        return int(client.info("server")["process_id"])


def is_up(url: str) -> bool:
    with client_of(url) as client, suppress(redis.RedisError):
        return bool(client.ping())
    return False


def test_only_this_user_can_reach_it(new_user: Starter, tmp_path: Path) -> None:
    user = new_user()
    user.start()
    with client_of(user.url) as client:
        socket = Path(client.config_get("unixsocket")["unixsocket"])
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}
    assert socket.stat().st_mode & 0o077 == 0
    assert socket.parent.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "a home" / "redis").stat().st_mode & 0o777 == 0o700


def test_the_last_user_takes_it_down_and_its_data_stays(new_user: Starter) -> None:
    first, second = new_user(), new_user()
    first.start()
    second.start()
    assert first.url == second.url
    with client_of(first.url) as client:
        client.set("kept", "yes")
    first.stop()
    assert is_up(second.url)
    second.stop()
    assert not is_up(second.url)
    assert not Path(second.url.removeprefix("unix://")).parent.exists()
    third = new_user()
    third.start()
    with client_of(third.url) as client:
        assert client.get("kept") == "yes"


def test_stop_is_safe_before_start_and_twice(new_user: Starter) -> None:
    user = new_user()
    user.stop()
    user.start()
    user.start()
    user.stop()
    user.stop()
    assert not is_up(user.url)


def test_a_killed_server_comes_back_with_its_data(new_user: Starter) -> None:
    user = new_user()
    user.start()
    with client_of(user.url) as client:
        client.set("kept", "yes")
    os.kill(server_pid(user.url), signal.SIGKILL)
    user.start()
    with client_of(user.url) as client:
        assert client.get("kept") == "yes"


def test_a_server_whose_socket_was_removed_is_replaced(new_user: Starter) -> None:
    first = new_user()
    first.start()
    lost = server_pid(first.url)
    shutil.rmtree(Path(first.url.removeprefix("unix://")).parent)
    second = new_user()
    second.start()
    assert server_pid(second.url) != lost
    with pytest.raises(ProcessLookupError):
        os.kill(lost, 0)


def test_a_user_with_another_temporary_folder_joins_it(
    new_user: Starter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = new_user()
    first.start()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    second = new_user()
    assert second.url == first.url
    second.start()
    assert server_pid(second.url) == server_pid(first.url)


def test_a_copied_home_has_a_server_of_its_own(new_user: Starter, tmp_path: Path) -> None:
    first = new_user()
    first.start()
    shutil.copytree(tmp_path / "a home", tmp_path / "copy")
    copy = EmbeddedRedis(tmp_path / "copy")
    copy.start()
    try:
        assert server_pid(copy.url) != server_pid(first.url)
    finally:
        copy.stop()
    assert is_up(first.url)


def test_a_record_cut_short_does_no_harm(new_user: Starter, tmp_path: Path) -> None:
    first = new_user()
    first.start()
    (tmp_path / "a home" / "redis" / "server.json").write_text('{"pid": 1, "so')
    second = new_user()
    second.start()
    first.stop()
    second.stop()
    assert not is_up(first.url)


def test_many_users_starting_at_once_share_one_server(new_user: Starter) -> None:
    users = [new_user() for _ in range(8)]
    with ThreadPoolExecutor(len(users)) as pool:
        list(pool.map(EmbeddedRedis.start, users))
        assert len({server_pid(user.url) for user in users}) == 1
        list(pool.map(EmbeddedRedis.stop, users))
    assert not is_up(users[0].url)


def test_a_killed_user_does_not_keep_it_up(new_user: Starter, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", USER_PROCESS, str(tmp_path / "a home")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        url = other.stdout.readline().strip()
        user = new_user()
        user.start()
        assert user.url == url
        other.kill()
        other.wait()
    assert is_up(url)
    user.stop()
    assert not is_up(url)


def test_the_server_survives_the_process_that_started_it(new_user: Starter, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", USER_PROCESS, str(tmp_path / "a home")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        url = other.stdout.readline().strip()
        user = new_user()
        user.start()
        pid = server_pid(url)
        other.communicate()
    assert other.returncode == 0
    assert server_pid(url) == pid


def test_a_server_that_cannot_start_says_why(new_user: Starter, tmp_path: Path) -> None:
    broken = tmp_path / "a home" / "redis" / "appendonlydir"
    broken.parent.mkdir(parents=True)
    broken.write_text("not a folder")
    with pytest.raises(BootError, match="did not start"):
        new_user().start()


def test_a_file_that_is_no_server_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "redis-server"
    file.write_bytes(b"\x7fELF nonsense")
    file.chmod(0o700)
    monkeypatch.setattr(embedded, "find_servers", lambda: [file])
    with pytest.raises(BootError, match="cannot be run"):
        EmbeddedRedis(tmp_path / "home").start()


def test_a_server_that_cannot_start_leaves_its_place_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "redis-server"
    wrong.write_text("#!/bin/sh\necho cannot handle this data >&2\nexit 1\n")
    wrong.chmod(0o700)
    right = find_servers()
    monkeypatch.setattr(embedded, "find_servers", lambda: [wrong, *right])
    server = EmbeddedRedis(tmp_path / "home")
    server.start()
    with redis.Redis.from_url(server.url, protocol=2) as client:
        assert client.ping()
    server.stop()
    monkeypatch.setattr(embedded, "find_servers", lambda: [wrong])
    with pytest.raises(BootError, match="cannot handle this data"):
        EmbeddedRedis(tmp_path / "home").start()
