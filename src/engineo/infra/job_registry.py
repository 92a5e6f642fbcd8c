"""The port `JobRegistry` on the queue's store and the outbox: every change keeps both in step."""

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

import sqlalchemy as sa

from engineo.infra import outbox
from engineo.infra.broker.job_views import again, view_of
from engineo.infra.broker.queue import JobQueue
from engineo.infra.broker.store import State, Stored
from engineo.infra.database import Database
from engineo.infra.outbox import OutboxRow
from engineo.kernel.job_registry import (
    JobState,
    JobView,
    NoSuchJobError,
    QueueStatus,
    WorkerIdentity,
    WrongStateError,
)
from engineo.kernel.jobs import Job, JobMessage

SEARCHED = 10_000
PAGE = 500
NOT_RUNNING = (State.WAITING, State.DELAYED, State.BLOCKED, State.COMPLETED, State.FAILED)


def declared_queues(base: type[Job] = Job) -> Iterator[str]:
    """The queues of every job class that this process has imported."""
    for job in base.__subclasses__():
        if isinstance(queue := job.__dict__.get("queue"), str):
            yield queue
        yield from declared_queues(job)


class StoredJobRegistry:
    """See the port. A job with an outbox row is forgotten with its row, and gets one again when it is retried."""

    def __init__(self, jobs: JobQueue, database: Database, declared: Callable[[], Collection[str]]) -> None:
        self._store = jobs.store
        self._database = database
        self._declared = declared

    def queues(self) -> Sequence[QueueStatus]:
        names = {*self._declared()}
        for worker in self.workers():
            names.update(worker.details.get("queues", ()))
        consumers = self._store.consumers(sorted(names)) if names else {}
        return [
            QueueStatus(
                name,
                {state.value: count for state, count in self._store.counts(name).items()},
                self._store.is_paused(name),
                consumers[name],
            )
            for name in sorted(names)
        ]

    def workers(self) -> Sequence[WorkerIdentity]:
        return [WorkerIdentity(name, details) for name, details in self._store.introduced().items()]

    def get(self, job_id: str) -> JobView:
        stored = self._store.find([job_id])[0]
        if stored is not None:
            return view_of(stored)
        with self._database.session(read_only=True) as session:
            row = session.get(OutboxRow, job_id)
            if row is None:
                raise NoSuchJobError
            return JobView(
                job_id, row.queue, row.kind, "waiting", row.payload, added_at=row.created_at, due_at=row.due_at,
                stored=True,
            )  # fmt: skip

    def list(
        self, queue: str, state: JobState, *, offset: int = 0, limit: int = 50, newest_first: bool = True
    ) -> Sequence[JobView]:
        ids = self._store.list_ids(queue, State(state), offset, limit, newest_first=newest_first)
        return self._views(ids)

    def search(
        self,
        text: str,
        *,
        queue: str | None = None,
        kind: str | None = None,
        state: JobState | None = None,
        limit: int = 50,
    ) -> Sequence[JobView]:
        wanted = text.casefold()
        queues = [queue] if queue else [status.name for status in self.queues()]
        states = [State(state)] if state else list(State)
        matching = (
            view
            for name in queues
            for one in states
            for view in self._all(name, one)
            if (kind is None or view.kind == kind) and _contains(view, wanted)
        )
        return list(itertools.islice(matching, limit))

    def retry(self, job_id: str, payload: Mapping[str, Any] | None = None) -> None:
        stored = self._found(job_id)
        view = view_of(stored)
        record = again(stored.record, payload)
        if view.stored:
            self._promise(view, payload)
        was = self._store.move(stored.record.place, State.WAITING, (State.FAILED, State.COMPLETED), record)
        if was is None:
            if view.stored and stored.state in {State.FAILED, State.COMPLETED}:
                self._forget([job_id])
            raise WrongStateError(f"the job is {stored.state}; only one that has ended can run again")

    def retry_all(self, queue: str) -> int:
        retried = 0
        while ids := self._store.list_ids(queue, State.FAILED, 0, PAGE, newest_first=False):
            for job_id in ids:
                try:
                    self.retry(job_id)
                    retried += 1
                except (NoSuchJobError, WrongStateError):
                    continue  # somebody else was quicker
        return retried

    def promote(self, job_id: str) -> None:
        stored = self._found(job_id)
        if self._store.move(stored.record.place, State.WAITING, (State.DELAYED,)) is None:
            raise WrongStateError(f"the job is {stored.state}; only a delayed one can be promoted")

    def remove(self, job_id: str) -> None:
        stored = self._store.find([job_id])[0]
        if stored is None:
            if not self._forget([job_id]):
                raise NoSuchJobError
            return
        if self._store.move(stored.record.place, None, NOT_RUNNING) is None:
            raise WrongStateError(f"the job is {stored.state}; cancel it instead")
        self._forget([job_id])

    def cancel(self, job_id: str) -> None:
        stored = self._found(job_id)
        waiting = (State.WAITING, State.DELAYED, State.BLOCKED)
        if self._store.move(stored.record.place, State.FAILED, waiting, info=b'{"error": "cancelled"}') is not None:
            self._forget([job_id])
        elif stored.state in {State.COMPLETED, State.FAILED}:
            raise WrongStateError(f"the job is {stored.state}; there is nothing to cancel")
        else:
            self._store.cancel(job_id)

    def clean(self, queue: str, state: Literal["completed", "failed"], older_than: timedelta) -> int:
        before = self._store.now() - int(older_than.total_seconds() * 1000)
        cleaned = 0
        while ids := self._store.forget(queue, State(state), before, PAGE):
            cleaned += len(ids)
        return cleaned

    def drain(self, queue: str) -> int:
        drained = 0
        while ids := self._store.drain(queue, PAGE):
            self._forget(ids)
            drained += len(ids)
        return drained

    def pause(self, queue: str) -> bool:
        return self._store.pause(queue)

    def resume(self, queue: str) -> bool:
        return self._store.resume(queue)

    def _found(self, job_id: str) -> Stored:
        stored = self._store.find([job_id])[0]
        if stored is None:
            raise NoSuchJobError
        return stored

    def _all(self, queue: str, state: State) -> Iterator[JobView]:
        for offset in range(0, SEARCHED, PAGE):
            views = self._views(self._store.list_ids(queue, state, offset, PAGE, newest_first=True))
            yield from views
            if len(views) < PAGE:
                return

    def _views(self, ids: Sequence[str]) -> Sequence[JobView]:
        return [view_of(stored) for stored in self._store.find(ids) if stored is not None]

    def _promise(self, view: JobView, payload: Mapping[str, Any] | None) -> None:
        """A row as the job had when it was first sent; relayed already, for the job is put in line right after."""
        message = JobMessage(view.kind, view.queue, view.payload if payload is None else payload, view.job_id)
        with self._database.transaction() as session:
            outbox.delete(session, view.job_id)
            outbox.store(session, [message])
            session.flush()
            session.execute(
                sa.update(OutboxRow).where(OutboxRow.job_id == view.job_id).values(relayed_at=datetime.now(UTC))
            )

    def _forget(self, ids: Sequence[str]) -> int:
        with self._database.transaction() as session:
            deleted = session.execute(sa.delete(OutboxRow).where(OutboxRow.job_id.in_(ids)))
            return int(cast("sa.CursorResult[Any]", deleted).rowcount)


def _contains(view: JobView, text: str) -> bool:
    return (
        not text
        or text in view.job_id.casefold()
        or text in view.kind.casefold()
        or text in str(view.payload).casefold()
    )
