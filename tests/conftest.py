"""Fixtures for the real services. Each is started once per test process, and only when a test asks for it."""

import os
import re
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # `tests.services` for every test, wherever pytest was called from

from tests.services import PostgresService, RedisService  # noqa: E402 - needs the path above

# The suite says itself what it runs with: whatever the caller's shell has set for EngineO does not reach it.
for variable in re.findall(r"^#? ?([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(), re.MULTILINE):
    os.environ.pop(variable, None)
for variable in [name for name in os.environ if re.fullmatch(r"QUEUE_\w+_CONCURRENCY", name)]:
    del os.environ[variable]
os.environ["ENGINEO_ENV"] = "test"

# Tests assert laws, not seconds: a busy machine must not fail a property.
settings.register_profile("engineo", deadline=None)
settings.load_profile("engineo")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A server shared by many tests: keep to the keys under `redis_prefix`."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
        return
    service = RedisService()
    try:
        service.start()
        yield service.url
    finally:
        service.close()


@pytest.fixture
def redis_prefix() -> str:
    """A prefix that no other test uses."""
    return f"test_{secrets.token_hex(6)}"


@pytest.fixture
def own_redis() -> Iterator[RedisService]:
    """A server of the test's own, which it may stop, kill, start and flush."""
    service = RedisService()
    try:
        service.start()
        yield service
    finally:
        service.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresService]:
    service = PostgresService(os.environ.get("TEST_DATABASE_URL"))
    try:
        service.start()
        yield service
    finally:
        service.close()


@pytest.fixture
def postgres_url(postgres_server: PostgresService) -> Iterator[str]:
    """A fresh and empty Postgres database."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh and empty SQLite database."""
    return f"sqlite:///{tmp_path / 'engineo.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The test runs twice: on SQLite and on Postgres."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engineo_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home for embedded services apart from the checkout's; processes that the test starts inherit it."""
    home = tmp_path / "home"
    monkeypatch.setenv("ENGINEO_HOME", str(home))
    return home
