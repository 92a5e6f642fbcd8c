"""The outbox: jobs promised in a transaction, kept until they have ended.

A row is written with the change it follows from, relayed to the queue right after the commit, and deleted once its job
has ended. So a job survives whatever the queue loses: rows not yet relayed leave when Redis is back or at boot; when
the queue's epoch key is missing (Redis was flushed) all rows leave again, under the same job ids.
"""

import queue
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Mapped, Session, mapped_column

from engineo.infra.database import Base, Database
from engineo.kernel.errors import EngineOError, UnavailableError
from engineo.kernel.jobs import JobMessage, SendOptions
from engineo.kernel.ports import Queue

log = structlog.get_logger(__name__)

BATCH = 500
FIRST_RETRY, LONGEST_RETRY = timedelta(milliseconds=500), timedelta(seconds=30)
SAFETY_SWEEP = timedelta(hours=1)


class OutboxRow(Base):
    """A promised job. `relayed_at` is null until the queue has taken it."""

    __tablename__ = "outbox"

    job_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(120))
    queue: Mapped[str] = mapped_column(sa.String(120))
    payload: Mapped[dict[str, Any]]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
    relayed_at: Mapped[datetime | None]
    options: Mapped[dict[str, Any] | None]


class EpochQueue(Queue, Protocol):
    """A queue that can tell whether it has lost its memory."""

    def claim_epoch(self) -> bool:
        """True when the epoch key was missing (and is set now). Raise `UnavailableError` when unreachable."""


def store(session: Session, messages: Iterable[JobMessage]) -> list[JobMessage]:
    """Add a row per message; return the messages as they will travel."""
    now = datetime.now(UTC)
    stored = []
    for number, message in enumerate(messages):
        due_at = now + message.delay if message.delay else None
        session.add(
            OutboxRow(
                job_id=message.job_id, kind=message.kind, queue=message.queue, payload=dict(message.payload),
                due_at=due_at, created_at=now + number * timedelta.resolution, options=message.options.as_json(),
            )
        )  # fmt: skip
        stored.append(message.from_outbox())
    return stored


def delete(session: Session, job_id: str) -> None:
    """The job has ended: its row has done its duty."""
    session.execute(sa.delete(OutboxRow).where(OutboxRow.job_id == job_id))


class OutboxRelay:
    """Carries rows to the queue: at once after a commit, and in its own thread whatever could not leave then."""

    name = "outbox-relay"

    def __init__(self, database: Database, jobs: EpochQueue) -> None:
        self._database = database
        self._jobs = jobs
        self._relayed: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._pending = False
        self._lost_memory = False
        self._thread: threading.Thread | None = None

    def relay(self, messages: Sequence[JobMessage]) -> None:
        """Called after the commit, in the thread of whoever committed. Never raises: the rows are safe."""
        try:
            if self._jobs.claim_epoch():
                log.warning("outbox.epoch.missing", meaning="the queue is new or was flushed: relaying every open job")
                self._lost_memory = True  # the thread's to do; these rows are among them
            else:
                self._jobs.enqueue(*messages)
                for message in messages:
                    self._relayed.put(message.job_id)
        except EngineOError as error:
            log.warning("outbox.relay.postponed", jobs=len(messages), reason=error.message)
            self._pending = True
        self._wake.set()

    def start(self) -> None:
        if self._thread is None:
            self._stopping.clear()
            self._pending = True  # what an earlier process could not relay
            self._wake.set()
            self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
            self._thread.start()

    def stop(self, timeout: float) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            self._wake.set()
            thread.join(timeout)

    def _run(self) -> None:
        wait = SAFETY_SWEEP
        first = True
        while not self._stopping.is_set():
            if not self._wake.wait(wait.total_seconds()):
                first = True  # the hourly look: has Redis lost its memory while nothing was sent?
            self._wake.clear()
            try:
                self._mark_relayed()
                if first and self._has_rows() and self._jobs.claim_epoch():
                    self._lost_memory = True
                first = False
                if self._lost_memory:
                    self._forget_relayed()
                if self._pending:
                    self._pending = False
                    self._relay_pending()
                wait = SAFETY_SWEEP
            except Exception as error:
                self._pending = True
                wait = FIRST_RETRY if wait == SAFETY_SWEEP else min(wait * 2, LONGEST_RETRY)
                expected = isinstance(error, EngineOError)
                log.warning(
                    "outbox.relay.waiting",
                    reason=str(error),
                    next_try_seconds=wait.total_seconds(),
                    exc_info=None if expected else error,
                )
        self._mark_at_stop()

    def _mark_at_stop(self) -> None:
        try:
            self._mark_relayed()
            if self._lost_memory:
                self._forget_relayed()
        except EngineOError as error:
            log.warning("outbox.mark.failed", reason=error.message, meaning="some jobs will be relayed once more")

    def _has_rows(self) -> bool:
        with self._database.session(read_only=True) as session:
            return session.scalar(sa.select(OutboxRow.job_id).limit(1)) is not None

    def _mark_relayed(self) -> None:
        """In batches, off the request's path: a row marked late is at worst relayed twice, which adds nothing."""
        job_ids: list[str] = []
        while not self._relayed.empty() and len(job_ids) < BATCH:
            job_ids.append(self._relayed.get())
        if not job_ids:
            return
        try:
            with self._database.transaction() as session:
                session.execute(
                    sa.update(OutboxRow).where(OutboxRow.job_id.in_(job_ids)).values(relayed_at=datetime.now(UTC))
                )
        except UnavailableError:
            for job_id in job_ids:
                self._relayed.put(job_id)
            raise
        if not self._relayed.empty():
            self._wake.set()

    def _open_children(self, row: OutboxRow) -> tuple[str, ...]:
        """The children that a parent still waits for: those that have ended have no row any more."""
        children = SendOptions.from_json(row.options).waits_for
        if not children:
            return ()
        with self._database.session(read_only=True) as session:
            known = set(session.scalars(sa.select(OutboxRow.job_id).where(OutboxRow.job_id.in_(children))))
        return tuple(child for child in children if child in known)

    def _forget_relayed(self) -> None:
        self._lost_memory = False
        try:
            with self._database.transaction() as session:
                session.execute(sa.update(OutboxRow).values(relayed_at=None))
        except UnavailableError:
            self._lost_memory = True
            raise
        self._pending = True

    def _relay_pending(self) -> None:
        while not self._stopping.is_set():
            with self._database.session(read_only=True) as session:
                rows = session.scalars(
                    sa.select(OutboxRow)
                    .where(OutboxRow.relayed_at.is_(None))
                    .order_by(OutboxRow.created_at)
                    .limit(BATCH)
                ).all()
            if not rows:
                return
            started = time.monotonic()
            self._jobs.enqueue(*(_message(row, self._open_children(row)) for row in rows))
            with self._database.transaction() as session:
                session.execute(
                    sa.update(OutboxRow)
                    .where(OutboxRow.job_id.in_([row.job_id for row in rows]))
                    .values(relayed_at=datetime.now(UTC))
                )
            log.info("outbox.rows.relayed", jobs=len(rows), seconds=round(time.monotonic() - started, 3))


def _message(row: OutboxRow, children: tuple[str, ...]) -> JobMessage:
    delay = max(timedelta(0), row.due_at - datetime.now(UTC)) if row.due_at else timedelta(0)
    return JobMessage(
        row.kind, row.queue, row.payload, row.job_id, delay, stored=True, own_id=True,
        options=replace(SendOptions.from_json(row.options), waits_for=children),
    )  # fmt: skip
