"""Schedules: what the module needs, offers and runs."""

from dependency_injector import providers

from engineo.features.crawling.contracts import Crawler
from engineo.features.deo_score.contracts import ScoreRequester
from engineo.features.projects.contracts import ProjectReader
from engineo.features.schedules.repository import ScheduleRepository
from engineo.features.schedules.routes import build_router
from engineo.features.schedules.service.editing import ScheduleEditing
from engineo.features.schedules.service.running import ScheduleRuns
from engineo.kernel.module import Module, needs
from engineo.kernel.ports import Bell, Clock, UnitOfWork


class SchedulesModule(Module):
    uow = needs(UnitOfWork)
    clock = needs(Clock)
    bell = needs(Bell)
    projects = needs(ProjectReader)
    crawler = needs(Crawler)
    scores = needs(ScoreRequester)
    repository = providers.ThreadSafeSingleton(ScheduleRepository)
    editing = providers.Factory(
        ScheduleEditing, uow=uow, clock=clock, bell=bell, projects=projects, schedules=repository
    )
    runs = providers.Factory(
        ScheduleRuns, uow=uow, projects=projects, schedules=repository, crawler=crawler, scores=scores
    )

    routers = providers.List(providers.Factory(build_router, service=editing))
    schedulers = providers.List(runs)


MODULE = SchedulesModule
