import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

import httpcore2
import pytest
from tests.hostile_server import HostileServer

from engineo.infra.http import FetchSettings, HttpFetcherFactory
from engineo.kernel.fetching import FetchRequest, FetchResult

NOTHING_PRIVATE = FetchSettings(crawl_allow_private_hosts=())
PUBLIC = "93.184.216.34"
SHORT = timedelta(milliseconds=200)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    """A server of the test's own: these tests count connections."""
    with HostileServer(pages={"/": b"<p>hello</p>"}) as started:
        yield started


def fetch_all(factory: HttpFetcherFactory, *urls: str, timeout: timedelta = timedelta(seconds=10)) -> list[FetchResult]:
    """One after the other, with one fetcher."""

    async def run() -> list[FetchResult]:
        async with factory.open(user_agent="EngineOBot/1.0", max_connections=1) as fetcher:
            return [await fetcher.fetch(FetchRequest(url, timeout=timeout)) for url in urls]

    return asyncio.run(run())


class Internet(httpcore2.AsyncNetworkBackend):
    """Real sockets, but what goes to one public address arrives at loopback."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        host = {PUBLIC: "127.0.0.1"}.get(host, host)
        return await httpcore2.AnyIOBackend().connect_tcp(host, port, timeout, local_address, socket_options)


def test_a_name_that_is_public_first_and_loopback_later_is_refused_later(server: HostileServer) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])

    async def rebinding(_host: str, _port: int) -> Sequence[str]:
        return next(answers)

    factory = HttpFetcherFactory(NOTHING_PRIVATE, resolve=rebinding, network=Internet())
    origin = f"http://rebinding.example:{server.port}"
    first, second = fetch_all(factory, f"{origin}/until-close", f"{origin}/")
    assert (first.outcome, first.status) == ("answered", 200)
    assert (second.outcome, second.status) == ("refused", None)
    assert server.requests == ["/until-close"]
    assert server.received[0]["host"] == f"rebinding.example:{server.port}"


def test_a_host_with_a_public_and_a_private_address_is_refused(server: HostileServer) -> None:
    async def both(_host: str, _port: int) -> Sequence[str]:
        return [PUBLIC, "127.0.0.1"]

    factory = HttpFetcherFactory(NOTHING_PRIVATE, resolve=both, network=Internet())
    (result,) = fetch_all(factory, f"http://both.example:{server.port}/")
    assert result.outcome == "refused"
    assert server.connections == 0


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_loopback_is_refused_however_it_is_spelled(server: HostileServer, host: str) -> None:
    (result,) = fetch_all(HttpFetcherFactory(NOTHING_PRIVATE), f"http://{host}:{server.port}/")
    assert (result.outcome, server.connections) == ("refused", 0)


def test_a_refusal_teaches_how_to_allow_the_host(server: HostileServer) -> None:
    (result,) = fetch_all(HttpFetcherFactory(NOTHING_PRIVATE), f"{server.origin}/")
    assert f"CRAWL_ALLOW_PRIVATE_HOSTS={server.endpoint}" in str(result.error)


def test_only_the_spelling_that_is_allowed_is_fetched(server: HostileServer) -> None:
    factory = HttpFetcherFactory(FetchSettings(crawl_allow_private_hosts=(server.endpoint,)))
    named, other = fetch_all(factory, f"{server.origin}/", f"http://localhost:{server.port}/")
    assert (named.outcome, other.outcome) == ("answered", "refused")


def allowing(server: HostileServer) -> HttpFetcherFactory:
    return HttpFetcherFactory(FetchSettings(crawl_allow_private_hosts=(server.endpoint,)))


def test_a_connection_is_used_again_and_no_cookie_comes_back(server: HostileServer) -> None:
    urls = [f"{server.origin}/latin1-headers", f"{server.origin}/"]
    assert [result.status for result in fetch_all(allowing(server), *urls)] == [200, 200]
    assert server.connections == 1
    assert set(server.received[1]) == {"host", "user-agent", "accept", "accept-encoding"}
    assert server.received[1]["user-agent"] == "EngineOBot/1.0"
    assert server.received[1]["accept-encoding"] == "gzip, deflate"


def test_leftovers_of_one_answer_do_not_spoil_the_next_page(server: HostileServer) -> None:
    results = fetch_all(allowing(server), f"{server.origin}/length-too-short", f"{server.origin}/")
    assert [(result.outcome, result.body) for result in results] == [
        ("answered", b"hello"),
        ("answered", b"<p>hello</p>"),
    ]
    assert server.connections == 2


def test_an_idle_connection_that_the_server_dropped_is_replaced(server: HostileServer) -> None:
    results = fetch_all(allowing(server), f"{server.origin}/", f"{server.origin}/empty-reply")
    assert [result.outcome for result in results] == ["answered", "malformed"]
    assert server.requests == ["/", "/empty-reply", "/empty-reply"]  # the second on a connection of its own


def test_proxy_variables_are_not_obeyed(server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    (result,) = fetch_all(allowing(server), f"{server.origin}/")
    assert result.outcome == "answered"


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with HostileServer() as gone:
        factory = allowing(gone)
    (result,) = fetch_all(factory, f"{gone.origin}/")
    assert (result.outcome, result.error) == ("unreachable", f"cannot connect to {gone.endpoint}: Connection refused")


def test_times_are_in_order_and_exclude_waiting_for_a_slot(server: HostileServer) -> None:
    async def run() -> list[FetchResult]:
        async with allowing(server).open(user_agent="EngineOBot/1.0", max_connections=1) as fetcher:
            paths = ["/silence", "/"]
            requests = [FetchRequest(server.origin + path, timeout=timedelta(seconds=1)) for path in paths]
            return list(await asyncio.gather(*(fetcher.fetch(request) for request in requests)))

    silent, page = asyncio.run(run())
    assert (silent.outcome, page.outcome) == ("timeout", "answered")
    assert page.ttfb_ms is not None
    assert page.total_ms is not None
    assert 0 < page.ttfb_ms <= page.total_ms < 900


def test_no_connection_is_lost_to_timeouts_and_cancelled_fetches(server: HostileServer) -> None:
    paths = ["/silence", "/slow-headers", "/slow-body", "/gzip-bomb", "/reset-midway"] * 6

    async def run() -> FetchResult:
        async with allowing(server).open(user_agent="EngineOBot/1.0", max_connections=2) as fetcher:
            requests = [FetchRequest(server.origin + path, timeout=SHORT / 4) for path in paths]
            tasks = [asyncio.create_task(fetcher.fetch(request)) for request in requests]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks[::3]:
                task.cancel()
            await asyncio.wait(tasks)
            assert any(task.cancelled() for task in tasks)
            assert all(task.cancelled() or task.result().outcome != "answered" for task in tasks)
            return await fetcher.fetch(FetchRequest(f"{server.origin}/"))

    assert asyncio.run(run()).outcome == "answered"


def test_cancelling_a_fetch_in_flight_passes_through(server: HostileServer) -> None:
    async def run() -> None:
        async with allowing(server).open(user_agent="EngineOBot/1.0", max_connections=1) as fetcher:
            async with asyncio.timeout(0.2):
                await fetcher.fetch(FetchRequest(f"{server.origin}/silence"))

    with pytest.raises(TimeoutError):
        asyncio.run(run())
    assert server.requests == ["/silence"]
