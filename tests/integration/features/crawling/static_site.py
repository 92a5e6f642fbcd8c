"""A well-behaved site on loopback whose pages, answers and pace the test decides."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Answer:
    """With an `ETag` header, a request that names it is answered 304."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: HTML)


Route = Answer | Callable[[int], Answer]  # a function is given how often it was asked, from 1


class StaticSite:
    """`requests` are the paths asked for, in order; what is not in `pages` is 404.

    Paths in `held` are answered only after `release()`.
    """

    def __init__(self, pages: Mapping[str, Route] | None = None) -> None:
        self.pages: dict[str, Any] = dict(pages or {})  # routes
        self.requests: list[str] = []
        self.conditional: list[str] = []  # paths asked for with If-None-Match
        self.held: set[str] = set()
        self._released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.endpoint = f"127.0.0.1:{self._server.server_port}"
        self.origin = f"http://{self.endpoint}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.requests)

    def release(self) -> None:
        self.held = set()
        self._released.set()

    def hold(self, *paths: str) -> None:
        self._released.clear()
        self.held = set(paths)

    def answer(self, path: str) -> Answer:
        route = self.pages.get(path, Answer("<title>Not found</title>", 404))
        answer: Answer = route if isinstance(route, Answer) else route(self.counts[path])
        return answer

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                site.requests.append(self.path)
                if self.path in site.held:
                    site._released.wait(60)
                answer = site.answer(self.path)
                etag = answer.headers.get("ETag")
                asked = self.headers.get("If-None-Match")
                if asked:
                    site.conditional.append(self.path)
                unchanged = etag is not None and asked == etag
                body = answer.body.encode() if isinstance(answer.body, str) else answer.body
                try:
                    self.send_response(304 if unchanged else answer.status)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", "0" if unchanged else str(len(body)))
                    self.end_headers()
                    if not unchanged:
                        self.wfile.write(body)
                except OSError:
                    self.close_connection = True  # the client was killed

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler


def page(title: str, *links: str, text: str = "") -> str:
    anchors = "".join(f'<li><a href="{link}">to {link}</a></li>' for link in links)
    words = text or f"{title} has some words of its own to tell."
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head>"
        f"<body><main><h1>{title}</h1><p>{words}</p><ul>{anchors}</ul></main></body></html>"
    )


def html(title: str, *links: str, **headers: str) -> Answer:
    return Answer(page(title, *links), headers={**HTML, **{name.replace("_", "-"): v for name, v in headers.items()}})


def moved(target: str, status: int = 301) -> Answer:
    return Answer("", status, {"Location": target})
