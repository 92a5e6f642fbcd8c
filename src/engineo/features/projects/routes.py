"""HTTP edge of projects."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from engineo.features.projects.schemas import CreateProject, ProjectList, ProjectOut, UpdateProject
from engineo.features.projects.service import ProjectService
from engineo.infra.web import CurrentPrincipal


def build_router(service: ProjectService) -> APIRouter:
    router = APIRouter(tags=["projects"])

    @router.post("/projects", status_code=201, summary="Create a project")
    def create_project(body: CreateProject, principal: CurrentPrincipal) -> ProjectOut:
        return ProjectOut.model_validate(service.create(principal.user_id, body.origin, body.name))

    @router.get("/projects", summary="List your projects")
    def list_projects(
        principal: CurrentPrincipal,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
        cursor: Annotated[str | None, Query(max_length=64)] = None,
    ) -> ProjectList:
        views = service.list_owned(principal.user_id, limit + 1, cursor)
        items = [ProjectOut.model_validate(view) for view in views[:limit]]
        return ProjectList(items=items, next_cursor=items[-1].id if len(views) > limit else None)

    @router.get("/projects/{project_id}", summary="Read a project")
    def get_project(project_id: str, principal: CurrentPrincipal) -> ProjectOut:
        return ProjectOut.model_validate(service.get(principal.user_id, project_id))

    @router.patch("/projects/{project_id}", summary="Rename a project or change its address")
    def update_project(project_id: str, body: UpdateProject, principal: CurrentPrincipal) -> ProjectOut:
        return ProjectOut.model_validate(
            service.update(principal.user_id, project_id, name=body.name, origin=body.origin)
        )

    @router.delete("/projects/{project_id}", status_code=204, summary="Delete a project and all that belongs to it")
    def delete_project(project_id: str, principal: CurrentPrincipal) -> Response:
        service.delete(principal.user_id, project_id)
        return Response(status_code=204)

    return router
