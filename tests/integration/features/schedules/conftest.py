"""Fixtures of schedules: one database per file, with empty tables for every test."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.integration.features.schedules.schedule_world import ScheduleWorld, Send, create_project
from tests.services import PostgresService


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def schedule_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('schedules') / 'engineo.db'}"
        else:
            server: PostgresService = request.getfixturevalue("postgres_server")
            url = server.create_database()
            stack.callback(server.drop_database, url)
        first = ScheduleWorld(url)
        first.create_tables()
        first.close()
        yield url


@pytest.fixture
def world(schedule_database: str) -> Iterator[ScheduleWorld]:
    opened = ScheduleWorld(schedule_database)
    opened.empty_tables()
    yield opened
    opened.close()


@pytest.fixture
def me(world: ScheduleWorld) -> Send:
    return world.person("me@shop.example")


@pytest.fixture
def project(me: Send) -> str:
    return create_project(me)
