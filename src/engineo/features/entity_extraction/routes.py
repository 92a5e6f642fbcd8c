"""HTTP edge of entities."""

from typing import Annotated

from fastapi import APIRouter, Query

from engineo.features.entity_extraction.schemas import EntityOut, EntityPage, Kind
from engineo.features.entity_extraction.service import EntityService
from engineo.infra.web import CurrentPrincipal

_MOST = 2**31 - 1


def build_router(service: EntityService) -> APIRouter:
    router = APIRouter(prefix="/projects/{project_id}/entities", tags=["entities"])

    @router.get("", summary="What the site is about: brand, organization, products, people, topics")
    def list_entities(
        project_id: str,
        principal: CurrentPrincipal,
        kind: Annotated[Kind | None, Query(description="Only of this kind.")] = None,
        conflicts: Annotated[bool, Query(description="Only those of which different things are said.")] = False,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        cursor: Annotated[int, Query(ge=-1, le=_MOST, description="`nextCursor` of the page before.")] = -1,
    ) -> EntityPage:
        found = service.list_owned(
            principal.user_id, project_id, limit=limit + 1, after=cursor, kind=kind, conflicting=conflicts
        )
        shown = found.items[:limit]
        return EntityPage(
            project_id=project_id,
            crawl_id=found.crawl_id,
            computed_at=found.computed_at,
            page_count=found.page_count,
            counts=found.counts,
            items=[EntityOut.model_validate(row) for row in shown],
            next_cursor=shown[-1].position if len(found.items) > limit else None,
        )

    return router
