"""Projects: what the module needs, offers and runs."""

from dependency_injector import providers

from engineo.features.projects.commands import build_commands
from engineo.features.projects.contracts import ApiKeys, LocalProjects, ProjectReader, ProjectScores
from engineo.features.projects.repository import KeyRepository, ProjectRepository, UserRepository
from engineo.features.projects.routes import build_router
from engineo.features.projects.service import KeyService, ProjectService
from engineo.kernel.module import Module, needs
from engineo.kernel.ports import Authenticator, Clock, Runtime, UnitOfWork


class ProjectsModule(Module):
    uow = needs(UnitOfWork)
    clock = needs(Clock)
    runtime = needs(Runtime)
    users = providers.ThreadSafeSingleton(UserRepository)
    service = providers.Factory(
        ProjectService, uow=uow, projects=providers.ThreadSafeSingleton(ProjectRepository), users=users
    )
    keys = providers.Factory(
        KeyService, uow=uow, clock=clock, keys=providers.ThreadSafeSingleton(KeyRepository), users=users
    )

    exports = providers.Dict(
        {ProjectReader: service, ProjectScores: service, LocalProjects: service, Authenticator: keys, ApiKeys: keys}
    )
    routers = providers.List(providers.Factory(build_router, service=service))
    commands = providers.List(
        providers.Factory(build_commands, runtime=runtime, uow=uow, keys=keys.provider, projects=service.provider)
    )


MODULE = ProjectsModule
