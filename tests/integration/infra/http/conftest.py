"""One hostile server for all tests of this folder, and a way to fetch from it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.hostile_server import HostileServer

from engineo.infra.http import FetchSettings, HttpFetcherFactory
from engineo.kernel.fetching import FetchRequest, FetchResult

Fetch = Callable[..., FetchResult]


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer(pages={"/": b"<p>hello</p>"}) as started:
        yield started


@pytest.fixture(scope="module")
def factory(server: HostileServer) -> HttpFetcherFactory:
    return HttpFetcherFactory(FetchSettings(crawl_allow_private_hosts=(server.endpoint,)))


@pytest.fixture(scope="module")
def fetch(server: HostileServer, factory: HttpFetcherFactory) -> Fetch:
    """`fetch(path, timeout_seconds=20, **FetchRequest fields)` with a fetcher of its own."""

    def run(path: str, timeout_seconds: float = 20, **fields: Any) -> FetchResult:
        async def once() -> FetchResult:
            request = FetchRequest(server.origin + path, timeout=timedelta(seconds=timeout_seconds), **fields)
            async with factory.open(user_agent="EngineOBot/1.0", max_connections=1) as fetcher:
                return await fetcher.fetch(request)

        return asyncio.run(once())

    return run
