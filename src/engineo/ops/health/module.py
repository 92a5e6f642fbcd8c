"""Health: what the module needs, offers and runs."""

from dependency_injector import providers

from engineo.infra.broker import JobQueue
from engineo.infra.database import Database
from engineo.kernel.module import Module, needs
from engineo.kernel.process import HealthChecks, ProcessInfo
from engineo.ops.health.checks import database_check, redis_check
from engineo.ops.health.port import HealthPort
from engineo.ops.health.routes import build_router
from engineo.ops.health.service import HealthService
from engineo.ops.health.settings import HealthSettings


class HealthModule(Module):
    process = needs(ProcessInfo)
    checks = needs(HealthChecks)
    jobs = needs(JobQueue)
    database = needs(Database)
    settings = needs(HealthSettings)
    service = providers.Factory(HealthService, checks=checks, process=process)

    routers = providers.List(providers.Factory(build_router, service=service))
    components = providers.List(providers.Factory(HealthPort, service=service, settings=settings, process=process))
    health_checks = providers.List(
        providers.Factory(redis_check, jobs=jobs, process=process), providers.Factory(database_check, database=database)
    )


MODULE = HealthModule
