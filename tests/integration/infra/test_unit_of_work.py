"""One transaction: rows, jobs and events leave together, or not at all."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from engineo.infra.database import Database, parse_url
from engineo.infra.outbox import OutboxRow
from engineo.infra.unit_of_work import SqlUnitOfWork
from engineo.kernel.errors import ConflictError, UnavailableError
from engineo.kernel.jobs import Event
from engineo.kernel.ports import UnitOfWork, Work


class Noted(Event):
    kind: ClassVar[str] = "unit_of_work.noted"

    text: str


def test_it_is_the_port(world: Any) -> None:
    assert isinstance(world.uow, UnitOfWork)


def test_jobs_and_events_are_rows_of_the_same_transaction(world: Any, note: Any) -> None:
    with world.uow() as work:
        job_id = work.send(note(text="a"), delay=timedelta(hours=1))
        work.emit(Noted(text="b"))
        assert world.rows() == {}
    with world.database.session(read_only=True) as session:
        rows = {row.kind: row for row in session.scalars(sa.select(OutboxRow))}
    assert rows.keys() == {"tests.note", "unit_of_work.noted"}
    assert rows["tests.note"].job_id == job_id
    assert rows["tests.note"].due_at - rows["tests.note"].created_at == timedelta(hours=1)
    assert (rows["unit_of_work.noted"].queue, rows["unit_of_work.noted"].payload) == ("events", {"text": "b"})


@pytest.mark.parametrize("error", [ZeroDivisionError(), ConflictError(), KeyboardInterrupt()])
def test_any_exception_takes_all_of_it_back(world: Any, note: Any, error: BaseException) -> None:
    def fail() -> None:
        with world.uow() as work:
            work.send(note(text="a"))
            add(work, "other")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert (world.rows(), world.queued()) == ({}, [])


def add(work: Work, job_id: str, at: datetime | None = None) -> None:
    work.session.add(
        OutboxRow(job_id=job_id, kind="k", queue="q", payload={}, created_at=at or datetime.now(UTC))
    )  # fmt: skip
    work.session.flush()


def test_a_naive_time_is_refused_and_nothing_is_kept(world: Any, note: Any) -> None:
    def fail() -> None:
        with world.uow() as work:
            work.send(note(text="a"))
            add(work, "naive", datetime(2026, 1, 1))  # noqa: DTZ001 - what is tested

    with pytest.raises(StatementError, match="naive datetime"):
        fail()
    assert (world.rows(), world.queued()) == ({}, [])


def test_reading_works_while_another_transaction_writes(world: Any, note: Any) -> None:
    with world.uow() as writing:
        add(writing, "open")
        with world.uow(read_only=True) as work:
            assert list(work.session.scalars(sa.select(OutboxRow.job_id))) == []
    with world.uow(read_only=True) as work:
        assert list(work.session.scalars(sa.select(OutboxRow.job_id))) == ["open"]
    assert note


def test_two_units_of_work_do_not_share_a_session(world: Any) -> None:
    with world.uow(read_only=True) as one, world.uow(read_only=True) as other:
        assert one.session is not other.session


def test_a_database_that_is_away_is_unavailable_and_nothing_is_sent(
    make_world: Any, sqlite_url: str, redis_url: str, redis_prefix: str, note: Any
) -> None:

    world = make_world(sqlite_url, redis_url, redis_prefix)
    database = Database(parse_url("postgresql://me:hunter2@127.0.0.1:1/db"))
    uow = SqlUnitOfWork(database, world.relay.relay)
    for read_only in (True, False):
        with pytest.raises(UnavailableError) as caught, uow(read_only=read_only) as work:
            work.send(note(text="a"))
        assert "hunter2" not in caught.value.message
    assert world.queued() == []
    database.close()
