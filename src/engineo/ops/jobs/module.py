"""Jobs: what the module needs, offers and runs."""

from dependency_injector import providers

from engineo.features.projects.contracts import ProjectReader
from engineo.kernel.job_registry import JobRegistry
from engineo.kernel.module import Module, needs
from engineo.kernel.ports import UnitOfWork
from engineo.ops.jobs.routes import build_router


class JobsModule(Module):
    registry = needs(JobRegistry)
    projects = needs(ProjectReader)
    uow = needs(UnitOfWork)

    routers = providers.List(providers.Factory(build_router, registry=registry, projects=projects, uow=uow))


MODULE = JobsModule
