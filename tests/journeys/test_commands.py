"""The command line in the hands of a person in a hurry, and of one who means ill."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.stack import Site, eventually, slow_site

Command = Callable[..., "subprocess.CompletedProcess[bytes]"]
WALK = """
import typer
from engineo.cli import build_app
def walk(command, path):
    print(path, "|", command.epilog or "")
    for name, child in getattr(command, "commands", {}).items():
        walk(child, f"{path} {name}")
walk(typer.main.get_command(build_app()), "engineo")
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ, "ENGINEO_HOME": str(tmp_path / "home"), "ENGINEO_ENV": "development", "LOG_LEVEL": "error",
        "COLUMNS": "120",
    }  # fmt: skip


@pytest.fixture
def engineo(environment: dict[str, str], tmp_path: Path) -> Command:
    def run(*arguments: str | bytes, **more: str) -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-m", "engineo.cli", *arguments]
        return subprocess.run(
            command, env={**environment, **more}, cwd=tmp_path, capture_output=True, timeout=60, check=False
        )

    return run


def refused(done: "subprocess.CompletedProcess[bytes]") -> str:
    """The one line that an expected error is."""
    said = done.stderr.decode()
    assert done.returncode == 1, said
    assert done.stdout == b""
    assert said.startswith("engineo: ")
    assert len(said.splitlines()) == 1, said
    return said


def left_running(home: Path) -> list[str]:
    """Processes of this installation, which all know its home."""
    mark, found = f"ENGINEO_HOME={home}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            ours = any(each.startswith(mark) for each in (process / "environ").read_bytes().split(b"\0"))
            stopped = (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:  # gone meanwhile, or somebody else's
            continue
        if ours and not stopped:
            found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        ("keys", "create", "--name", b"\xff"),
        ("projects", "create", "https://shop.example", "--name", b"\xff"),
        ("recompute", b"\xff"),
        ("crawl", b"\xff"),
        ("crawl", "https://shop.example\x1b]0;title\x07"),
        ("inspect", "https://sh\x1bop.example/"),
    ],
)
def test_hostile_arguments_are_one_clear_line(engineo: Command, arguments: tuple[str | bytes, ...]) -> None:
    assert "\x1b" not in refused(engineo(*arguments))


def test_a_wrong_choice_is_wrong_usage(engineo: Command) -> None:
    assert engineo("recompute", "no-project", "--crawl", "maybe").returncode == 2
    assert engineo("migrate", "--revision", "").returncode == 2


def test_a_page_is_text_and_never_markup(engineo: Command, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<title>\x1b]0;taken\x07[/b] [red]K\u00e4se</title><h1>[bold]x[/nope]</h1>")
    shown = engineo("inspect", str(page), PYTHONIOENCODING="ascii")
    assert shown.returncode == 0, shown.stderr
    assert b"[/b] [red]K?se" in shown.stdout
    assert b"\x1b" not in shown.stdout


def test_a_name_is_text_and_never_markup(engineo: Command) -> None:
    created = engineo("projects", "create", "https://shop.example", "--name", "[/b] \x1b[31mshop", "--json")
    project: dict[str, Any] = json.loads(created.stdout)
    assert project["name"] == "[/b] \x1b[31mshop"
    listed = engineo("projects", "list")
    assert b"[/b] [31mshop" in listed.stdout
    assert b"\x1b" not in listed.stdout
    assert json.loads(engineo("projects", "list", "--json").stdout) == [project]


def test_json_is_one_document_whatever_the_file_is_called(engineo: Command, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.html"
    with open(name, "wb") as page:  # noqa: PTH123 - pathlib takes no bytes
        page.write("<title>Käse</title>".encode("latin-1"))
    done = engineo("inspect", name, "--json", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["facts"]["title"] == "Käse"


def test_every_command_shows_an_example(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WALK], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    lines = done.stdout.splitlines()
    assert len(lines) >= 15
    assert [line for line in lines if "| Example" not in line] == []


def test_help_names_the_command_as_people_call_it(engineo: Command) -> None:
    assert b"Usage: engineo [OPTIONS] COMMAND" in engineo("--help").stdout


def test_up_says_that_its_port_is_taken_and_spends_no_key(engineo: Command) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"port {port} cannot be used" in refused(engineo("up", "--port", str(port)))
    assert json.loads(engineo("keys", "list", "--json").stdout) == []


@pytest.mark.parametrize("command", [("score", "http://127.0.0.1:1"), ("demo",), ("up",)])
def test_a_home_that_cannot_be_used_is_one_clear_line(
    engineo: Command, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "file").touch()
    assert "Not a directory" in refused(engineo(*command, ENGINEO_HOME=str(tmp_path / "file" / "home")))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, pytest.param(signal.SIGKILL, marks=pytest.mark.all)])
def test_a_score_that_is_broken_off_goes_on_at_the_next_run(
    environment: dict[str, str], tmp_path: Path, number: signal.Signals
) -> None:
    with Site(slow_site(6)) as site:
        environment["CRAWL_ALLOW_PRIVATE_HOSTS"] = site.endpoint
        command = [sys.executable, "-m", "engineo.cli", "score", site.origin, "--json"]
        first = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        eventually(lambda: "/slow/2" in site.requests, what="some pages are crawled")
        site.pace.clear()
        first.send_signal(number)
        out, said = first.communicate(timeout=30)
        assert b"Traceback" not in said
        assert out == b""
        assert first.returncode == (-number if number == signal.SIGKILL else 128 + number)
        if number != signal.SIGKILL:
            assert left_running(tmp_path / "home") == []
        site.pace.set()
        again = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, timeout=90, check=False)
    assert again.returncode == 0, again.stderr
    report = json.loads(again.stdout)
    assert report["crawl"]["status"] == "finished"
    assert report["crawl"]["pages"] == 8
    assert report["score"]["status"] == "scored"
    assert left_running(tmp_path / "home") == []


def test_a_demonstration_that_is_broken_off_leaves_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    with (tmp_path / "demo.log").open("wb") as log:
        demo = subprocess.Popen(
            [sys.executable, "-u", "-m", "engineo.cli", "demo"], env=environment, cwd=tmp_path, stdout=log, stderr=log
        )
    said = (tmp_path / "demo.log").read_text
    eventually(lambda: "Starting the API" in said() or demo.poll() is not None, what="the demonstration runs")
    demo.send_signal(signal.SIGINT)
    assert demo.wait(40) == 130
    assert "Traceback" not in said()
    assert list(home.glob("demo-*")) == []
    assert left_running(home) == []
