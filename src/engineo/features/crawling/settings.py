"""What a crawl may cost. The limits of a run are those of the moment when it was requested."""

from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from engineo.infra.settings import Settings

AGENT = "EngineOBot"  # the name that robots.txt is read for
FACTS_VERSION = 2  # raise it when extraction changes: facts of an older version do not answer for a page again
MAX_KEY_LENGTH = 2048  # longer URLs are not crawled

Count = Annotated[int, Field(ge=1, le=1_000_000)]


class CrawlSettings(Settings):
    """Limits of a crawl. Sizes are bytes, times are seconds."""

    crawl_user_agent: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x20-\x7e]+$")] = (
        f"{AGENT}/0.1 (+https://engineo.example/bot)"
    )
    crawl_max_pages: Count = 1000
    crawl_max_depth: Annotated[int, Field(ge=0, le=1000)] = 10
    crawl_max_page_bytes: Annotated[int, Field(ge=1024, le=100 * 1024**2)] = 5 * 1024**2
    crawl_max_bytes: Annotated[int, Field(ge=1024, le=1024**4)] = 500 * 1024**2
    crawl_time_limit: Annotated[float, Field(gt=0, le=5 * 3600)] = 1800  # the job that works a run has 6 hours
    crawl_concurrency: Annotated[int, Field(ge=1, le=64)] = 4
    crawl_page_timeout: Annotated[float, Field(gt=0, le=300)] = 20
    crawl_max_redirects: Annotated[int, Field(ge=0, le=50)] = 10
    crawl_facts_retention_days: Annotated[int, Field(ge=1, le=36_500)] = 30

    @property
    def facts_retention(self) -> timedelta:
        """How long the facts of a run are kept that is not its project's latest finished one."""
        return timedelta(days=self.crawl_facts_retention_days)

    def limits(self) -> "CrawlLimits":
        return CrawlLimits(
            max_pages=self.crawl_max_pages,
            max_depth=self.crawl_max_depth,
            max_page_bytes=self.crawl_max_page_bytes,
            max_bytes=self.crawl_max_bytes,
            time_limit=timedelta(seconds=self.crawl_time_limit),
            concurrency=self.crawl_concurrency,
            page_timeout=timedelta(seconds=self.crawl_page_timeout),
            max_redirects=self.crawl_max_redirects,
        )


class CrawlLimits(BaseModel):
    """The limits of one run, stored with it. `max_bytes` counts what came over the wire."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    max_pages: int
    max_depth: int
    max_page_bytes: int
    max_bytes: int
    time_limit: timedelta
    concurrency: int
    page_timeout: timedelta
    max_redirects: int

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        return cls.model_validate(stored)

    @property
    def max_known(self) -> int:
        """How many URLs a run remembers: a trap of endless links must not fill the database."""
        return max(10 * self.max_pages, 1000)
