"""The unit of work: one session, one commit, and the jobs that follow from it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

from sqlalchemy.orm import Session

from engineo.infra import outbox
from engineo.infra.database import Database
from engineo.kernel.flows import Flow
from engineo.kernel.jobs import Event, Job, JobMessage
from engineo.kernel.ports import Work
from engineo.kernel.unit_of_work import Promises


class SqlWork:
    """One open transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.promises = Promises()

    def send(self, job: Job, *, job_id: str | None = None, delay: timedelta = timedelta(0)) -> str:
        return self.promises.send(job, job_id=job_id, delay=delay)

    def send_flow(self, flow: Flow) -> str:
        return self.promises.send_flow(flow)

    def emit(self, event: Event) -> None:
        self.promises.emit(event)


class SqlUnitOfWork:
    """Opens transactions; see the port `UnitOfWork`."""

    def __init__(self, database: Database, relay: Callable[[Sequence[JobMessage]], None]) -> None:
        self._database = database
        self._relay = relay

    def __call__(self, *, read_only: bool = False) -> AbstractContextManager[Work]:
        return self._transaction(read_only=read_only)

    @contextmanager
    def _transaction(self, *, read_only: bool) -> Iterator[SqlWork]:
        with self._database.transaction(read_only=read_only) as session:
            work = SqlWork(session)
            yield work
            messages = outbox.store(session, work.promises.messages)
        if messages:
            self._relay(messages)
