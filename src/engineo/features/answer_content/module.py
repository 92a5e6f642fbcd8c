"""Answers: what the module needs and runs."""

from dependency_injector import providers

from engineo.features.answer_content.actors import ExtractActor, OnCrawlFinished
from engineo.features.answer_content.repository import AnswerRepository
from engineo.features.answer_content.routes import build_router
from engineo.features.answer_content.service import AnswerService
from engineo.features.crawling.contracts import CrawlReader
from engineo.features.products.contracts import ProductReader
from engineo.features.projects.contracts import ProjectReader
from engineo.kernel.module import Module, needs
from engineo.kernel.ports import Clock, UnitOfWork


class AnswerContentModule(Module):
    uow = needs(UnitOfWork)
    clock = needs(Clock)
    projects = needs(ProjectReader)
    crawls = needs(CrawlReader)
    products = needs(ProductReader)
    service = providers.Factory(
        AnswerService, uow=uow, clock=clock, projects=projects, crawls=crawls, products=products,
        repository=providers.ThreadSafeSingleton(AnswerRepository),
    )  # fmt: skip

    routers = providers.List(providers.Factory(build_router, service=service))
    actors = providers.List(
        providers.Factory(OnCrawlFinished, service=service), providers.Factory(ExtractActor, service=service)
    )


MODULE = AnswerContentModule
