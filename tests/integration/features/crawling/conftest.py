"""Fixtures of crawling: a site to crawl and a database to crawl into."""

from collections.abc import Iterator

import pytest
from tests.integration.features.crawling.crawl_world import World
from tests.integration.features.crawling.static_site import StaticSite


@pytest.fixture
def site() -> Iterator[StaticSite]:
    with StaticSite() as running:
        yield running


@pytest.fixture
def world(sqlite_url: str, site: StaticSite) -> Iterator[World]:
    """On SQLite; what depends on the database is tested with `any_world`."""
    opened = World(sqlite_url, [site.endpoint])
    yield opened
    opened.close()


@pytest.fixture
def any_world(database_url: str, site: StaticSite) -> Iterator[World]:
    """On SQLite, and again on Postgres."""
    opened = World(database_url, [site.endpoint])
    yield opened
    opened.close()
