"""Crawling: what the module needs, offers and runs."""

from dependency_injector import providers

from engineo.features.crawling.actors import CrawlActor, DeleteOldFactsActor
from engineo.features.crawling.commands import build_commands
from engineo.features.crawling.contracts import Crawler, CrawlReader
from engineo.features.crawling.jobs import DeleteOldFacts
from engineo.features.crawling.repository.pages import PageRepository
from engineo.features.crawling.repository.runs import RunRepository
from engineo.features.crawling.routes import build_router
from engineo.features.crawling.service.crawl import SiteCrawler
from engineo.features.crawling.service.inspect import PageInspector
from engineo.features.crawling.service.retention import FactsRetention
from engineo.features.crawling.service.runs import CrawlRuns
from engineo.features.crawling.settings import CrawlSettings
from engineo.features.projects.contracts import LocalProjects, ProjectReader
from engineo.kernel.cron import CronSpec
from engineo.kernel.fetching import FetcherFactory
from engineo.kernel.module import Module, needs
from engineo.kernel.ports import Clock, Runtime, UnitOfWork


class CrawlingModule(Module):
    uow = needs(UnitOfWork)
    clock = needs(Clock)
    fetchers = needs(FetcherFactory)
    projects = needs(ProjectReader)
    local_projects = needs(LocalProjects)
    settings = needs(CrawlSettings)
    runtime = needs(Runtime)

    run_repository = providers.ThreadSafeSingleton(RunRepository)
    page_repository = providers.ThreadSafeSingleton(PageRepository)
    runs = providers.Factory(
        CrawlRuns, uow=uow, clock=clock, projects=projects, settings=settings, run_repository=run_repository,
        page_repository=page_repository,
    )  # fmt: skip
    crawler = providers.Factory(
        SiteCrawler, uow=uow, clock=clock, fetchers=fetchers, settings=settings, runs=runs,
        run_repository=run_repository, page_repository=page_repository,
    )  # fmt: skip
    retention = providers.Factory(FactsRetention, uow=uow, clock=clock, runs=run_repository, settings=settings)
    inspector = providers.Factory(PageInspector, fetchers=fetchers, clock=clock, settings=settings)

    exports = providers.Dict({CrawlReader: runs, Crawler: crawler})
    routers = providers.List(providers.Factory(build_router, service=runs))
    actors = providers.List(
        providers.Factory(CrawlActor, crawler=crawler, runs=runs),
        providers.Factory(DeleteOldFactsActor, retention=retention),
    )
    crons = providers.List(providers.Object(CronSpec("30 3 * * *", DeleteOldFacts())))
    commands = providers.List(
        providers.Factory(
            build_commands, runtime=runtime, uow=uow, crawler=crawler.provider, inspector=inspector.provider,
            projects=projects.provider, local_projects=local_projects.provider,
        )
    )  # fmt: skip


MODULE = CrawlingModule
