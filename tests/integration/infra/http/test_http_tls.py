"""Certificates are made with the `openssl` command, for the minutes that the tests take."""

import asyncio
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.hostile_server import HostileServer

from engineo.infra.http import FetchSettings, HttpFetcherFactory
from engineo.kernel.fetching import FetchRequest, FetchResult

CONFIG = """
[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = shop.test
[extensions]
subjectAltName = DNS:shop.test
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,digitalSignature
subjectKeyIdentifier = hash
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate authority and server for shop.test in one; the key stands beside it."""
    folder = tmp_path_factory.mktemp("tls")
    (folder / "openssl.cnf").write_text(CONFIG)
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -config openssl.cnf -keyout key.pem -out cert.pem"
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True, timeout=30)
    return folder / "cert.pem"


@pytest.fixture(scope="module")
def server(certificate: Path) -> Iterator[HostileServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    with HostileServer(pages={"/": b"<p>hello</p>"}, host="shop.test", ssl_context=context) as started:
        yield started


async def loopback(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def fetch(server: HostileServer, host: str, trusted: ssl.SSLContext | None, scheme: str = "https") -> FetchResult:
    settings = FetchSettings(crawl_allow_private_hosts=(f"{host}:{server.port}",))
    factory = HttpFetcherFactory(settings, resolve=loopback, ssl_context=trusted)

    async def once() -> FetchResult:
        async with factory.open(user_agent="EngineOBot/1.0", max_connections=1) as fetcher:
            return await fetcher.fetch(FetchRequest(f"{scheme}://{host}:{server.port}/"))

    return asyncio.run(once())


def test_a_trusted_certificate_of_the_host_name_is_accepted(server: HostileServer, certificate: Path) -> None:
    result = fetch(server, "shop.test", ssl.create_default_context(cafile=certificate))
    assert (result.outcome, result.status, result.body) == ("answered", 200, b"<p>hello</p>")
    assert server.received[-1]["host"] == f"shop.test:{server.port}"


def test_an_untrusted_certificate_is_unreachable(server: HostileServer) -> None:
    before = len(server.requests)
    result = fetch(server, "shop.test", None)
    assert (result.outcome, result.status) == ("unreachable", None)
    assert "certificate verify failed: self" in str(result.error)
    assert len(server.requests) == before


@pytest.mark.parametrize("host", ["other.test", "127.0.0.1"])
def test_the_name_is_verified_and_not_the_address(server: HostileServer, certificate: Path, host: str) -> None:
    before = len(server.requests)
    result = fetch(server, host, ssl.create_default_context(cafile=certificate))
    assert result.outcome == "unreachable"
    assert "certificate is not valid for" in str(result.error)
    assert len(server.requests) == before


def test_plain_http_to_a_tls_port_is_a_failure(server: HostileServer) -> None:
    before = len(server.requests)
    result = fetch(server, "shop.test", None, scheme="http")
    assert result.outcome in {"malformed", "unreachable"}  # an end or a reset, as the system has it
    assert len(server.requests) == before
