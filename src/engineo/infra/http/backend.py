"""Connections to checked addresses only: a name is resolved, checked and connected to in one step.

The HTTP library asks for a host name and gets a stream; no second look-up happens in between, so an answer that changes
(DNS rebinding) is checked like the first. TLS goes on to verify the host name, not the address.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NoReturn

import httpcore2

from engineo.infra.http.addresses import why_refused
from engineo.infra.http.targets import RefusedError, endpoint

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

MAX_ADDRESSES_TRIED = 4
SECONDS_PER_ADDRESS = 3.0  # while another one is left to try


async def resolve_host(host: str, port: int) -> Sequence[str]:
    """The system's addresses of a name, in its order of preference. Raise `OSError` or `ValueError`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedBackend(httpcore2.AsyncNetworkBackend):
    """Refuses a host when any of its addresses is not public, unless `allowed` names its `host:port`."""

    def __init__(self, allowed: frozenset[str], resolve: Resolver, network: httpcore2.AsyncNetworkBackend) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._network = network

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature that the HTTP library calls
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Raise `RefusedError` for an address that may not be fetched, `ConnectError` when none answers."""
        addresses = (await self._checked(host, port))[:MAX_ADDRESSES_TRIED]
        failure: Exception | None = None
        for position, address in enumerate(addresses, start=1):
            limit = timeout if position == len(addresses) else SECONDS_PER_ADDRESS
            try:
                return await self._network.connect_tcp(address, port, limit, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise httpcore2.ConnectError(f"cannot connect to {endpoint(host, port)}: {_reason(failure)}") from failure

    async def _checked(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, ValueError) as error:  # ValueError: not a name that DNS can hold
            raise httpcore2.ConnectError(f"cannot resolve {host}: {_reason(error)}") from error
        if not addresses:
            raise httpcore2.ConnectError(f"cannot resolve {host}: it has no address")
        if endpoint(host, port) not in self._allowed:
            for address in addresses:
                if (reason := why_refused(address)) is not None:
                    _refuse(endpoint(host, port), reason)
        return addresses


def _refuse(where: str, reason: str) -> NoReturn:
    """The address itself stays unsaid: it may come from a private DNS."""
    raise RefusedError(
        f"{where} has an address that is not public ({reason}); to fetch it outside production, "
        f"set CRAWL_ALLOW_PRIVATE_HOSTS={where}"
    )


def _reason(error: BaseException | None) -> str:
    """The system's own words, from the innermost error that has some."""
    words = "no answer"
    while error is not None:
        if isinstance(error, socket.gaierror):
            words = error.strerror or words
        elif isinstance(error, OSError) and error.errno:
            words = os.strerror(error.errno)  # asyncio's own text names the address
        elif isinstance(error, ValueError):
            words = "not a valid host name"
        error = error.__cause__ or error.__context__
    return words
