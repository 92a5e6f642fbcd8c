"""From a URL to what is connected to: checked once, before any name is resolved."""

from dataclasses import dataclass

import httpx2

DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_PORT = 65535

# Services that speak another protocol: a request to them is an attack on a third party more often than a web site.
_MAIL_AND_SHELL = {*range(20, 26), 110, 143, 465, 512, 513, 514, 587, 993, 995, 3389, 5900, 6000, 6667}
_INFRASTRUCTURE = {53, 69, 111, 119, 123, 135, 137, 138, 139, 161, 389, 445, 548, 636, 873, 2049, 5060, 5061}
_DATA_STORES = {1433, 1521, 2375, 2376, 2379, 3306, 5432, 5672, 6379, 9042, 11211, 27017}
REFUSED_PORTS = frozenset(_MAIL_AND_SHELL | _INFRASTRUCTURE | _DATA_STORES)


class RefusedError(Exception):
    """This URL or address may not be fetched; the message says why, and repeats nothing secret."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. `host` is ASCII, lower case, IPv6 without brackets; `path` starts with "/"."""

    scheme: str
    host: str
    port: int
    path: bytes

    @property
    def host_header(self) -> str:
        return bracketed(self.host) if self.port == DEFAULT_PORTS[self.scheme] else endpoint(self.host, self.port)


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def endpoint(host: str, port: int) -> str:
    """`host:port` as `CRAWL_ALLOW_PRIVATE_HOSTS` spells it."""
    return f"{bracketed(host)}:{port}"


def parse_target(url: str, allowed: frozenset[str]) -> Target:
    """Raise `RefusedError` for a URL that is none, is not http(s), holds credentials, or names a refused port.

    `allowed` are endpoints that may use any port.
    """
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError):  # ValueError: what the URL parser's own dependencies raise
        raise RefusedError("this is not a valid URL") from None
    if parsed.scheme not in DEFAULT_PORTS:
        raise RefusedError("only http and https URLs are fetched")
    if parsed.userinfo:
        raise RefusedError("URLs with a user name or password are not fetched")
    host = parsed.raw_host.decode("ascii")
    if not host or "%" in host:  # a scope id, or characters that no host name has
        raise RefusedError("the URL has no valid host name")
    port = DEFAULT_PORTS[parsed.scheme] if parsed.port is None else parsed.port
    if not 0 < port <= MAX_PORT or (port in REFUSED_PORTS and endpoint(host, port) not in allowed):
        raise RefusedError(f"port {port} is not fetched")
    return Target(parsed.scheme, host, port, parsed.raw_path)
