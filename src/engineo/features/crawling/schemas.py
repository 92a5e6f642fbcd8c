"""HTTP shapes of crawling."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, computed_field

from engineo.infra.web import CamelModel

Outcome = Literal[
    "html", "not_html", "redirect_loop", "redirected_off_site", "http_error", "too_large", "timeout", "refused",
    "unreachable", "disallowed", "malformed", "not_attempted",
]  # fmt: skip


class CrawlRequested(CamelModel):
    """`deduplicated`: a crawl was queued or running already; `crawlId` names it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "projectId": "0d4c2f62-2a4c-4b4e-8d5c-8f0a4f5f3c11",
                    "crawlId": "5b0f7f0e-6a5e-4f0c-9f4e-0d1b7b6a1c22",
                    "status": "queued",
                    "enqueued": True,
                    "deduplicated": False,
                }
            ]
        }
    )

    project_id: str
    crawl_id: str
    status: str
    enqueued: bool = True
    deduplicated: bool


class CrawlOut(CamelModel):
    """A crawl; its counters are at most about a second old. `stopReason` of a finished one: complete or a limit."""

    id: str
    project_id: str
    status: Literal["queued", "running", "finished", "failed", "cancelled"]
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    pages_fetched: int
    pages_known: int
    bytes_fetched: int
    stop_reason: str | None
    error: str | None

    @computed_field  # type: ignore[prop-decorator] # pydantic's own way
    @property
    def seconds(self) -> float | None:
        """From the first page to the end; null before."""
        if self.started_at is None or self.finished_at is None:
            return None
        return round((self.finished_at - self.started_at).total_seconds(), 3)


class SiteOut(CamelModel):
    """What was read of robots.txt, sitemaps and llms.txt. A null status: no answer."""

    origin: str
    home_key: str
    robots_status: int | None
    robots_problems: list[str]
    robots_empty: bool
    sitemaps: list[str]
    sitemap_problems: list[str]
    llms_txt_status: int | None


class CrawlDetail(CrawlOut):
    """`site` is null until the crawl has read robots.txt, the home page and the sitemaps."""

    site: SiteOut | None


class CrawlList(CamelModel):
    items: list[CrawlOut]


class HopOut(CamelModel):
    url: str
    status: int
    target: str


class PageOut(CamelModel):
    """One URL. `depth` counts clicks from the home page; null where no link leads. `words`: of the main text."""

    url_key: str
    url: str
    outcome: Outcome
    status: int | None
    final_url: str | None
    redirects: list[HopOut]
    content_type: str | None
    depth: int | None
    in_sitemap: bool
    linked: bool
    ttfb_ms: float | None
    total_ms: float | None
    transfer_bytes: int | None
    body_bytes: int | None
    fetched_at: datetime | None
    not_modified: bool
    error: str | None
    title: str | None
    words: int | None


class PageList(CamelModel):
    """`nextCursor` is null on the last page."""

    items: list[PageOut]
    next_cursor: str | None
