import asyncio
from collections.abc import Iterable, Sequence

import httpcore2
import pytest

from engineo.infra.http.backend import CheckedBackend, resolve_host
from engineo.infra.http.targets import RefusedError

PUBLIC, OTHER_PUBLIC = "93.184.216.34", "2606:4700:4700::1111"


class Network(httpcore2.AsyncNetworkBackend):
    """Remembers what was connected to; `down` addresses refuse."""

    def __init__(self, *down: str) -> None:
        self.tried: list[str] = []
        self._down = down

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the library's signature
        local_address: str | None = None,  # noqa: ARG002 - the library's signature
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002 - the library's signature
    ) -> httpcore2.AsyncNetworkStream:
        self.tried.append(host)
        if host in self._down:
            raise httpcore2.ConnectError from ConnectionRefusedError(111, f"Connect call failed ('{host}', {port})")
        return httpcore2.AsyncMockStream([])


def connect(network: Network, *addresses: str, host: str = "shop.example", allowed: str = "") -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    backend = CheckedBackend(frozenset({allowed}), resolve, network)
    asyncio.run(backend.connect_tcp(host, 8080))


def test_what_is_connected_to_is_the_address_that_was_checked() -> None:
    network = Network()
    connect(network, PUBLIC)
    assert network.tried == [PUBLIC]


@pytest.mark.parametrize("addresses", [("127.0.0.1",), (PUBLIC, "10.0.0.1"), ("::1", PUBLIC), (PUBLIC, "fe80::1%2")])
def test_one_private_address_refuses_the_host_before_any_connection(addresses: tuple[str, ...]) -> None:
    network = Network()
    with pytest.raises(RefusedError, match=r"shop\.example:8080 has an address that is not public") as caught:
        connect(network, *addresses)
    assert network.tried == []
    assert not any(address in str(caught.value) for address in addresses)


def test_an_allowed_endpoint_may_be_private() -> None:
    network = Network()
    connect(network, "127.0.0.1", host="localhost", allowed="localhost:8080")
    assert network.tried == ["127.0.0.1"]


@pytest.mark.parametrize("allowed", ["localhost:8081", "127.0.0.1:8080", "localhost", "ocalhost:8080"])
def test_an_allowed_endpoint_is_matched_literally(allowed: str) -> None:
    with pytest.raises(RefusedError):
        connect(Network(), "127.0.0.1", host="localhost", allowed=allowed)


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    network = Network(PUBLIC)
    connect(network, PUBLIC, OTHER_PUBLIC)
    assert network.tried == [PUBLIC, OTHER_PUBLIC]


def test_no_answer_from_any_address_says_why_without_naming_addresses() -> None:
    network = Network(PUBLIC, OTHER_PUBLIC)
    with pytest.raises(httpcore2.ConnectError, match=r"^cannot connect to shop\.example:8080: Connection refused$"):
        connect(network, PUBLIC, OTHER_PUBLIC)


def test_a_flood_of_addresses_is_not_tried_to_the_end() -> None:
    addresses = [f"93.184.216.{last}" for last in range(200)]
    network = Network(*addresses)
    with pytest.raises(httpcore2.ConnectError):
        connect(network, *addresses)
    assert network.tried == addresses[:4]


def test_a_name_without_addresses_is_unreachable() -> None:
    with pytest.raises(httpcore2.ConnectError, match="it has no address"):
        connect(Network())


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0x7f.1", "127.1", "0", "0177.0.0.1", "::1"])
def test_odd_spellings_of_loopback_are_resolved_as_the_system_does_and_refused(host: str) -> None:
    backend = CheckedBackend(frozenset(), resolve_host, Network())
    with pytest.raises(RefusedError):
        asyncio.run(backend.connect_tcp(host, 80))


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".example"])
def test_a_name_that_dns_cannot_hold_is_unreachable(host: str) -> None:
    backend = CheckedBackend(frozenset(), resolve_host, Network())
    with pytest.raises(httpcore2.ConnectError, match="not a valid host name"):
        asyncio.run(backend.connect_tcp(host, 80))
