"""The crawling feature on a real database, with the real fetcher, and nothing else of the platform."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engineo.features.crawling.contracts import CrawledPage, CrawlSummary, SiteFacts
from engineo.features.crawling.models import CrawlPageRow, CrawlRunRow
from engineo.features.crawling.repository.pages import PageRepository
from engineo.features.crawling.repository.runs import RunRepository
from engineo.features.crawling.service.crawl import LEASE, SiteCrawler
from engineo.features.crawling.service.runs import CrawlRuns
from engineo.features.crawling.settings import CrawlSettings
from engineo.features.projects.models import ProjectRow, UserRow
from engineo.features.projects.repository import ProjectRepository, UserRepository
from engineo.features.projects.service import ProjectService
from engineo.infra.clock import SystemClock
from engineo.infra.database import Base, Database, parse_url
from engineo.infra.http import FetchSettings, HttpFetcherFactory
from engineo.infra.unit_of_work import SqlUnitOfWork
from engineo.kernel.jobs import JobMessage


class World:
    """Everything that a test of crawling needs; `sent` are the jobs and events that left."""

    def __init__(self, url: str, allowed: Sequence[str] = (), *, create: bool = True, **limits: Any) -> None:
        self.url = url
        self.sent: list[JobMessage] = []
        self.database = Database(parse_url(url))
        if create:
            Base.metadata.create_all(self.database.engine)
        self.uow = SqlUnitOfWork(self.database, self.sent.extend)
        self.clock = SystemClock()
        self.fetchers = HttpFetcherFactory(FetchSettings(crawl_allow_private_hosts=tuple(allowed)))
        self.projects = ProjectService(self.uow, ProjectRepository(), UserRepository())
        self.limit(**limits)

    def limit(self, **limits: Any) -> None:
        """Settings of the runs requested from now on, without their prefix: max_pages=5."""
        repositories = (RunRepository(), PageRepository())
        self.settings = CrawlSettings(**{f"crawl_{name}": value for name, value in limits.items()})
        self.runs = CrawlRuns(self.uow, self.clock, self.projects, self.settings, *repositories)
        self.crawler = SiteCrawler(
            self.uow, self.clock, self.fetchers, self.settings, self.runs, *repositories, lease=LEASE
        )

    def project(self, origin: str) -> str:
        with self.uow() as work:
            user = UserRow(email=f"{len(origin)}-{origin[-60:]}@example.com")
            work.session.add(user)
            work.session.flush()
            row = ProjectRow(owner_id=user.id, name="test", origin=origin)
            work.session.add(row)
            work.session.flush()
            return row.id

    def owner(self, project_id: str) -> str:
        with self.uow(read_only=True) as work:
            return self.projects.get_any(work, project_id).owner_id

    def request(self, project_id: str) -> CrawlSummary:
        with self.uow() as work:
            project = self.projects.get_any(work, project_id)
            return self.runs.request(work, project_id, project.origin, "manual").run

    def crawl(self, origin: str, **limits: Any) -> CrawlSummary:
        """A new project, crawled to its end."""
        if limits:
            self.limit(**limits)
        return self.crawler.crawl(self.request(self.project(origin)).id)

    def again(self, run: CrawlSummary) -> CrawlSummary:
        return self.crawler.crawl(self.request(run.project_id).id)

    def pages(self, run: CrawlSummary) -> dict[str, CrawledPage]:
        """By path and query."""
        with self.uow(read_only=True) as work:
            return {path_of(page.url): page for page in self.runs.pages(work, run.id)}

    def site(self, run: CrawlSummary) -> SiteFacts:
        with self.uow(read_only=True) as work:
            return self.runs.site(work, run.id)

    def summary(self, run: CrawlSummary) -> CrawlSummary:
        with self.uow(read_only=True) as work:
            return self.runs.get_run(work, run.id)

    def row(self, run: CrawlSummary) -> CrawlRunRow:
        with self.database.session(read_only=True) as session:
            return session.get_one(CrawlRunRow, run.id)

    def count(self, run_id: str, *states: str) -> int:
        query = sa.select(sa.func.count()).where(CrawlPageRow.run_id == run_id, CrawlPageRow.state.in_(states))
        with self.database.session(read_only=True) as session:
            return session.scalar(query) or 0

    def kinds(self) -> list[str]:
        return [message.kind for message in self.sent]

    def close(self) -> None:
        self.database.close()


def path_of(url: str) -> str:
    return "/" + url.partition("://")[2].partition("/")[2]
