"""A web server for a folder of HTML: what a plain Apache would answer, on loopback, for the demo and for tests."""

import gzip
import http.client
import logging
import os
import re
import shutil
import socket
import sys
import threading
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from hashlib import blake2b
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from engineo.kernel.errors import InvalidInputError
from engineo.ops.demo.redirects import redirect_for
from engineo.ops.demo.site_files import Moved, SiteFiles, content_type, decoded, is_text

_LOG = logging.getLogger(__name__)
_IN_MEMORY_BYTES = 8 * 1024 * 1024  # larger files are streamed as they are
_WORTH_GZIP_BYTES = 256
_STOP_SECONDS = 5
_IDLE_SECONDS = 60
_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)", re.IGNORECASE)
_NOT_FOUND = (
    b"<!doctype html><html lang=en><title>Page not found</title><h1>Page not found</h1><p>There is no such page."
)


class SiteServer:
    """Serves `folder` until stopped; `port` 0 takes a free one. Files may come and go while it runs.

    Raise `InvalidInputError` where there is no such folder, and `OSError` from `start` where the port is taken.
    """

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        if not folder.is_dir():
            raise InvalidInputError(f"there is no folder {str(folder)!r} to serve")
        self._address = (host, port)
        self._files = SiteFiles(folder)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def origin(self) -> str:
        """`http://127.0.0.1:PORT`, once started."""
        if self._server is None:
            raise RuntimeError("the site server has no address before start()")
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def problems(self) -> tuple[str, ...]:
        """Lines of the folder's `.htaccess` that could not be used, as "line 3: …"."""
        return self._files.problems()

    def start(self) -> Self:
        if self._server is None:
            self._server = _Server(self._address, self._files)
            serve = partial(self._server.serve_forever, poll_interval=0.1)
            self._thread = threading.Thread(target=serve, name="site-server", daemon=True)
            self._thread.start()
        return self

    def stop(self) -> None:
        """Close every connection and free the port. Safe to call twice, or before `start`."""
        server, thread = self._server, self._thread
        self._server = self._thread = None
        if server is not None and thread is not None:
            server.shutdown()
            thread.join()
            server.close_connections()
            server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    """Knows its connections, so that stopping need not wait until an idle one times out."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], files: SiteFiles) -> None:
        self.files = files
        self._connections: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 -- as in the class above
        with self._changed:
            self._connections.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 -- as in the class above
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                self._connections.discard(request)
                self._changed.notify_all()

    def close_connections(self) -> None:
        with self._changed:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # the other side was faster
                    continue
            self._changed.wait_for(lambda: not self._connections, timeout=_STOP_SECONDS)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401, ARG002 -- as in the class above
        """Called while the exception is handled. A client that went away is no fault."""
        if not isinstance(sys.exception(), OSError):
            _LOG.exception("site request failed")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "EngineO-site"
    sys_version = ""
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    server: _Server

    def do_GET(self) -> None:
        target, _, query = self.path.partition("#")[0].partition("?")
        path = decoded(target)
        if path is None:
            self._not_found()
        elif answer := redirect_for(self.server.files.rules(path), path, query):
            status, location = answer
            self._answer(status, b"", {"Location": location} if location else {})
        else:
            match self.server.files.find(path):
                case None:
                    self._not_found()
                case Moved(location):
                    suffix = f"?{query}" if query else ""
                    self._answer(HTTPStatus.MOVED_PERMANENTLY, b"", {"Location": location + suffix})
                case file:
                    self._file(file)

    do_HEAD = do_GET  # noqa: N815 -- the name that http.server calls; `_answer` leaves the body out

    def _file(self, file: Path) -> None:
        try:
            content = file.open("rb")
        except OSError:  # not ours to read, or gone since it was found
            self._not_found()
            return
        with content:
            self._send(content, content_type(file.name))

    def _send(self, content: BinaryIO, kind: str) -> None:
        status = os.fstat(content.fileno())
        in_memory = status.st_size <= _IN_MEMORY_BYTES
        text = is_text(kind) and in_memory
        body = content.read() if in_memory else b""
        packed = text and len(body) >= _WORTH_GZIP_BYTES and self._accepts_gzip()
        # A text is known by what it says: a file that is rewritten may keep its size and be given its old time.
        version = blake2b(body, digest_size=12).hexdigest() if in_memory else f"{status.st_mtime_ns:x}"
        etag = f'"{version}-{status.st_size:x}{"-gz" if packed else ""}"'
        headers = {"ETag": etag, "Last-Modified": formatdate(status.st_mtime, usegmt=True)}
        if text:
            headers["Vary"] = "Accept-Encoding"
        if self._not_modified(etag, int(status.st_mtime)):
            self._answer(HTTPStatus.NOT_MODIFIED, None, headers)
            return
        headers["Content-Type"] = f"{kind}; charset=utf-8" if text and _is_utf8(body) else kind
        if packed:
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, mtime=0)
        if in_memory:
            self._answer(HTTPStatus.OK, body, headers)
            return
        # The file may grow or shrink meanwhile: the next answer must not suffer.
        self._answer(HTTPStatus.OK, None, {**headers, "Content-Length": str(status.st_size), "Connection": "close"})
        if self.command != "HEAD":
            shutil.copyfileobj(content, self.wfile)

    def _not_found(self) -> None:
        page = self.server.files.find("/404.html")
        body = page.read_bytes() if isinstance(page, Path) else _NOT_FOUND
        self._answer(HTTPStatus.NOT_FOUND, body, {"Content-Type": "text/html"})

    def _answer(self, status: int, body: bytes | None, headers: dict[str, str]) -> None:
        """`body` is None where the headers already say how long it is, or that there is none."""
        self.send_response(status, http.client.responses.get(status, "Unknown"))
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body and self.command != "HEAD":
            self.wfile.write(body)

    def _accepts_gzip(self) -> bool:
        return _GZIP.search(self.headers.get("Accept-Encoding", "")) is not None

    def _not_modified(self, etag: str, modified: int) -> bool:
        """`modified` in whole seconds. An entity tag, where the client sends one, decides alone (RFC 9110, 13.2.2)."""
        if tags := self.headers.get("If-None-Match"):
            return tags.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
            return modified <= since.timestamp()
        except (ValueError, OverflowError):
            return False

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 -- as in the class above
        """Say nothing: the terminal belongs to the demo."""


def _is_utf8(body: bytes) -> bool:
    """A page in another charset says so itself; a header would overrule it."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
