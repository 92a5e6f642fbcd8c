"""One request, one answer: limits on time and size, addresses checked, every failure a named outcome."""

import asyncio
import re
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

import httpcore2

from engineo.infra.http.backend import CheckedBackend, Resolver, resolve_host
from engineo.infra.http.decoding import BodyReader, MalformedError, TooLargeError
from engineo.infra.http.settings import FetchSettings
from engineo.infra.http.targets import RefusedError, Target, parse_target
from engineo.kernel.fetching import Fetcher, FetchRequest, FetchResult

KEEPALIVE_SECONDS = 4.0  # many servers close an idle connection after 5 s
MAX_ERROR_LENGTH = 200
BODYLESS_STATUSES = frozenset({204, 304})

# The first match counts: TimeoutError is an OSError.
_OUTCOMES: tuple[tuple[type[Exception], str], ...] = (
    (RefusedError, "refused"),
    (TooLargeError, "too_large"),
    (MalformedError, "malformed"),
    (httpcore2.ProtocolError, "malformed"),
    (TimeoutError, "timeout"),
    (httpcore2.TimeoutException, "timeout"),
    (httpcore2.NetworkError, "unreachable"),
    (OSError, "unreachable"),
)
_FAILURES = tuple(kind for kind, _ in _OUTCOMES)


class HttpFetcherFactory:
    """Opens fetchers that connect to public addresses only, and to those that `settings` allow.

    `resolve`, `network` and `ssl_context` stand in for the system's resolver, sockets and trusted certificates.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        resolve: Resolver = resolve_host,
        network: httpcore2.AsyncNetworkBackend | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = frozenset(settings.crawl_allow_private_hosts)
        self._resolve = resolve
        self._network = network
        self._ssl_context = ssl_context

    @asynccontextmanager
    async def open(self, *, user_agent: str, max_connections: int) -> AsyncIterator[Fetcher]:
        """A fetcher for the running event loop; leaving the block closes its connections."""
        # The pool itself follows no redirects, keeps no cookies, reads no proxy variables and decodes nothing.
        pool = httpcore2.AsyncConnectionPool(
            ssl_context=self._ssl_context or httpcore2.default_ssl_context(),
            max_connections=max_connections,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=CheckedBackend(self._allowed, self._resolve, self._network or httpcore2.AnyIOBackend()),
        )
        async with pool:
            yield HttpFetcher(pool, self._allowed, user_agent, max_connections)


class HttpFetcher:
    """Fetches with GET. Header values are latin-1, as HTTP has them: a UTF-8 Location is the caller's to re-read.

    Whatever the outcome, `status`, `headers` and `ttfb_ms` are set once the headers have arrived, and `transfer_bytes`
    says how much of the body did.
    """

    def __init__(
        self, pool: httpcore2.AsyncConnectionPool, allowed: frozenset[str], user_agent: str, max_connections: int
    ) -> None:
        self._pool = pool
        self._allowed = allowed
        self._user_agent = user_agent
        # Waiting happens here, before the clock starts, and never in the pool.
        self._slots = asyncio.Semaphore(max_connections)

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Never raises for anything that the other side, the network or the URL did."""
        try:
            target = parse_target(request.url, self._allowed)
        except RefusedError as error:
            return FetchResult(request.url, "refused", error=str(error))
        async with self._slots:
            exchange = _Exchange()
            try:
                async with asyncio.timeout(request.timeout.total_seconds()):
                    body = await self._exchange(request, target, exchange)
            except _FAILURES as error:
                return exchange.result(request, error=error)
        return exchange.result(request, body=body)

    async def _exchange(self, request: FetchRequest, target: Target, exchange: "_Exchange") -> bytes:
        while True:  # ends: every round uses up an idle connection, and the timeout is around it
            exchange.start()
            try:
                return await self._get(request, target, exchange)
            except (httpcore2.NetworkError, httpcore2.RemoteProtocolError):
                # A server may close an idle connection just as we use it; that says nothing about this URL.
                if exchange.connected or exchange.status is not None:
                    raise

    async def _get(self, request: FetchRequest, target: Target, exchange: "_Exchange") -> bytes:
        async with self._pool.stream(
            "GET",
            httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path),
            headers=self._headers(request.headers, target),
            extensions={"trace": exchange.trace},
        ) as response:
            exchange.answered(response)
            exchange.reader = reader = BodyReader(exchange.header("content-encoding"), request.max_bytes)
            _refuse_announced_size(exchange, request.max_bytes)
            async with aclosing(response.aiter_stream()) as chunks:
                async for chunk in chunks:
                    reader.feed(chunk)
            exchange.ended()
            return reader.finish()

    def _headers(self, asked: Mapping[str, str], target: Target) -> list[tuple[bytes, bytes]]:
        headers = {
            "accept": "*/*",
            **{name.lower(): value for name, value in asked.items()},
            "host": target.host_header,
            "user-agent": self._user_agent,
            "accept-encoding": "gzip, deflate",
        }
        return [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]


class _Exchange:
    """What is known so far, so that a failure in the middle loses none of it."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: tuple[tuple[str, str], ...] = ()
        self.reader: BodyReader | None = None
        self.connected = False  # this attempt opened a connection of its own
        self._ttfb_ms: float | None = None
        self._total_ms: float | None = None
        self.start()

    def start(self) -> None:
        self.connected = False
        self._started = time.perf_counter()

    async def trace(self, event: str, _info: Mapping[str, Any]) -> None:
        self.connected = self.connected or event == "connection.connect_tcp.started"

    def answered(self, response: httpcore2.Response) -> None:
        self._ttfb_ms = self._elapsed_ms()
        self.status = response.status
        self.headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers
        )

    def ended(self) -> None:
        self._total_ms = self._elapsed_ms()

    def header(self, name: str) -> str:
        """All values of a header as one list."""
        return ", ".join(value for key, value in self.headers if key == name)

    def result(self, request: FetchRequest, *, body: bytes = b"", error: Exception | None = None) -> FetchResult:
        return FetchResult(
            url=request.url,
            outcome="answered" if error is None else next(name for kind, name in _OUTCOMES if isinstance(error, kind)),
            status=self.status,
            headers=self.headers,
            body=body,
            ttfb_ms=self._ttfb_ms,
            total_ms=self._total_ms,
            transfer_bytes=0 if self.reader is None else self.reader.transfer_bytes,
            error=None if error is None else _message(error, request),
        )

    def _elapsed_ms(self) -> float:
        return (time.perf_counter() - self._started) * 1000


def _refuse_announced_size(exchange: _Exchange, max_bytes: int) -> None:
    """A body that says it is too large is not even begun."""
    announced = exchange.header("content-length")
    chunked = exchange.header("transfer-encoding")
    if exchange.status in BODYLESS_STATUSES or chunked or not (announced.isascii() and announced.isdigit()):
        return
    if int(announced) > max_bytes:
        raise TooLargeError(f"the body is {announced} bytes, more than {max_bytes}")


def _message(error: Exception, request: FetchRequest) -> str:
    if isinstance(error, TimeoutError | httpcore2.TimeoutException):
        return f"no complete answer within {request.timeout.total_seconds():g} s"
    # Without OpenSSL's own file and line; the rest may quote the server, so it is cut and made printable.
    text = re.sub(r"\[SSL[^\]]*\] | \(_ssl\.c:\d+\)", "", str(error)) or "the connection was lost"
    text = text.replace("Receive buffer too long", "the headers, or those of a chunk, are too large")
    return "".join(char if char.isprintable() else " " for char in text[:MAX_ERROR_LENGTH])
