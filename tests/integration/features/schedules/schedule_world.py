"""The API and the runs of stored schedules: the real modules, a real database, and a clock that can be moved."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from starlette.testclient import TestClient
from tests.memory_bell import MemoryBell

from engineo.bootstrap import load_modules, metadata
from engineo.features.crawling.contracts import Crawler
from engineo.features.crawling.settings import CrawlSettings
from engineo.features.deo_score.contracts import FolderServer, ScoreRequester
from engineo.features.deo_score.settings import ScoreSettings
from engineo.features.products.settings import ProductSettings
from engineo.features.projects.contracts import ApiKeys, ProjectReader
from engineo.features.projects.service import KeyService
from engineo.features.schedules.models import ScheduleRow
from engineo.features.schedules.repository import ScheduleRepository
from engineo.features.schedules.service.running import ScheduleRuns
from engineo.infra.database import Database, parse_url
from engineo.infra.http import FetchSettings, HttpFetcherFactory
from engineo.infra.outbox import OutboxRow
from engineo.infra.unit_of_work import SqlUnitOfWork
from engineo.infra.web import create_app
from engineo.kernel.fetching import FetcherFactory
from engineo.kernel.jobs import JobMessage
from engineo.kernel.module import connect
from engineo.kernel.ports import Authenticator, Bell, Clock, Runtime, UnitOfWork
from engineo.ops.folders.server import FolderSites

MODULES = [f"engineo.features.{name}" for name in ("projects", "products", "crawling", "deo_score", "schedules")]
START = datetime(2026, 5, 7, 12, 34, 56, tzinfo=UTC)  # a Thursday
Send = Callable[..., Any]


class Now:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment


class Open:
    """The port `Runtime` where everything is open already."""

    def running(self) -> AbstractContextManager[None]:
        return nullcontext()

    def migrate(self, revision: str) -> None:
        """The tables are there."""


class ScheduleWorld:
    """One process: its API, its runs, and what left it."""

    def __init__(self, url: str, *, now: Now | None = None, bell: Bell | None = None) -> None:
        self.url = url
        self.database = Database(parse_url(url))
        self.now = now or Now()
        self.bell = bell or MemoryBell()
        self.sent: list[JobMessage] = []
        self.sent_something = threading.Event()
        self.uow = SqlUnitOfWork(self.database, self._relay)
        given: dict[type, object] = {
            UnitOfWork: self.uow,
            Clock: self.now,
            Bell: self.bell,
            Runtime: Open(),
            FetcherFactory: HttpFetcherFactory(FetchSettings()),
            CrawlSettings: CrawlSettings(),
            ScoreSettings: ScoreSettings(),
            FolderServer: FolderSites(),
            ProductSettings: ProductSettings(),
        }
        modules = connect(load_modules(MODULES), given)
        self.keys: KeyService = modules.exported(ApiKeys)
        app = create_app(modules.collect("routers"), modules.exported(Authenticator))
        self.client = TestClient(app, raise_server_exceptions=False)
        self.runs: ScheduleRuns
        (self.runs,) = modules.collect("schedulers")
        self._projects: ProjectReader = modules.exported(ProjectReader)
        self._crawler: Crawler = modules.exported(Crawler)
        self._scores: ScoreRequester = modules.exported(ScoreRequester)

    def _relay(self, messages: Sequence[JobMessage]) -> None:
        self.sent += messages
        self.sent_something.set()

    def runs_with(
        self, *, schedules: ScheduleRepository | None = None, scores: ScoreRequester | None = None
    ) -> ScheduleRuns:
        """The runs with another part in place of the real one."""
        return ScheduleRuns(
            self.uow, self._projects, schedules or ScheduleRepository(), self._crawler, scores or self._scores
        )

    def create_tables(self) -> None:
        metadata().create_all(self.database.engine)

    def empty_tables(self) -> None:
        with self.database.engine.begin() as connection:
            for table in reversed(metadata().sorted_tables):
                connection.execute(sa.delete(table))

    def person(self, email: str) -> Send:
        """Sends requests with a key of that person."""
        token = self.keys.create(email).token

        def send(method: str, path: str, **arguments: Any) -> Any:
            return self.client.request(method, path, headers={"Authorization": f"Bearer {token}"}, **arguments)

        return send

    def run_all(self) -> int:
        """Run what is due, batch by batch."""
        total = 0
        while (due := self.runs.next_due()) is not None and due <= self.now.moment:
            total += self.runs.run_due(self.now.moment)
        return total

    def move(self, **duration: float) -> None:
        self.now.moment += timedelta(**duration)

    def rows(self) -> list[ScheduleRow]:
        with self.database.session(read_only=True) as session:
            return list(session.scalars(sa.select(ScheduleRow).order_by(ScheduleRow.created_at, ScheduleRow.id)))

    def set_row(self, schedule_id: str, **values: Any) -> None:
        """Write the row, past the API."""
        with self.database.transaction() as session:
            session.execute(sa.update(ScheduleRow).where(ScheduleRow.id == schedule_id).values(**values))

    def outbox(self) -> list[str]:
        """The kinds of the jobs that were promised, in order."""
        with self.database.session(read_only=True) as session:
            return list(session.scalars(sa.select(OutboxRow.kind).order_by(OutboxRow.created_at, OutboxRow.kind)))

    def close(self) -> None:
        self.database.close()


def create_project(send: Send, name: str = "shop") -> str:
    response = send("POST", "/projects", json={"origin": f"https://{name}.example"})
    assert response.status_code == 201, response.text
    project_id: str = response.json()["id"]
    return project_id


def create_schedule(send: Send, project_id: str, **body: Any) -> dict[str, Any]:
    timing = {} if {"cron", "intervalSeconds"} & body.keys() else {"cron": "0 * * * *"}
    response = send("POST", f"/projects/{project_id}/schedules", json={"action": "recompute", **timing, **body})
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created
