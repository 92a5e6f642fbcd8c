"""The product as real processes: API, workers, a site to crawl. Used by every journey."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx2
from tests.services import free_port

from engineo.infra.broker import JobQueue
from engineo.infra.redis import RedisSettings

T = TypeVar("T")
PATIENCE_SECONDS = 60.0


def eventually(look: Callable[[], T], *, what: str, within: float = PATIENCE_SECONDS) -> T:
    """The first truthy answer of `look`; fails after `within` seconds."""
    deadline = time.monotonic() + within
    pause = threading.Event()
    while True:
        answer = look()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what}: not within {within:.0f} s (last answer: {answer!r})"
        pause.wait(0.05)


class Site:
    """A small site on loopback that counts its requests and can be told to answer slowly."""

    def __init__(self, pages: Mapping[str, str]) -> None:
        self.pages = dict(pages)
        self.requests: list[str] = []
        self.pace = threading.Event()  # while clear, pages below /slow wait
        self.pace.set()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.requests.append(self.path)
                if self.path.startswith("/slow"):
                    site.pace.wait(30)
                body = site.pages.get(self.path)
                content = (body if body is not None else "<title>Not found</title>nothing here").encode()
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.endpoint = f"127.0.0.1:{self._server.server_port}"
        self.origin = f"http://{self.endpoint}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.pace.set()
        self._server.shutdown()
        self._server.server_close()


def page(title: str, *links: str, words: int = 80) -> str:
    text = " ".join(f"{title} word{n}" for n in range(words))
    anchors = "".join(f'<li><a href="{link}">{link.strip("/") or "home"} page</a></li>' for link in links)
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>'
        f'<meta name="description" content="About {title}"></head>'
        f"<body><main><h1>{title}</h1><p>{text}</p><ul>{anchors}</ul></main></body></html>"
    )


SMALL_SITE = {
    "/": page("Home of lamps", "/about", "/contact"),
    "/about": page("About our lamps", "/"),
    "/contact": page("Contact us", "/"),
}


def slow_site(pages: int) -> dict[str, str]:
    """A chain of pages, so that it cannot be crawled in one go."""
    chain = {f"/slow/{n}": page(f"Lamp number {n}", f"/slow/{n + 1}") for n in range(pages)}
    return {"/": page("Home", "/slow/0"), **chain, f"/slow/{pages}": page("The end", "/")}


class Stack:
    """One installation. Processes are started one by one, by the test."""

    def __init__(self, *, database_url: str, redis_url: str, prefix: str, site: Site, logs: Path) -> None:
        self.site = site
        self.logs = logs
        self.port = free_port()
        self.environment = {
            **os.environ,
            "ENGINEO_ENV": "test",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "REDIS_PREFIX": prefix,
            "CRAWL_ALLOW_PRIVATE_HOSTS": site.endpoint,
            "QUEUE_LEASE_SECONDS": "2",
            "SHUTDOWN_TIMEOUT": "10",
            "LOG_FORMAT": "json",
        }
        self._children: list[subprocess.Popen[bytes]] = []
        self.key = ""

    def cli(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "engineo.cli", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_api(self, **environment: str) -> subprocess.Popen[bytes]:
        self.key = self.key or self.cli("keys", "create").strip()
        command = ["-m", "uvicorn", "--factory", "engineo.api_main:create_app", "--host", "127.0.0.1"]
        environment = {"ENABLE_QUEUE_PROCESSORS": "false", **environment}
        api = self._start("api", [*command, "--port", str(self.port), "--log-level", "warning"], environment)
        self.wait_for_health(self.port, api)
        return api

    def start_worker(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        health = free_port()
        values = {"HEALTH_PORT": str(health), "HEALTH_HOST": "127.0.0.1", **environment}
        worker = self._start("worker", ["-m", "engineo.worker_main", *arguments], values)
        self.wait_for_health(health, worker)
        return worker

    def wait_for_health(self, port: int, process: subprocess.Popen[bytes]) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            assert process.poll() is None, f"ended with {process.returncode}: {self.log()[-3000:]}"
            try:
                answer: dict[str, Any] = httpx2.get(f"http://127.0.0.1:{port}/health", trust_env=False).json()
            except httpx2.TransportError:
                return None
            return answer

        return eventually(look, what="health") or {}

    @property
    def api(self) -> httpx2.Client:
        return httpx2.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"Authorization": f"Bearer {self.key}"},
            trust_env=False,
            timeout=30,
        )

    def call(self, method: str, path: str, body: object = None, *, expect: int = 200) -> dict[str, Any]:
        with self.api as api:
            response = api.request(method, path, json=body)
        assert response.status_code == expect, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def create_project(self) -> str:
        project_id: str = self.call("POST", "/projects", {"origin": self.site.origin}, expect=201)["id"]
        return project_id

    def recompute(self, project_id: str, **body: str) -> dict[str, Any]:
        return self.call("POST", f"/projects/{project_id}/deo-score/recompute", body, expect=202)

    def scored(self, project_id: str, *, within: float = PATIENCE_SECONDS) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            score = self.call("GET", f"/projects/{project_id}/deo-score")
            assert score["recompute"]["status"] != "failed", score
            return score if score["recompute"]["status"] == "completed" else None

        score = eventually(look, what="score", within=within)
        assert score is not None
        return score

    @contextmanager
    def queue(self) -> Iterator[JobQueue]:
        """The installation's queue, for looking at it."""
        jobs = JobQueue.on_redis(
            self.environment["REDIS_URL"], RedisSettings(redis_prefix=self.environment["REDIS_PREFIX"])
        )  # fmt: skip
        with closing(jobs):
            yield jobs

    def snapshots(self, project_id: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.call("GET", f"/projects/{project_id}/deo-score/history")["items"]
        return items

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.logs.glob("*.log")))

    def _start(self, name: str, command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with (self.logs / f"{len(self._children)}-{name}.log").open("wb") as out:
            child = subprocess.Popen(
                [sys.executable, *command], env={**self.environment, **environment}, stdout=out, stderr=out
            )
        self._children.append(child)
        return child

    def stop(self) -> None:
        for child in self._children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in self._children:
            try:
                child.wait(30)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextmanager
def running(pages: Mapping[str, str], *, database_url: str, redis_url: str, prefix: str, logs: Path) -> Iterator[Stack]:
    with ExitStack() as leaving:
        site = leaving.enter_context(Site(pages))
        stack = Stack(database_url=database_url, redis_url=redis_url, prefix=prefix, site=site, logs=logs)
        leaving.callback(stack.stop)
        yield stack
