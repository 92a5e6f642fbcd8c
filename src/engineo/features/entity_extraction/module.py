"""Entities: what the module needs and runs."""

from dependency_injector import providers

from engineo.features.crawling.contracts import CrawlReader
from engineo.features.entity_extraction.actors import ExtractActor, OnCrawlFinished
from engineo.features.entity_extraction.repository import EntityRepository
from engineo.features.entity_extraction.routes import build_router
from engineo.features.entity_extraction.service import EntityService
from engineo.features.products.contracts import ProductReader
from engineo.features.projects.contracts import ProjectReader
from engineo.kernel.module import Module, needs
from engineo.kernel.ports import Clock, UnitOfWork


class EntityExtractionModule(Module):
    uow = needs(UnitOfWork)
    clock = needs(Clock)
    projects = needs(ProjectReader)
    crawls = needs(CrawlReader)
    products = needs(ProductReader)
    service = providers.Factory(
        EntityService, uow=uow, clock=clock, projects=projects, crawls=crawls, products=products,
        repository=providers.ThreadSafeSingleton(EntityRepository),
    )  # fmt: skip

    routers = providers.List(providers.Factory(build_router, service=service))
    actors = providers.List(
        providers.Factory(OnCrawlFinished, service=service), providers.Factory(ExtractActor, service=service)
    )


MODULE = EntityExtractionModule
