"""HTTP edge of the score."""

from typing import Annotated

from fastapi import APIRouter, Query

from engineo.features.deo_score.schemas import (
    AffectedUrl,
    Area,
    CurrentScore,
    FindingOut,
    FindingsOut,
    FindingUrlsOut,
    Moment,
    RecomputeAccepted,
    RecomputeIn,
    ScoreComparison,
    ScoreHistory,
    ScoreOut,
    Severity,
    SignalsOut,
    comparison_out,
)
from engineo.features.deo_score.service.findings import FindingsReading
from engineo.features.deo_score.service.history import ScoreHistories
from engineo.features.deo_score.service.reading import ScoreReading
from engineo.features.deo_score.service.requests import ScoreRequests
from engineo.infra.web import CurrentPrincipal


def build_router(
    requests: ScoreRequests, reading: ScoreReading, findings: FindingsReading, history: ScoreHistories
) -> APIRouter:
    router = APIRouter(prefix="/projects/{project_id}", tags=["deo score"])

    @router.post(
        "/deo-score/recompute",
        status_code=202,
        summary="Request a recompute",
        responses={409: {"description": 'There is no finished crawl and the body says `"crawl": "never"`.'}},
    )
    def recompute(project_id: str, principal: CurrentPrincipal, body: RecomputeIn | None = None) -> RecomputeAccepted:
        body = body or RecomputeIn()
        requested = requests.request_recompute(principal.user_id, project_id, reason=body.reason, crawl=body.crawl)
        return RecomputeAccepted(
            project_id=project_id, enqueued=True, job_id=requested.job_id, deduplicated=requested.deduplicated
        )

    @router.get("/deo-score", summary="The current score, and the state of a requested recompute")
    def current(project_id: str, principal: CurrentPrincipal) -> CurrentScore:
        return CurrentScore.model_validate(reading.current(principal.user_id, project_id))

    @router.get("/deo-score/history", summary="Earlier scores, newest first")
    def earlier(
        project_id: str,
        principal: CurrentPrincipal,
        limit: Annotated[int, Query(ge=1, le=100)] = 30,
        cursor: Annotated[Moment | None, Query(description="`nextCursor` of the page before.")] = None,
    ) -> ScoreHistory:
        views = reading.history(principal.user_id, project_id, limit + 1, cursor)
        items = [ScoreOut.model_validate(view) for view in views[:limit]]
        return ScoreHistory(items=items, next_cursor=items[-1].computed_at if len(views) > limit else None)

    @router.get("/deo-score/compare", summary="What changed between two scores, signal by signal and page by page")
    def compare(
        project_id: str,
        principal: CurrentPrincipal,
        from_: Annotated[
            str | None, Query(alias="from", max_length=64, description="A `snapshotId`; the one before `to`.")
        ] = None,
        to: Annotated[str | None, Query(max_length=64, description="A `snapshotId`; the latest.")] = None,
    ) -> ScoreComparison:
        compared = history.compare(principal.user_id, project_id, from_, to)
        return comparison_out(project_id, compared.before, compared.after, compared.comparison)

    @router.get("/deo-signals", summary="The signals behind the current score, with evidence and ranked fixes")
    def signals(project_id: str, principal: CurrentPrincipal) -> SignalsOut:
        view = reading.current(principal.user_id, project_id)
        return SignalsOut(
            project_id=project_id,
            snapshot_id=view.snapshot_id,
            status=view.status,
            reason=view.reason,
            version=view.version,
            computed_at=view.computed_at,
            signals=dict(view.details.get("signals", {})),
            fixes=list(view.details.get("fixes", [])),
        )

    @router.get("/findings", summary="What the current score found, those that would win most first")
    def list_findings(
        project_id: str,
        principal: CurrentPrincipal,
        severity: Annotated[list[Severity] | None, Query(description="Only these; may be given several times.")] = None,
        area: Annotated[list[Area] | None, Query(description="Only these; may be given several times.")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 100,
        cursor: Annotated[int, Query(ge=-1, le=10_000, description="`nextCursor` of the page before.")] = -1,
    ) -> FindingsOut:
        view = findings.list_owned(
            principal.user_id, project_id, severities=severity or (), areas=area or (), limit=limit + 1, after=cursor
        )
        shown = view.findings[:limit]
        return FindingsOut(
            project_id=project_id,
            snapshot_id=view.snapshot_id,
            computed_at=view.computed_at,
            counts=view.counts,
            items=[FindingOut.model_validate(found) for found in shown],
            next_cursor=shown[-1].position if len(view.findings) > limit else None,
        )

    @router.get("/findings/{finding_id}/urls", summary="All URLs that a finding affects, the worst first")
    def list_finding_urls(
        project_id: str,
        finding_id: str,
        principal: CurrentPrincipal,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[int, Query(ge=0, le=10_000_000, description="`nextCursor` of the page before.")] = 0,
    ) -> FindingUrlsOut:
        found, urls = findings.urls_owned(principal.user_id, project_id, finding_id, start=cursor, limit=limit)
        end = cursor + len(urls)
        return FindingUrlsOut(
            project_id=project_id,
            finding_id=found.id,
            count=found.count,
            items=[AffectedUrl(url=url, detail=detail or None) for url, detail in urls],
            next_cursor=end if urls and end < found.count else None,
        )

    return router
