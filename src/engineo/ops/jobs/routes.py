"""HTTP edge of jobs."""

from fastapi import APIRouter

from engineo.features.projects.contracts import ProjectReader
from engineo.infra.web import CurrentPrincipal
from engineo.kernel.job_registry import JobRegistry, NoSuchJobError
from engineo.kernel.ports import UnitOfWork
from engineo.ops.jobs.schemas import JobOut


def build_router(registry: JobRegistry, projects: ProjectReader, uow: UnitOfWork) -> APIRouter:
    router = APIRouter(tags=["jobs"])

    @router.get("/jobs/{job_id}", summary="The state of a job of one of your projects")
    def job(job_id: str, principal: CurrentPrincipal) -> JobOut:
        view = registry.get(job_id)
        if view.project_id is None:
            raise NoSuchJobError
        with uow(read_only=True) as work:
            projects.get_owned(work, view.project_id, principal.user_id)
        return JobOut.model_validate(view)

    return router
