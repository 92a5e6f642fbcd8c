"""Fixtures of the catalogue: the API with its real modules, on both databases."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.integration.features.products.product_world import ProductWorld
from tests.services import PostgresService


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One database for all tests of a file: each has a project of its own."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield f"sqlite:///{tmp_path_factory.mktemp('products') / 'engineo.db'}"
            return
        server: PostgresService = request.getfixturevalue("postgres_server")
        url = server.create_database()
        stack.callback(server.drop_database, url)
        yield url


@pytest.fixture
def world(shared_url: str) -> Iterator[ProductWorld]:
    opened = ProductWorld(shared_url)
    yield opened
    opened.close()
