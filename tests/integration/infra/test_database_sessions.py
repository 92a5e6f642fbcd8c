"""Sessions on both databases: what they commit, how they fail, who waits for whom."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Mapped, mapped_column

from engineo.infra.database import Base, Database, JsonDocument, parse_url
from engineo.kernel.errors import InvalidInputError, UnavailableError


class Sample(Base):
    __tablename__ = "test_samples"
    __table_args__ = {"info": {"of": "tests"}}  # noqa: RUF012 - SQLAlchemy reads it as a class variable

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str | None] = mapped_column(sa.String(10))
    at: Mapped[datetime | None]
    document: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)


Base.metadata.remove(Sample.__table__)  # type: ignore[arg-type] # migrations are compared with what the product has


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(parse_url(database_url))
    Sample.__table__.create(opened.engine)  # type: ignore[attr-defined] # a Table
    yield opened
    opened.close()


def stored(database: Database) -> list[int]:
    with database.session(read_only=True) as session:
        return list(session.scalars(sa.select(Sample.id).order_by(Sample.id)))


def test_a_transaction_commits_and_a_session_does_not(database: Database) -> None:
    with database.transaction() as session:
        session.add(Sample(id=1))
    with database.session() as session:
        session.add(Sample(id=2))
        session.flush()
    assert stored(database) == [1]


def test_an_error_rolls_back_and_passes_through(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as session:
            session.add(Sample(id=1))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert stored(database) == []


def test_a_broken_constraint_is_no_outage(database: Database) -> None:
    with database.transaction() as session:
        session.add(Sample(id=1))
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Sample(id=1))


def test_values_come_back_as_they_were(database: Database) -> None:
    at = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
    document = {"text": "Ü\u2028😀", "list": [1, 2.5, None, True], "deep": {"x": {"y": []}}}
    with database.transaction() as session:
        session.add(Sample(id=1, text="ü😀", at=at, document=document))
        session.add(Sample(id=2))
    with database.session(read_only=True) as session:
        first, second = session.scalars(sa.select(Sample).order_by(Sample.id)).all()
    assert (first.text, first.at, first.document) == ("ü😀", at, document)
    assert first.at is not None
    assert first.at.tzinfo is UTC
    assert (second.text, second.at, second.document) == (None, None, None)


def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive datetime"), database.transaction() as session:
        session.add(Sample(id=1, at=datetime(2026, 1, 1)))  # noqa: DTZ001 - what is tested
    assert stored(database) == []


def test_an_absent_document_is_null(database: Database) -> None:
    with database.transaction() as session:
        session.add(Sample(id=1, document=None))
    with database.session(read_only=True) as session:
        assert session.scalar(sa.select(Sample.id).where(Sample.document.is_(None))) == 1


def test_what_postgres_cannot_store_is_the_callers_fault(postgres_url: str) -> None:
    database = Database(parse_url(postgres_url))
    Sample.__table__.create(database.engine)  # type: ignore[attr-defined] # a Table
    values: list[dict[str, Any]] = [{"text": "a\0b"}, {"text": "x" * 11}, {"document": {"x": "\0"}}, {"id": 2**40}]
    for value in values:
        with (
            pytest.raises(InvalidInputError, match="the database cannot store that"),
            database.transaction() as session,
        ):
            session.add(Sample(**{"id": 1, **value}))
    database.close()


@pytest.mark.parametrize("read_only", [True, False])
def test_a_database_that_is_away(read_only: bool) -> None:
    database = Database(parse_url("postgresql://me:hunter2@127.0.0.1:1/db"))

    def ask() -> None:
        with database.session(read_only=read_only) as session:
            session.execute(sa.text("SELECT 1"))

    with pytest.raises(UnavailableError, match="the database cannot be reached") as caught:
        ask()
    assert "hunter2" not in caught.value.message
    with pytest.raises(UnavailableError):
        database.ping()
    database.close()


def test_a_file_that_is_no_database(tmp_path: Any) -> None:
    (tmp_path / "x.db").write_text("this is a text, and a long one at that" * 50)
    database = Database(parse_url(f"sqlite:///{tmp_path / 'x.db'}"))
    with pytest.raises(sa.exc.DatabaseError):
        database.ping()
    database.close()


def test_a_connection_that_was_cut_is_replaced(postgres_url: str) -> None:
    database = Database(parse_url(postgres_url), pool_size=1)
    database.ping()

    def cut() -> None:
        with psycopg.connect(postgres_url, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    cut()
    database.ping()

    def cut_in_the_middle() -> None:
        with database.session() as session:
            session.execute(sa.text("SELECT 1"))
            cut()
            session.execute(sa.text("SELECT 1"))

    with pytest.raises(UnavailableError):
        cut_in_the_middle()
    database.ping()
    database.close()


def test_readers_wait_for_no_writer(database: Database) -> None:
    with database.transaction() as writer:
        writer.add(Sample(id=1))
        writer.flush()
        assert stored(database) == []
        with database.session(read_only=True) as one, database.session(read_only=True) as other:
            assert [one.scalar(sa.select(sa.func.count(Sample.id))), other.scalar(sa.select(sa.literal(1)))] == [0, 1]
    assert stored(database) == [1]


def test_writers_take_turns_and_none_is_lost(database: Database, in_threads: Callable[..., list[Any]]) -> None:
    with database.transaction() as session:
        session.add(Sample(id=1, document={"count": 0}))
    count = threading.Semaphore(0)

    def increase() -> None:
        for _ in range(10):
            with database.transaction() as session:
                row = session.scalars(sa.select(Sample).where(Sample.id == 1).with_for_update()).one()
                assert row.document is not None
                row.document = {"count": row.document["count"] + 1}
            count.release()

    in_threads(6, increase)
    with database.session(read_only=True) as session:
        row = session.get(Sample, 1)
        assert row is not None
        assert row.document == {"count": 60}


def test_foreign_keys_are_enforced_and_the_journal_is_ahead(sqlite_url: str) -> None:
    database = Database(parse_url(sqlite_url))
    with database.session() as session:
        pragmas = [
            session.scalar(sa.text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]
    assert pragmas == ["wal", 1, int(timedelta(seconds=30).total_seconds() * 1000)]
    database.close()
