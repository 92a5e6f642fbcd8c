"""HTTP edge of schedules."""

from fastapi import APIRouter, Response

from engineo.features.schedules.domain.timing import Timing
from engineo.features.schedules.schemas import CreateSchedule, ScheduleList, ScheduleOut, UpdateSchedule
from engineo.features.schedules.service.editing import MOST_PER_PROJECT, ScheduleChange, ScheduleEditing
from engineo.infra.web import CurrentPrincipal


def build_router(service: ScheduleEditing) -> APIRouter:
    router = APIRouter(prefix="/projects/{project_id}/schedules", tags=["schedules"])

    @router.post(
        "",
        status_code=201,
        summary="Crawl or score a project again and again",
        responses={409: {"description": f"The project has {MOST_PER_PROJECT} schedules."}},
    )
    def create_schedule(project_id: str, body: CreateSchedule, principal: CurrentPrincipal) -> ScheduleOut:
        timing = Timing(body.cron, body.interval_seconds, body.timezone)
        view = service.create(principal.user_id, project_id, body.action, timing, paused=body.paused)
        return ScheduleOut.model_validate(view)

    @router.get("", summary="List a project's schedules")
    def list_schedules(project_id: str, principal: CurrentPrincipal) -> ScheduleList:
        views = service.list_owned(principal.user_id, project_id)
        return ScheduleList(items=[ScheduleOut.model_validate(view) for view in views])

    @router.get("/{schedule_id}", summary="Read a schedule")
    def get_schedule(project_id: str, schedule_id: str, principal: CurrentPrincipal) -> ScheduleOut:
        return ScheduleOut.model_validate(service.get(principal.user_id, project_id, schedule_id))

    @router.patch("/{schedule_id}", summary="Change, pause or resume a schedule")
    def update_schedule(
        project_id: str, schedule_id: str, body: UpdateSchedule, principal: CurrentPrincipal
    ) -> ScheduleOut:
        change = ScheduleChange(body.action, body.cron, body.interval_seconds, body.timezone, body.paused)
        return ScheduleOut.model_validate(service.update(principal.user_id, project_id, schedule_id, change))

    @router.delete("/{schedule_id}", status_code=204, summary="Delete a schedule")
    def delete_schedule(project_id: str, schedule_id: str, principal: CurrentPrincipal) -> Response:
        service.delete(principal.user_id, project_id, schedule_id)
        return Response(status_code=204)

    return router
