"""All features as the product connects them, on a real database and with a site to crawl."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import httpx2
from starlette.testclient import TestClient
from tests.integration.features.crawling.static_site import StaticSite

from engineo.features.answer_content.module import AnswerContentModule
from engineo.features.crawling.contracts import Crawler
from engineo.features.crawling.module import CrawlingModule
from engineo.features.crawling.settings import CrawlSettings
from engineo.features.deo_score.contracts import FolderServer
from engineo.features.deo_score.jobs import RecomputeDeoScore
from engineo.features.deo_score.module import DeoScoreModule
from engineo.features.deo_score.settings import ScoreSettings
from engineo.features.entity_extraction.module import EntityExtractionModule
from engineo.features.products.module import ProductsModule
from engineo.features.products.settings import ProductSettings
from engineo.features.projects.contracts import ApiKeys, LocalProjects
from engineo.features.projects.module import ProjectsModule
from engineo.infra import migrations
from engineo.infra.clock import SystemClock
from engineo.infra.database import Database, parse_url
from engineo.infra.http import FetchSettings, HttpFetcherFactory
from engineo.infra.unit_of_work import SqlUnitOfWork
from engineo.infra.web import create_app
from engineo.kernel.fetching import FetcherFactory
from engineo.kernel.jobs import JobMessage, new_job_id
from engineo.kernel.module import Module, connect
from engineo.kernel.ports import Authenticator, Clock, Runtime, UnitOfWork
from engineo.ops.folders.server import FolderSites


class Open:
    """The port `Runtime` where everything is open already."""

    def running(self) -> AbstractContextManager[None]:
        return nullcontext()

    def migrate(self, revision: str) -> None:
        """The tables are there."""


@dataclass(frozen=True)
class Here:
    """The context of a job that the test runs itself."""

    job_id: str
    attempt: int = 1
    postponed: int = 0

    def should_stop(self) -> bool:
        return False


class SiteWorld:
    def __init__(self, url: str, site: StaticSite, **alerts: int) -> None:
        self.sent: list[JobMessage] = []
        self.site = site
        self.database = Database(parse_url(url))
        migrations.upgrade(self.database.url)
        self.uow = SqlUnitOfWork(self.database, self._relay)
        fetchers = HttpFetcherFactory(FetchSettings(crawl_allow_private_hosts=(site.endpoint,)))
        given: dict[type, object] = {
            UnitOfWork: self.uow, Clock: SystemClock(), Runtime: Open(), FetcherFactory: fetchers,
            CrawlSettings: CrawlSettings(), ScoreSettings: ScoreSettings(**alerts), ProductSettings: ProductSettings(),
            FolderServer: FolderSites(),
        }  # fmt: skip
        modules: dict[str, type[Module]] = {
            "projects": ProjectsModule, "products": ProductsModule, "crawling": CrawlingModule,
            "deo_score": DeoScoreModule, "entity_extraction": EntityExtractionModule,
            "answer_content": AnswerContentModule,
        }  # fmt: skip
        self.modules = connect(modules, given)
        keys: ApiKeys = self.modules.exported(ApiKeys)
        self.me, self.other = keys.create().token, keys.create("other@shop.example").token
        app = create_app(self.modules.collect("routers"), self.modules.exported(Authenticator))
        self.client = TestClient(app, raise_server_exceptions=False)
        local: LocalProjects = self.modules.exported(LocalProjects)
        with self.uow() as work:
            self.project = local.find_or_create(work, site.origin).id

    def _relay(self, messages: Sequence[JobMessage]) -> None:
        self.sent += messages

    def crawl(self) -> str:
        """The id of a run that has ended."""
        crawler: Crawler = self.modules.exported(Crawler)
        with self.uow() as work:
            run = crawler.request(work, self.project, self.site.origin, "test")
        return crawler.crawl(run.id).id

    def score(self) -> dict[str, Any]:
        """Crawl the site as it is now, and score it."""
        self.crawl()
        (actor,) = [a for a in self.modules.collect("actors") if a.job is RecomputeDeoScore]
        actor.perform(RecomputeDeoScore(project_id=self.project), Here(new_job_id()))
        return self.get()

    def get(self, path: str = "", *, key: str = "", expect: int = 200) -> dict[str, Any]:
        return self.of_project(f"/deo-score{path}", key=key, expect=expect)

    def of_project(self, path: str, *, key: str = "", expect: int = 200) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {key or self.me}"}
        response: httpx2.Response = self.client.get(f"/projects/{self.project}{path}", headers=headers)
        assert response.status_code == expect, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def import_products(self, *products: dict[str, Any]) -> None:
        path, headers = f"/projects/{self.project}/products", {"Authorization": f"Bearer {self.me}"}
        response: httpx2.Response = self.client.put(path, json={"products": products}, headers=headers)
        assert response.status_code == 200, response.text

    def deliver(self, *kinds: str) -> list[str]:
        """Work what was sent of these kinds, once, and what follows from it; return the kinds in their order."""
        worked = []
        while waiting := [message for message in self.sent if message.kind in kinds]:
            self.sent = [message for message in self.sent if message.kind not in kinds]
            for message in waiting:
                for actor in self.modules.collect("actors"):
                    if actor.job.kind == message.kind:
                        actor.perform(actor.job.parse(message.payload), Here(message.job_id))
                        worked.append(actor.name)
        return worked

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [dict(message.payload) for message in self.sent if message.kind == kind]

    def close(self) -> None:
        self.database.close()
