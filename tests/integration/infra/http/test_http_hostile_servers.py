import time
import tracemalloc
from collections.abc import Callable

import pytest
from tests.hostile_server import BROKEN_CHARSET_PAGE, HostileServer

from engineo.kernel.fetching import FetchResult

MEGABYTE = 1024 * 1024

Fetch = Callable[..., FetchResult]


@pytest.mark.parametrize(
    ("path", "outcome", "status", "error"),
    [
        ("/gzip-bomb", "too_large", 200, "decodes to more than"),
        ("/endless-body", "too_large", 200, "larger than"),
        ("/nested-divs", "too_large", 200, "larger than"),
        ("/large-header", "malformed", None, "headers"),
        ("/many-headers", "malformed", None, "headers"),
        ("/broken-chunks", "malformed", 200, ""),
        ("/large-chunk-header", "malformed", 200, ""),
        ("/length-too-long", "malformed", 200, "without sending complete message body"),
        ("/length-nonsense", "malformed", None, ""),
        ("/reset-midway", "unreachable", 200, ""),
        ("/empty-reply", "malformed", None, "disconnected without sending a response"),
        ("/garbage", "malformed", None, ""),
        ("/body-without-head", "malformed", None, ""),
        ("/switching-protocols", "malformed", None, ""),
        ("/unknown-encoding", "malformed", 200, "not asked for"),
        ("/broken-gzip", "malformed", 200, "not in its content-encoding"),
        ("/cut-gzip", "malformed", 200, "ends in the middle"),
    ],
)
def test_a_hostile_answer_is_a_named_outcome(
    fetch: Fetch, path: str, outcome: str, status: int | None, error: str
) -> None:
    result = fetch(path)
    assert (result.outcome, result.status, result.body) == (outcome, status, b"")
    assert result.error
    assert error in result.error
    assert len(result.error) <= 200
    assert result.error.isprintable()
    assert (result.ttfb_ms is None) == (status is None)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/slow-headers", None),
        ("/slow-body", 200),
        ("/silence", None),
        ("/endless-interim", None),
        ("/tiny-chunks", 200),
    ],
)
def test_slowness_is_a_timeout_of_the_whole_exchange(fetch: Fetch, path: str, status: int | None) -> None:
    started = time.monotonic()
    result = fetch(path, timeout_seconds=0.4)
    assert (result.outcome, result.status, result.error) == ("timeout", status, "no complete answer within 0.4 s")
    assert 0.4 <= time.monotonic() - started < 3


@pytest.mark.parametrize("path", ["/gzip-bomb", "/endless-body", "/many-headers", "/large-header", "/nested-divs"])
def test_floods_cost_bounded_memory(fetch: Fetch, path: str) -> None:
    tracemalloc.start()
    try:
        fetch(path, max_bytes=MEGABYTE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * MEGABYTE


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/redirect-to-file", 302, "file:///etc/passwd"),
        ("/redirect-to-loopback", 302, "http://127.0.0.1/"),
        ("/redirect-to-metadata", 302, "http://169.254.169.254/latest/meta-data/"),
        ("/redirect/100", 302, "{origin}/redirect/99"),
        ("/redirect-loop", 301, "{origin}/redirect-loop"),
    ],
)
def test_a_redirect_is_reported_and_not_followed(
    fetch: Fetch, server: HostileServer, path: str, status: int, location: str
) -> None:
    before = len(server.requests)
    result = fetch(path)
    assert (result.outcome, result.status) == ("answered", status)
    assert result.header("location") == location.format(origin=server.origin)
    assert server.requests[before:] == [path]


def test_a_body_that_announces_its_size_is_not_begun_when_it_is_too_large(fetch: Fetch) -> None:
    result = fetch("/", max_bytes=5)
    assert (result.outcome, result.status, result.transfer_bytes) == ("too_large", 200, 0)


def test_a_304_has_no_body_whatever_its_headers_say(fetch: Fetch, server: HostileServer) -> None:
    result = fetch("/not-modified", headers={"If-None-Match": '"same"'})
    assert (result.outcome, result.status, result.body, result.transfer_bytes) == ("answered", 304, b"", 0)
    assert server.received[-1]["if-none-match"] == '"same"'


def test_a_body_may_end_with_the_connection(fetch: Fetch) -> None:
    result = fetch("/until-close")
    assert (result.outcome, result.body) == ("answered", b"<p>the end is the close</p>")


def test_header_values_are_latin_1_and_names_lower_case(fetch: Fetch) -> None:
    result = fetch("/latin1-headers")
    assert result.header("x-name") == "café"
    assert all(name == name.lower() for name, _ in result.headers)


def test_a_broken_charset_is_not_the_fetchers_business(fetch: Fetch) -> None:
    assert fetch("/broken-charset").body == BROKEN_CHARSET_PAGE


def test_a_long_page_under_the_limit_arrives_whole(fetch: Fetch) -> None:
    result = fetch("/many-links")
    assert (result.outcome, result.body.count(b"<a ")) == ("answered", 100_000)
    assert result.transfer_bytes == len(result.body)
