"""Migrations: one set for SQLite and Postgres, applied by one process at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

import engineo
from engineo.infra.database import Database, first_line
from engineo.kernel.errors import BootError, UnavailableError


def folder() -> Path:
    """The checkout's `migrations`, or the copy inside the installed package."""
    package = Path(engineo.__file__).parent
    candidates = (package.parents[1] / "migrations", package / "migrations")
    for path in candidates:
        if (path / "env.py").is_file():
            return path
    raise BootError("the migrations are missing from this installation; reinstall the package")


def config_for(url: URL) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def upgrade(url: URL, revision: str = "head") -> None:
    """Bring the database to `revision`. Concurrent calls wait for each other; a second run changes nothing."""
    try:
        with _one_at_a_time(url):
            command.upgrade(config_for(url), revision)
    except OperationalError as error:
        raise UnavailableError(f"the database cannot be reached: {first_line(error)}") from error
    except CommandError as error:
        raise BootError(f"there is no migration to {revision!r}: {error}") from error


def head() -> str:
    return ScriptDirectory.from_config(config_for(URL.create("sqlite"))).get_current_head() or "base"


def current(database: Database) -> str | None:
    """The database's revision; None before the first migration."""
    with database.session(read_only=True) as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def verify(database: Database) -> None:
    """Raise `BootError` when the database lacks migrations of this version. One that is ahead (a newer release is
    being rolled out) is accepted.
    """
    revision = current(database)
    script = ScriptDirectory.from_config(config_for(database.url))
    try:
        known = revision is not None and script.get_revision(revision) is not None
    except CommandError:
        return  # a revision of a newer release
    if not known or revision != script.get_current_head():
        raise BootError(
            f"the database is at revision {revision or 'none'}, this version needs {head()}: run `engineo migrate`"
        )


@contextmanager
def _one_at_a_time(url: URL) -> Iterator[None]:
    """SQLite: a lock file beside the database. Postgres takes an advisory lock inside the migration's transaction."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        yield
        return
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        lock = Path(f"{url.database}.migrating").open("w")  # noqa: SIM115 - closed below, and with the process
    except OSError as error:
        raise BootError(f"{error.filename} cannot be written: {error.strerror}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
