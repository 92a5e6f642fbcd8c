"""The DEO score: what the module needs, offers and runs."""

from dependency_injector import providers

from engineo.features.crawling.contracts import Crawler, CrawlReader
from engineo.features.deo_score.actors import RecomputeActor
from engineo.features.deo_score.commands import ScoreServices, TerminalScoreRenderer, build_commands
from engineo.features.deo_score.contracts import FolderServer, ScoreRenderer, ScoreRequester
from engineo.features.deo_score.repository import (
    FindingRepository,
    RequestRepository,
    SiteInputsRepository,
    SnapshotRepository,
)
from engineo.features.deo_score.routes import build_router
from engineo.features.deo_score.service.drops import DropWatch
from engineo.features.deo_score.service.evidence import ScoreEvidence
from engineo.features.deo_score.service.findings import FindingsReading
from engineo.features.deo_score.service.history import ScoreHistories
from engineo.features.deo_score.service.reading import ScoreReading
from engineo.features.deo_score.service.recompute import Recompute
from engineo.features.deo_score.service.report import ScoreReports
from engineo.features.deo_score.service.requests import ScoreRequests
from engineo.features.deo_score.settings import ScoreSettings
from engineo.features.products.contracts import ProductReader
from engineo.features.projects.contracts import LocalProjects, ProjectReader, ProjectScores
from engineo.kernel.module import Module, needs
from engineo.kernel.ports import Clock, Runtime, UnitOfWork


class DeoScoreModule(Module):
    uow = needs(UnitOfWork)
    clock = needs(Clock)
    runtime = needs(Runtime)
    projects = needs(ProjectReader)
    scores = needs(ProjectScores)
    local_projects = needs(LocalProjects)
    crawls = needs(CrawlReader)
    crawler = needs(Crawler)
    folders = needs(FolderServer)
    products = needs(ProductReader)
    settings = needs(ScoreSettings)
    requests_repository = providers.ThreadSafeSingleton(RequestRepository)
    snapshots = providers.ThreadSafeSingleton(SnapshotRepository)
    findings_repository = providers.ThreadSafeSingleton(FindingRepository)
    inputs = providers.ThreadSafeSingleton(SiteInputsRepository)

    requests = providers.Factory(
        ScoreRequests,
        uow=uow,
        clock=clock,
        requests=requests_repository,
        projects=projects,
        crawls=crawls,
        crawler=crawler,
    )
    evidence = providers.Factory(ScoreEvidence, findings=findings_repository)
    drops = providers.Factory(DropWatch, evidence=evidence, settings=settings)
    recompute = providers.Factory(
        Recompute,
        uow=uow,
        clock=clock,
        requests=requests_repository,
        snapshots=snapshots,
        findings=findings_repository,
        inputs=inputs,
        projects=projects,
        scores=scores,
        crawls=crawls,
        products=products,
        drops=drops,
    )
    reading = providers.Factory(
        ScoreReading, uow=uow, projects=projects, snapshots=snapshots, requests=requests_repository
    )
    findings = providers.Factory(
        FindingsReading, uow=uow, projects=projects, snapshots=snapshots, findings=findings_repository
    )
    history = providers.Factory(
        ScoreHistories, uow=uow, projects=projects, snapshots=snapshots, evidence=evidence, inputs=inputs
    )
    reports = providers.Factory(
        ScoreReports, uow=uow, projects=projects, crawls=crawls, reading=reading, findings=findings
    )
    services = providers.Factory(
        ScoreServices,
        requests=requests,
        recompute=recompute,
        reports=reports,
        history=history,
        crawler=crawler,
        local=local_projects,
        projects=projects,
    )

    exports = providers.Dict({ScoreRenderer: providers.Factory(TerminalScoreRenderer), ScoreRequester: requests})
    routers = providers.List(
        providers.Factory(build_router, requests=requests, reading=reading, findings=findings, history=history)
    )
    actors = providers.List(providers.Factory(RecomputeActor, service=recompute))
    commands = providers.List(
        providers.Factory(
            build_commands, runtime=runtime, uow=uow, services=services.provider, folders=folders.provider
        )
    )


MODULE = DeoScoreModule
