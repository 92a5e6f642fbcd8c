import asyncio
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engineo.features.crawling.service.redirects import Asking, Trail, as_utf8, follow, redirect_target
from engineo.kernel.fetching import FetchResult

HOME = "http://shop.example"


def result(url: str, status: int | None = 200, location: str | None = None, outcome: str = "answered") -> FetchResult:
    headers = () if location is None else (("location", location),)
    return FetchResult(url, outcome, status, headers, total_ms=1.0)


def walk(moves: Mapping[str, str], start: str = "/a", most: int = 10, stops: Mapping[str, str] | None = None) -> Trail:
    """Follow paths of one site; whatever is not in `moves` answers 200."""

    async def ask(url: str) -> FetchResult:
        target = moves.get(url.removeprefix(HOME))
        return result(url) if target is None else result(url, 301, target)

    async def stop_at(target: str) -> str | None:
        return (stops or {}).get(target.removeprefix(HOME))

    return asyncio.run(follow(HOME + start, max_redirects=most, ask=ask, stop_at=stop_at))


@pytest.mark.parametrize(
    ("moves", "end", "url", "hops"),
    [
        ({}, "answered", f"{HOME}/a", 0),
        ({"/a": "/b"}, "answered", f"{HOME}/b", 1),
        ({"/a": "b?x=1#frag", "/b?x=1": "./c"}, "answered", f"{HOME}/c", 2),
        ({"/a": "https://www.shop.example/b"}, "answered", "https://www.shop.example/b", 1),
        ({"/a": "//elsewhere.example/x"}, "redirected_off_site", "http://elsewhere.example/x", 1),
        ({"/a": "http://shop.example:8080/"}, "redirected_off_site", "http://shop.example:8080/", 1),
        ({"/a": "/a"}, "redirect_loop", f"{HOME}/a", 1),
        ({"/a": "/b", "/b": "/c", "/c": "/b"}, "redirect_loop", f"{HOME}/b", 3),
        ({"/a": "file:///etc/passwd"}, "answered", f"{HOME}/a", 0),
        ({"/a": ""}, "redirect_loop", f"{HOME}/a", 1),
    ],
)
def test_where_a_url_leads(moves: Mapping[str, str], end: str, url: str, hops: int) -> None:
    trail = walk(moves)
    assert (trail.end, trail.url, len(trail.hops)) == (end, url, hops)
    assert (trail.last is None) == (end != "answered")
    assert trail.first is not None
    assert trail.first.url == f"{HOME}/a"


@settings(deadline=None)  # the machine may be busy
@given(st.integers(0, 20), st.integers(0, 20))
def test_the_limit_on_redirects(length: int, most: int) -> None:
    trail = walk({f"/{n}": f"/{n + 1}" for n in range(length)}, "/0", most)
    assert trail.end == ("answered" if length <= most else "redirect_loop")
    assert len(trail.hops) == min(length, most + 1)
    assert [hop.target for hop in trail.hops[:-1]] == [hop.url for hop in trail.hops[1:]]


@pytest.mark.parametrize("reason", ["disallowed", "known"])
def test_a_target_may_be_off_limits(reason: str) -> None:
    trail = walk({"/a": "/b", "/b": "/c"}, stops={"/b": reason})
    assert (trail.end, trail.url, trail.last, len(trail.hops)) == (reason, f"{HOME}/b", None, 1)


@pytest.mark.parametrize(
    ("status", "location", "target"),
    [
        (301, "/b", f"{HOME}/b"),
        (308, "/b", f"{HOME}/b"),
        (200, "/b", None),
        (304, "/b", None),
        (300, "/b", None),
        (302, None, None),
        (302, "http://[broken", None),
        (302, "/caf\u00c3\u00a9", f"{HOME}/caf%C3%A9"),
    ],
)
def test_redirect_target(status: int, location: str | None, target: str | None) -> None:
    assert redirect_target(result(f"{HOME}/a", status, location)) == target


@given(st.binary())
def test_header_bytes_are_read_as_utf8_where_they_are(raw: bytes) -> None:
    text = as_utf8(raw.decode("latin-1"))
    assert raw in (text.encode("utf-8"), text.encode("latin-1", "replace"))


def test_a_page_is_free_again_after_its_last_url() -> None:
    async def run() -> None:
        asking = Asking()
        asking.begin(f"{HOME}/a").set_result(result(f"{HOME}/a"))
        asking.begin("https://www.shop.example/a")  # the same page
        assert len(asking) == 1
        asking.end(f"{HOME}/a")
        assert "https://shop.example/a" in asking
        asking.end("https://www.shop.example/a")
        assert "https://shop.example/a" not in asking

    asyncio.run(run())
