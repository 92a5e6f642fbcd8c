"""Dramatiq's own tests, out of its source distribution on the package index.

They are under the LGPL and stay outside of this repository: they are downloaded for the run, checked against a pinned
hash, and thrown away after it.
"""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import urllib.request
from importlib.metadata import version
from pathlib import Path

from tests.conftest import ROOT

VERSION = "2.2.1"
SHA256 = "f9fbbd2feea27b3fa4085446242a24d86f78288b20c78a93f9f0bdbd7d908cd5"
FILES = 22
# test_broker.py imports dramatiq's broker for RabbitMQ, and with it this package
PIKA = "pika==1.3.2 --hash=sha256:0779a7c1fafd805672796085560d290213a465e4f6f76a6fb19e378d8041a14f"
_SECONDS = 120


class DownloadError(Exception):
    """Dramatiq's tests cannot be had; the package index must be reachable, as for the installation."""


def unpack_tests(folder: Path) -> None:
    """Put the test files into `folder`, which is made.

    Raises:
        DownloadError: nothing answers, or what came is not what was pinned.
    """
    if version("dramatiq") != VERSION:
        raise DownloadError(f"dramatiq {version('dramatiq')} is installed; pin its tests here and run them again")
    data = _source_distribution()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise DownloadError(f"the source distribution of dramatiq {VERSION} is not the pinned one")
    folder.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            path = Path(member.name)
            if path.match(f"dramatiq-{VERSION}/tests/test_*.py") and (content := archive.extractfile(member)):
                (folder / path.name).write_bytes(content.read())
    if len(list(folder.iterdir())) != FILES:
        raise DownloadError(f"{FILES} test files were expected in it")


def install_pika(folder: Path) -> None:
    """Put the client for RabbitMQ into `folder`, apart from the environment.

    Raises:
        DownloadError: nothing answers, or what came is not what was pinned.
    """
    folder.mkdir(parents=True)
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{PIKA}\n")
    uv = _uv()
    installer = [uv, "pip", "install", "--python", sys.executable] if uv else [*_pip(), "install"]
    _run(*installer, "--no-deps", "--require-hashes", "--target", str(folder), "-r", str(requirements))


def _source_distribution() -> bytes:
    uv = _uv()
    if uv is None:  # pip builds its metadata on the way, for which it needs setuptools from the index
        with tempfile.TemporaryDirectory() as folder:
            _run(*_pip(), "download", "--no-deps", "--no-binary=:all:", "-d", folder, f"dramatiq=={VERSION}")
            return Path(folder, f"dramatiq-{VERSION}.tar.gz").read_bytes()
    lock = _run(uv, "pip", "compile", "-q", "--no-deps", "--format", "pylock.toml", "-", given=f"dramatiq=={VERSION}")
    (package,) = tomllib.loads(lock)["packages"]
    sdist = package["sdist"]
    if "path" in sdist:
        return Path(sdist["path"]).read_bytes()
    try:
        with urllib.request.urlopen(sdist["url"], timeout=_SECONDS) as answer:  # noqa: S310 - the index's own address
            return bytes(answer.read())
    except OSError as error:
        raise DownloadError(f"{sdist['url']}: {error}") from error


def _uv() -> str | None:
    own = ROOT / ".tools" / "bin" / "uv"
    return str(own) if own.exists() else shutil.which("uv")


def _pip() -> list[str]:
    """Of this environment, or of the interpreter that it was made from."""
    for python in (sys.executable, str(Path(sys.base_prefix) / "bin" / "python3")):
        if subprocess.run([python, "-m", "pip", "--version"], check=False, capture_output=True).returncode == 0:
            return [python, "-m", "pip"]
    raise DownloadError("there is neither uv nor pip to download it with")


def _run(*command: str, given: str = "") -> str:
    environment = dict(os.environ)
    if index := environment.get("PIP_INDEX_URL"):
        environment.setdefault("UV_DEFAULT_INDEX", index)
    try:
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, input=given, env=environment, timeout=_SECONDS
        )
    except (subprocess.SubprocessError, OSError) as error:
        said = getattr(error, "stderr", "") or ""
        raise DownloadError(f"{' '.join(command[:4])} failed: {error}\n{said[-2000:]}") from error
    return done.stdout
