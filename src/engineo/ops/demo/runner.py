"""The demonstration: the main job with the real API and a real worker, on a site served from this machine."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2

from engineo.infra.embedded import EmbeddedRedis, home_folder, make_home
from engineo.kernel.errors import BootError, EngineOError
from engineo.ops.demo.shop import write_shop
from engineo.ops.demo.site_server import SiteServer
from engineo.ops.platform.processes import LocalProcesses, free_port

LONGEST_RUN = timedelta(minutes=45)
LOOK_EVERY_SECONDS = 0.2
# What the caller's shell or .env may say of another installation must not reach the demonstration.
FOREIGN = ("REDIS_HOST", "NODE_ENV", "DATABASE_URL_UNPOOLED", "HEALTH_PORT")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Watcher:
    """What the terminal shows meanwhile; each does nothing under --json."""

    step: Callable[[str], None]
    crawling: Progress


class Demo:
    """Serves a folder (or the bundled shop), crawls and scores it, and takes everything down again."""

    def __init__(self, folder: Path | None, name: str) -> None:
        self._folder = folder
        self._name = name

    def run(self, watch: Watcher) -> dict[str, Any]:
        """The report of the score. Raise `EngineOError` when a step fails; nothing is left running either way."""
        with _scratch() as home, self._site(home) as site, _redis(home) as redis_url:
            environment = _environment(home, redis_url, site)
            watch.step("Setting up a database and an API key")
            key = _create_key(environment)
            watch.step("Starting the API and a worker")
            with (
                LocalProcesses(free_port(), logs=home / "logs", environment=environment) as processes,
                httpx2.Client(
                    base_url=processes.address,
                    headers={"Authorization": f"Bearer {key}"},
                    trust_env=False,
                    timeout=30.0,
                ) as api,
            ):
                return _Journey(api, processes, watch).run(site, self._name)

    @contextmanager
    def _site(self, home: Path) -> Iterator[str]:
        folder = self._folder or home / "shop"
        folder.mkdir(exist_ok=True)
        with SiteServer(folder) as server:
            if self._folder is None:
                write_shop(folder, server.origin)
            yield server.origin


class _Journey:
    """The steps a customer's script would take."""

    def __init__(self, api: httpx2.Client, processes: LocalProcesses, watch: Watcher) -> None:
        self._api = api
        self._processes = processes
        self._watch = watch
        self._deadline = time.monotonic() + LONGEST_RUN.total_seconds()

    def run(self, origin: str, name: str) -> dict[str, Any]:
        project = self._call("POST", "/projects", {"origin": origin, "name": name})
        path = f"/projects/{project['id']}"
        self._watch.step(f"Crawling {origin}")
        crawl_id = self._call("POST", f"{path}/crawl")["crawlId"]
        crawl = self._until(f"{path}/crawls/{crawl_id}", self._crawl_ended)
        self._watch.step("Computing the score")
        accepted = self._call("POST", f"{path}/deo-score/recompute", {"reason": "manual"})
        score = self._until(f"{path}/deo-score", lambda s: s["recompute"]["status"] in {"completed", "failed"})
        if score["recompute"]["status"] == "failed":
            raise EngineOError(f"the recompute failed: {score['recompute']['error']}")
        return _report(project, crawl, score, self._call("GET", f"{path}/deo-signals"), accepted["jobId"])

    def _crawl_ended(self, crawl: Mapping[str, Any]) -> bool:
        self._watch.crawling(crawl["pagesFetched"], crawl["pagesKnown"])
        return crawl["status"] not in {"queued", "running"}

    def _until(self, path: str, done: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while time.monotonic() < self._deadline:
            answer = self._call("GET", path)
            if done(answer):
                return answer
            self._processes.check()
            time.sleep(LOOK_EVERY_SECONDS)
        raise EngineOError(f"{path} did not end within {LONGEST_RUN}")

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        response = self._api.request(method, path, json=body)
        if response.is_error:
            raise EngineOError(f"{method} {path} answered {response.status_code}: {response.text[:500]}")
        answer: dict[str, Any] = response.json()
        return answer


def _report(
    project: Mapping[str, Any],
    crawl: Mapping[str, Any],
    score: Mapping[str, Any],
    signals: Mapping[str, Any],
    job_id: str,
) -> dict[str, Any]:
    return {
        "project": {key: project[key] for key in ("id", "name", "origin")},
        "crawl": {"status": crawl["status"], "pages": crawl["pagesFetched"], "seconds": crawl["seconds"]},
        "score": {
            **{key: score[key] for key in ("status", "reason", "overall", "components")},
            "signals": {
                name: {key: signal[key] for key in ("value", "reason", "n")}
                for name, signal in signals["signals"].items()
            },
            "version": score["version"],
        },
        "fixes": signals["fixes"],
        "jobId": job_id,
    }


@contextmanager
def _scratch() -> Iterator[Path]:
    """A home of its own inside the checkout's, gone afterwards: a demonstration leaves your data alone."""
    make_home(home_folder())
    home = Path(tempfile.mkdtemp(prefix="demo-", dir=home_folder()))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _redis(home: Path) -> Iterator[str]:
    redis = EmbeddedRedis(home)
    redis.start()
    try:
        yield redis.url
    finally:
        redis.stop()


def _environment(home: Path, redis_url: str, site: str) -> dict[str, str]:
    """Said explicitly, so that neither the shell nor `.env` can point the demonstration elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in FOREIGN}
    return {
        **kept,
        "ENGINEO_ENV": "development",
        "ENGINEO_HOME": str(home),
        "REDIS_URL": redis_url,
        "REDIS_PREFIX": "engineo_demo",
        "DATABASE_URL": f"sqlite:///{home / 'engineo.db'}",
        "CRAWL_ALLOW_PRIVATE_HOSTS": site.removeprefix("http://"),
        "ENABLE_QUEUE_PROCESSORS": "true",
    }


def _create_key(environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "engineo.cli", "keys", "create", "--name", "demo", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BootError(f"no API key could be made: {done.stderr.strip()[-2000:]}")
    key: str = json.loads(done.stdout)["key"]
    return key
