"""Scoring a folder: it is served on this machine and scored like any site, by a process that may read this address."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from engineo.features.deo_score.contracts import FolderServer

_ALLOWED = "CRAWL_ALLOW_PRIVATE_HOSTS"  # private addresses are refused but for those named here, at boot


def score_folder(folders: FolderServer, folder: Path, arguments: Sequence[str]) -> int:
    """The exit code of `engineo score ORIGIN ARGUMENTS...` while the folder is served."""
    with folders.serve(folder) as origin:
        others = os.environ.get(_ALLOWED, "")
        endpoint = origin.partition("://")[2]
        environment = {**os.environ, _ALLOWED: f"{others},{endpoint}" if others else endpoint}
        command = [sys.executable, "-m", "engineo.cli", "score", origin, *arguments]
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - our own command
