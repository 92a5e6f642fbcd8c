"""A worker's own health port."""

import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import structlog

from engineo.kernel.errors import BootError
from engineo.kernel.process import ProcessInfo
from engineo.ops.health.service import HealthService
from engineo.ops.health.settings import HealthSettings

log = structlog.get_logger(__name__)


class HealthPort:
    """Answers `GET /health` on HEALTH_PORT, in workers only."""

    name = "health-port"

    def __init__(self, service: HealthService, settings: HealthSettings, process: ProcessInfo) -> None:
        self._service = service
        self._address = (settings.health_host, settings.health_port)
        self._wanted = process.role == "worker" and settings.health_port is not None
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        host, port = self._address
        if not self._wanted or port is None or self._server is not None:
            return
        try:
            server = self._server = ThreadingHTTPServer((host, port), _handler(self._service))
        except OSError as error:
            raise BootError(f"HEALTH_PORT {port} cannot be opened: {error.strerror}") from error
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.1,), name=self.name, daemon=True).start()
        log.info("health.port.open", port=server.server_port)

    def stop(self, timeout: float) -> None:
        del timeout
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()


def _handler(service: HealthService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout: ClassVar[int] = 5  # a client that dawdles

        def do_GET(self) -> None:
            found = self.path.partition("?")[0] == "/health"
            status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
            body = json.dumps(service.report() if found else {"title": "Not Found", "status": 404}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Probes are no news."""

    return Handler
