"""An environment per peer, made once and kept under `.engineo/bench`."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import engineo
from engineo.infra.embedded import home_folder, make_home
from engineo.kernel.errors import EngineOError
from engineo.ops.bench.peers import Peer

CHECKOUT = Path(__file__).resolve().parents[2]
ADAPTERS = Path(__file__).resolve().parent / "adapters"
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")  # of the caller's environment: the same for every peer
_LAST_CHARACTERS = 600


class PeerError(EngineOError):
    """The peer cannot be measured."""


@dataclass(frozen=True, slots=True)
class Environment:
    """How an adapter is started."""

    command: tuple[str, ...]
    folder: Path
    variables: dict[str, str]


def prepare(peer: Peer) -> Environment:
    """Install what is missing. Raise `PeerError` with what the installer said last."""
    adapter = str(ADAPTERS / peer.adapter)
    variables = {name: os.environ[name] for name in KEPT if name in os.environ}
    if peer.environment is None:
        variables["PYTHONPATH"] = str(Path(engineo.__path__[0]).parent)
        return Environment((sys.executable, adapter), CHECKOUT, variables)
    folder = home_folder() / "bench" / peer.environment
    make_home(folder.parent)
    stamp = folder / "installed.json"
    wanted = json.dumps({"packages": peer.packages, "python": None if peer.on_node else sys.version})
    if not stamp.is_file() or stamp.read_text() != wanted:
        _install(peer, folder)
        stamp.write_text(wanted)
    interpreter = shutil.which("node") or "node" if peer.on_node else str(folder / "bin" / "python")
    return Environment((interpreter, adapter), folder, variables)


def _install(peer: Peer, folder: Path) -> None:
    """The pinned versions; the newest where the index does not have those."""
    problem = ""
    for packages in (peer.packages, peer.any_version):
        for steps in _ways(peer, folder, packages):
            shutil.rmtree(folder, ignore_errors=True)
            problem = _first_failure(steps)
            if not problem:
                return
    raise PeerError(f"cannot be installed: {problem}")


def _ways(peer: Peer, folder: Path, packages: Sequence[str]) -> list[list[list[str]]]:
    """The commands of every installer that there is, the preferred one first."""
    if peer.on_node:
        return [[["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *packages]]]
    python = str(folder / "bin" / "python")
    ways = [[[sys.executable, "-m", "venv", str(folder)], [python, "-m", "pip", "install", "-q", *packages]]]
    uv = CHECKOUT / ".tools" / "bin" / "uv"
    if uv.is_file():
        create = [str(uv), "venv", "-q", "--python", sys.executable, str(folder)]
        ways.insert(0, [create, [str(uv), "pip", "install", "-q", "--python", python, *packages]])
    return ways


def _first_failure(steps: Sequence[Sequence[str]]) -> str:
    """The end of what the first failing step said; empty where all succeed."""
    variables = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    index = os.environ.get("PIP_INDEX_URL")
    if index:
        variables.setdefault("UV_DEFAULT_INDEX", index)
    for step in steps:
        try:
            done = subprocess.run(  # noqa: S603 - an installer, with the packages of the list
                step, env=variables, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
            )
        except OSError as error:
            return f"{step[0]}: {error.strerror}"
        if done.returncode:
            return (done.stderr or done.stdout).strip()[-_LAST_CHARACTERS:] or f"{step[0]} failed"
    return ""
