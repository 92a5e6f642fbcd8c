"""HTTP edge of crawling."""

from typing import Annotated

from fastapi import APIRouter, Query

from engineo.features.crawling.schemas import (
    CrawlDetail,
    CrawlList,
    CrawlOut,
    CrawlRequested,
    HopOut,
    Outcome,
    PageList,
    PageOut,
    SiteOut,
)
from engineo.features.crawling.service.runs import CrawlRuns, ListedPage
from engineo.infra.web import CurrentPrincipal

_CURSOR = r"^[\x21-\x7e]{1,2048}$"  # a url_key
_OF_THE_LIST = {"redirects", "title", "words"}


def build_router(service: CrawlRuns) -> APIRouter:
    router = APIRouter(prefix="/projects/{project_id}", tags=["crawls"])

    @router.post("/crawl", status_code=202, summary="Crawl the project's site")
    def request_crawl(project_id: str, principal: CurrentPrincipal) -> CrawlRequested:
        """Answers at once; the crawl runs on a worker. A project has at most one crawl queued or running."""
        requested = service.request_owned(project_id, principal.user_id)
        return CrawlRequested(
            project_id=project_id, crawl_id=requested.run.id, status=requested.run.status,
            deduplicated=requested.deduplicated,
        )  # fmt: skip

    @router.get("/crawls", summary="List the project's crawls, newest first")
    def list_crawls(
        project_id: str, principal: CurrentPrincipal, limit: Annotated[int, Query(ge=1, le=100)] = 20
    ) -> CrawlList:
        runs = service.list_owned(project_id, principal.user_id, limit)
        return CrawlList(items=[CrawlOut.model_validate(run) for run in runs])

    @router.get("/crawls/{crawl_id}", summary="Read a crawl: progress, end, and what is wrong with the site's files")
    def get_crawl(project_id: str, crawl_id: str, principal: CurrentPrincipal) -> CrawlDetail:
        run, site = service.get_owned(project_id, principal.user_id, crawl_id)
        shape = CrawlOut.model_validate(run).model_dump(exclude={"seconds"})
        return CrawlDetail(**shape, site=None if site is None else SiteOut.model_validate(site))

    @router.get("/crawls/{crawl_id}/pages", summary="List the URLs of a crawl and what became of each")
    def list_pages(
        project_id: str,
        crawl_id: str,
        principal: CurrentPrincipal,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        cursor: Annotated[str | None, Query(pattern=_CURSOR, description="`nextCursor` of the page before.")] = None,
        outcome: Annotated[Outcome | None, Query(description="Only URLs that ended so.")] = None,
    ) -> PageList:
        pages = service.list_pages_owned(
            project_id, principal.user_id, crawl_id, limit=limit + 1, after=cursor, outcome=outcome
        )
        items = [_page(page) for page in pages[:limit]]
        return PageList(items=items, next_cursor=items[-1].url_key if len(pages) > limit else None)

    @router.post(
        "/crawls/{crawl_id}/cancel",
        summary="Cancel a crawl that is queued or running",
        responses={409: {"description": "The crawl has ended already."}},
    )
    def cancel_crawl(project_id: str, crawl_id: str, principal: CurrentPrincipal) -> CrawlOut:
        """A running crawl stops within about a second."""
        return CrawlOut.model_validate(service.cancel_owned(project_id, principal.user_id, crawl_id))

    return router


def _page(listed: ListedPage) -> PageOut:
    own = {name: getattr(listed.page, name) for name in PageOut.model_fields if name not in _OF_THE_LIST}
    hops = [HopOut.model_validate(hop) for hop in listed.page.redirects]
    # facts leave out what is as it is on an empty page: 0 words
    words = 0 if listed.words is None and listed.page.outcome == "html" and not hops else listed.words
    return PageOut(**own, redirects=hops, title=listed.title, words=words)
