"""HTTP edge of answers."""

from typing import Annotated

from fastapi import APIRouter, Query

from engineo.features.answer_content.schemas import (
    AnswerOut,
    AnswerPage,
    AnswerSummary,
    PageAnswersOut,
    ShopperQuestion,
)
from engineo.features.answer_content.service import AnswerService, answered_and_open
from engineo.infra.web import CurrentPrincipal

_MOST = 2**31 - 1


def build_router(service: AnswerService) -> APIRouter:
    router = APIRouter(prefix="/projects/{project_id}/answers", tags=["answers"])

    @router.get("", summary="Which questions the pages answer, and which they leave open")
    def list_answers(
        project_id: str,
        principal: CurrentPrincipal,
        question: Annotated[ShopperQuestion | None, Query(description="Product pages that leave it open.")] = None,
        open_: Annotated[bool, Query(alias="open", description="Product pages that leave something open.")] = False,
        products: Annotated[bool, Query(description="Only pages of products.")] = False,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        cursor: Annotated[int, Query(ge=-1, le=_MOST, description="`nextCursor` of the page before.")] = -1,
    ) -> AnswerPage:
        found = service.list_owned(
            principal.user_id, project_id, limit=limit + 1, after=cursor, question=question, only_open=open_,
            products=products,
        )  # fmt: skip
        shown = found.items[:limit]
        items = []
        for row in shown:
            answered, left_open = answered_and_open(row)
            answers = [AnswerOut.model_validate(answer) for answer in row.answers]
            items.append(
                PageAnswersOut.model_validate(
                    {"url": row.url, "title": row.title, "product": row.product, "answers": answers,
                     "answered": answered, "open": left_open}
                )
            )  # fmt: skip
        return AnswerPage(
            project_id=project_id,
            crawl_id=found.crawl_id,
            computed_at=found.computed_at,
            summary=None if found.summary is None else AnswerSummary.model_validate(found.summary),
            items=items,
            next_cursor=shown[-1].position if len(found.items) > limit else None,
        )

    return router
