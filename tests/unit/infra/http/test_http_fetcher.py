import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engineo.infra.http import FetchSettings, HttpFetcherFactory
from engineo.kernel.fetching import FetcherFactory, FetchRequest, FetchResult


async def resolve_nothing(_host: str, _port: int) -> Sequence[str]:
    raise OSError("there is no network in a unit test")


FACTORY = HttpFetcherFactory(FetchSettings(crawl_allow_private_hosts=()), resolve=resolve_nothing)


def fetch(factory: HttpFetcherFactory, request: FetchRequest) -> FetchResult:
    async def run() -> FetchResult:
        async with factory.open(user_agent="EngineOBot/1.0", max_connections=1) as fetcher:
            return await fetcher.fetch(request)

    return asyncio.run(run())


def test_it_is_the_port() -> None:
    assert isinstance(FACTORY, FetcherFactory)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://a:b@shop.example/", "http://shop.example:22/", "nonsense"]
)
def test_a_refused_url_is_an_outcome(url: str) -> None:
    result = fetch(FACTORY, FetchRequest(url))
    assert (result.url, result.outcome, result.status, result.ttfb_ms) == (url, "refused", None, None)
    assert result.error


def test_a_name_that_does_not_resolve_is_unreachable() -> None:
    result = fetch(FACTORY, FetchRequest("http://shop.example/"))
    assert (result.outcome, result.error) == ("unreachable", "cannot resolve shop.example: no answer")


def test_a_resolver_that_hangs_is_a_timeout() -> None:
    async def hang(_host: str, _port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    factory = HttpFetcherFactory(FetchSettings(crawl_allow_private_hosts=()), resolve=hang)
    result = fetch(factory, FetchRequest("http://shop.example/", timeout=timedelta(milliseconds=50)))
    assert (result.outcome, result.error) == ("timeout", "no complete answer within 0.05 s")


@settings(deadline=None, max_examples=50)
@given(st.one_of(st.text(), st.text().map("http://{}".format), st.text().map("https://shop.example/{}".format)))
def test_no_url_raises(url: str) -> None:
    assert fetch(FACTORY, FetchRequest(url)).outcome in {"refused", "unreachable"}
