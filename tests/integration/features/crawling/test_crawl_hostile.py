"""Hostile sites cost bounded time and memory, and are recorded as what they are."""

import resource
from collections.abc import Iterator

import pytest
from tests.hostile_server import HostileServer
from tests.integration.features.crawling.crawl_world import World

ROUTES = {
    "/gzip-bomb": "too_large",
    "/endless-body": "too_large",
    "/nested-divs": "too_large",
    "/slow-headers": "timeout",
    "/slow-body": "timeout",
    "/silence": "timeout",
    "/large-header": "malformed",
    "/broken-chunks": "malformed",
    "/garbage": "malformed",
    "/broken-gzip": "malformed",
    "/redirect-loop": "redirect_loop",
    "/redirect/30": "redirect_loop",
    "/redirect-to-metadata": "redirected_off_site",
    "/redirect/3": "html",
    "/broken-charset": "html",
    "/until-close": "html",
    "/many-links": "html",
    "/nowhere": "http_error",
}


@pytest.fixture
def hostile() -> Iterator[HostileServer]:
    links = "".join(f'<a href="{path}">{path}</a>' for path in ROUTES)
    with HostileServer(pages={"/": f"<title>Home</title>{links}".encode()}) as server:
        yield server


def test_each_is_recorded_as_what_it_is(sqlite_url: str, hostile: HostileServer) -> None:
    world = World(sqlite_url, [hostile.endpoint], max_page_bytes=4 * 1024**2, page_timeout=1.5, max_pages=24)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        run = world.crawl(hostile.origin)
        pages = world.pages(run)
    finally:
        world.close()
    assert run.status == "finished"
    assert {path: pages[path].outcome for path in ROUTES} == ROUTES
    assert len(pages["/redirect/3"].redirects) == 3
    assert len(pages["/redirect/30"].redirects) == 11
    assert pages["/slow-body"].status == 200
    many = pages["/many-links"].facts
    assert many is not None
    assert many.links_total == 100_000
    assert run.pages_known == 1000, "100,000 links do not become 100,000 rows"
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # KiB on Linux
    assert grown < 400 * 1024
