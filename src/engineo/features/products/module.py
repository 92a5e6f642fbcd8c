"""Products: what the module needs, offers and runs."""

from dependency_injector import providers

from engineo.features.products.commands import ProductServices, build_commands
from engineo.features.products.contracts import ProductReader
from engineo.features.products.repository import ProductRepository
from engineo.features.products.routes import build_router
from engineo.features.products.service.catalogue import ProductCatalogue
from engineo.features.products.service.imports import ProductImports
from engineo.features.products.settings import ProductSettings
from engineo.features.projects.contracts import ProjectReader
from engineo.kernel.module import Module, needs
from engineo.kernel.ports import Clock, Runtime, UnitOfWork


class ProductsModule(Module):
    uow = needs(UnitOfWork)
    clock = needs(Clock)
    runtime = needs(Runtime)
    projects = needs(ProjectReader)
    settings = needs(ProductSettings)

    repository = providers.ThreadSafeSingleton(ProductRepository)
    imports = providers.Factory(
        ProductImports, uow=uow, clock=clock, projects=projects, products=repository, settings=settings
    )
    catalogue = providers.Factory(ProductCatalogue, uow=uow, projects=projects, products=repository)
    services = providers.Factory(
        ProductServices, imports=imports, catalogue=catalogue, projects=projects, settings=settings
    )

    exports = providers.Dict({ProductReader: catalogue})
    routers = providers.List(providers.Factory(build_router, imports=imports, catalogue=catalogue, settings=settings))
    commands = providers.List(providers.Factory(build_commands, runtime=runtime, uow=uow, services=services.provider))


MODULE = ProductsModule
