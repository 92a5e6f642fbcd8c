"""The database: tables' base class, engine and sessions. The only file that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field, SecretStr, field_validator
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Session

from engineo.infra.settings import Settings
from engineo.kernel.errors import BootError, InvalidInputError, UnavailableError

SQLITE_BUSY_TIMEOUT = timedelta(seconds=30)

# `sa.JSON` on SQLite, JSONB on Postgres: one declaration for both.
JsonDocument = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


class UtcDateTime(sa.TypeDecorator[datetime]):
    """Aware UTC datetimes on every database; SQLite would return naive ones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: every time in EngineO is aware and in UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables. Constraint names follow one convention, so that migrations can name them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JsonDocument, list[Any]: JsonDocument}  # noqa: RUF012 - SQLAlchemy reads it as a class variable


class DatabaseSettings(Settings):
    """Where the database is. Unset in development and test: SQLite in the checkout's `.engineo` folder."""

    database_url: SecretStr | None = None
    database_url_unpooled: SecretStr | None = None  # migrations, where DATABASE_URL goes through a pooler
    database_pool_size: Annotated[int, Field(ge=1, le=1000)] = 5

    @field_validator("database_url", "database_url_unpooled")
    @classmethod
    def _known_scheme(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parse_url(value.get_secret_value())
        return value

    def url(self, home: Path) -> URL:
        if self.database_url is None:
            return URL.create("sqlite", database=str(home / "engineo.db"))
        return parse_url(self.database_url.get_secret_value())

    def migration_url(self, home: Path) -> URL:
        """The direct address: migrations need more than a transaction pooler offers."""
        if self.database_url_unpooled is not None:
            return parse_url(self.database_url_unpooled.get_secret_value())
        url = self.url(home)
        return url.set(host=url.host.replace("-pooler.", ".", 1)) if url.host and is_pooled(url) else url


def parse_url(text: str) -> URL:
    """Accept postgres://, postgresql:// and sqlite://; raise `ValueError` without repeating the address."""
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        raise ValueError(
            "not a database URL; expected postgresql://user:password@host/name or sqlite:///file"
        ) from None
    backend = url.get_backend_name()
    if backend in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return url
    raise ValueError(f"{backend}:// is not supported; use postgresql:// or sqlite://")


def is_pooled(url: URL) -> bool:
    """A Neon pooler: PgBouncer in transaction mode, which knows no prepared statements of ours."""
    return "-pooler." in (url.host or "")


class Database:
    """An engine and its sessions. Opened at boot, before threads start."""

    def __init__(self, url: URL, pool_size: int = 5) -> None:
        self.url = url
        self._engine = _create_engine(url, pool_size)

    @property
    def engine(self) -> Engine:
        return self._engine

    def ping(self) -> None:
        """Raise `UnavailableError` when the database does not answer."""
        with self.session(read_only=True) as session:
            session.execute(sa.text("SELECT 1"))

    @contextmanager
    def session(self, *, read_only: bool = False) -> Iterator[Session]:
        """A session that is rolled back unless the caller commits. Lost connections become `UnavailableError`."""
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                if read_only:
                    session.connection(execution_options={"engineo_read_only": True})
                yield session
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            raise UnavailableError(f"the database cannot be reached: {first_line(error)}") from error
        except DataError as error:
            raise InvalidInputError(f"the database cannot store that: {first_line(error)}") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise UnavailableError("the connection to the database was lost") from error
            raise

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[Session]:
        """A session that is committed at the end of the block, unless it raises. The only place that commits."""
        with self.session(read_only=read_only) as session:
            yield session
            session.commit()

    def close(self) -> None:
        self._engine.dispose()


def first_line(error: BaseException) -> str:
    """The driver's own first line, which names host and port but no password."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip() or type(cause).__name__).split("\n", maxsplit=1)[0]


def _create_engine(url: URL, pool_size: int) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _create_sqlite_engine(url)
    # Neon closes connections when it falls asleep: check before use, and do not keep them longer than it stays awake.
    # Parameters stay out of error messages: they hold what people sent.
    return sa.create_engine(
        url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True, pool_recycle=240, pool_timeout=10,
        connect_args=_connect_arguments(url), hide_parameters=True,
    )  # fmt: skip


def _connect_arguments(url: URL) -> dict[str, Any]:
    """For psycopg; a transaction pooler knows no prepared statements of ours."""
    return {"connect_timeout": 10, **({"prepare_threshold": None} if is_pooled(url) else {})}


def _create_sqlite_engine(url: URL) -> Engine:
    engine = sa.create_engine(url, connect_args={"timeout": SQLITE_BUSY_TIMEOUT.total_seconds()}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # a writer takes its lock at once: upgrading a read lock later could only fail
        read_only = connection.get_execution_options().get("engineo_read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def require_url(settings: DatabaseSettings, *, local: bool) -> None:
    """Raise `BootError` where nothing may be embedded and no database is named."""
    if not local and settings.database_url is None:
        raise BootError("DATABASE_URL is not set: staging and production never start a database of their own")
