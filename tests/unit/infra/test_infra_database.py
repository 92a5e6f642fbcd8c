"""Which database is meant, and what its addresses never tell."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from engineo.infra.database import (
    DatabaseSettings,
    UtcDateTime,
    _connect_arguments,
    is_pooled,
    parse_url,
    require_url,
)
from engineo.infra.settings import SettingsError, load
from engineo.kernel.errors import BootError

NEON = "postgresql://me:hunter2@ep-cool-1-pooler.eu-central-1.aws.neon.tech/shop?sslmode=require"
DIRECT = "ep-cool-1.eu-central-1.aws.neon.tech"
DIALECTS: list[sa.Dialect] = [SQLiteDialect(), PGDialect()]  # type: ignore[no-untyped-call] # SQLAlchemy has no type there
EARLIEST, LATEST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (1950, 2100))
aware = st.datetimes(EARLIEST, LATEST, timezones=st.timezones() | st.just(UTC))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_every_spelling_of_postgres_is_psycopg(scheme: str) -> None:
    url = parse_url(f" {scheme}://me:p%40ss@host:5433/shop?sslmode=require\n")
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.host, url.port, url.database) == ("me", "p@ss", "host", 5433, "shop")
    assert dict(url.query) == {"sslmode": "require"}


def test_sqlite_is_sqlite() -> None:
    assert parse_url("sqlite:////tmp/x.db").database == "/tmp/x.db"  # noqa: S108 - a name only


@pytest.mark.parametrize(
    "text",
    [
        "hunter2",
        "mysql://me:hunter2@host/db",
        "postgresql://me:pa:hunter2/ss@host:hunter2/db",
        "postgresql://me@host:hunter2/db",
        "postgresql://me:hunter2@[::1/db",
        "https://me:hunter2@host/db",
        "redis://:hunter2@host",
        "://hunter2",
        "",
    ],
)
def test_other_addresses_are_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    with pytest.raises(ValueError, match=r"expected postgresql|is not supported") as error:
        parse_url(text)
    assert "hunter2" not in str(error.value)
    monkeypatch.setenv("DATABASE_URL_UNPOOLED", text or "x")
    with pytest.raises(SettingsError) as problem:
        load([DatabaseSettings])
    assert problem.value.message.splitlines()[1].startswith("  - DATABASE_URL_UNPOOLED: ")
    assert "hunter2" not in str(problem.value)


def test_the_default_is_sqlite_at_home(tmp_path: Path) -> None:
    settings = DatabaseSettings()
    assert settings.url(tmp_path).database == str(tmp_path / "engineo.db")
    assert settings.migration_url(tmp_path) == settings.url(tmp_path)
    require_url(settings, local=True)
    with pytest.raises(BootError, match="DATABASE_URL is not set"):
        require_url(settings, local=False)


def test_a_pooler_gets_no_prepared_statements_and_migrations_go_around_it(tmp_path: Path) -> None:
    settings = DatabaseSettings(database_url=NEON)  # type: ignore[arg-type] # read from the environment as text
    assert "hunter2" not in repr(settings)
    url = settings.url(tmp_path)
    assert is_pooled(url)
    direct = settings.migration_url(tmp_path)
    assert (direct.host, direct.password, direct.database, dict(direct.query)) == (
        DIRECT, "hunter2", "shop", {"sslmode": "require"},
    )  # fmt: skip
    assert not is_pooled(direct)
    assert _connect_arguments(url) == {"connect_timeout": 10, "prepare_threshold": None}
    assert _connect_arguments(direct) == {"connect_timeout": 10}


def test_the_unpooled_address_is_the_one_that_is_given(tmp_path: Path) -> None:
    settings = DatabaseSettings(database_url=NEON, database_url_unpooled="postgres://me@elsewhere/db")  # type: ignore[arg-type] # as above
    assert settings.migration_url(tmp_path).host == "elsewhere"


@given(aware)
def test_times_come_back_as_the_same_moment_in_utc(moment: datetime) -> None:
    kind = UtcDateTime()
    for dialect in DIALECTS:
        stored = kind.process_bind_param(moment, dialect)
        assert stored is not None
        assert stored == moment.astimezone(UTC)
        assert stored.tzinfo is UTC
        for returned in (stored, stored.replace(tzinfo=None), stored.astimezone(timezone(timedelta(hours=5)))):
            read = kind.process_result_value(returned, dialect)
            assert (read, read and read.tzinfo) == (moment.astimezone(UTC), UTC)


def test_no_time_is_no_time_and_naive_times_are_refused() -> None:
    kind, dialect = UtcDateTime(), DIALECTS[0]
    assert kind.process_bind_param(None, dialect) is None
    assert kind.process_result_value(None, dialect) is None
    with pytest.raises(ValueError, match="naive datetime"):
        kind.process_bind_param(datetime(2026, 1, 1), dialect)  # noqa: DTZ001 - what is tested
