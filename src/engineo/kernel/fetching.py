"""One HTTP request to somebody else's server, safe by default. Redirects are the caller's: every hop is a fetch."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """`max_bytes` bounds the body after decompression; `timeout` bounds the whole exchange, first byte to last."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    max_bytes: int = 5 * 1024 * 1024
    timeout: timedelta = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What came back. `outcome` is one of

    answered, too_large (body over `max_bytes`; what was read is dropped), timeout, refused (an address or scheme
    that may not be fetched), unreachable (DNS, connect, TLS), malformed (not HTTP, broken encoding, headers too
    large). `status`, `headers` and `ttfb_ms` are set once the headers have arrived, whatever became of the
    body. Times are milliseconds from the start of the request, our own waiting for a connection slot excluded.
    """

    url: str
    outcome: str
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()  # names in lower case, in the order received
    body: bytes = b""
    ttfb_ms: float | None = None
    total_ms: float | None = None
    transfer_bytes: int = 0
    error: str | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name (lower case)."""
        return next((value for key, value in self.headers if key == name), None)


class Fetcher(Protocol):
    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Never raises for anything that the other side, the network or the URL did."""


@runtime_checkable
class FetcherFactory(Protocol):
    """Opens a fetcher in the running event loop."""

    def open(self, *, user_agent: str, max_connections: int) -> AbstractAsyncContextManager[Fetcher]: ...
