"""Reading one page without a project: what `engineo inspect` shows."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from engineo.features.crawling.contracts import Hop, PageFacts
from engineo.features.crawling.domain.page_facts import extract
from engineo.features.crawling.domain.urls import normalise
from engineo.features.crawling.errors import CannotInspectError
from engineo.features.crawling.service.fetch_page import outcome_of
from engineo.features.crawling.service.polite import PoliteFetcher
from engineo.features.crawling.service.redirects import Trail, follow
from engineo.features.crawling.settings import CrawlSettings
from engineo.kernel.fetching import FetcherFactory
from engineo.kernel.ports import Clock

_REASONS = {
    "redirect_loop": "its redirects never end",
    "redirected_off_site": "it redirects to another site",
    "refused": "it is on a private network; CRAWL_ALLOW_PRIVATE_HOSTS names those that may be fetched",
    "not_html": "it is not an HTML page",
    "http_error": "the server answered with an error",
}


@dataclass(frozen=True, slots=True)
class Inspection:
    """One page. `status` and times (milliseconds) are None for a file."""

    url: str
    final_url: str
    facts: PageFacts
    body_bytes: int
    status: int | None = None
    redirects: tuple[Hop, ...] = ()
    ttfb_ms: float | None = None
    total_ms: float | None = None
    transfer_bytes: int | None = None


class PageInspector:
    """Opens no database and no queue."""

    def __init__(self, fetchers: FetcherFactory, clock: Clock, settings: CrawlSettings) -> None:
        self._fetchers = fetchers
        self._clock = clock
        self._settings = settings

    def inspect(self, target: str, base_url: str = "https://file.invalid/") -> Inspection:
        """Read a file where `target` is one (its links are resolved against `base_url`), else fetch a URL.

        Raise `CannotInspectError` saying why there is nothing to show.
        """
        path = Path(target)
        try:
            if path.is_file():
                return self._file(path, base_url)
        except (OSError, ValueError) as error:
            raise CannotInspectError(f"{target} cannot be read: {error}") from error
        url = normalise(target if "://" in target else f"https://{target}")
        if url is None or ("://" not in target and "." not in target.partition("/")[0].partition(":")[0]):
            raise CannotInspectError(f"{target!r} is neither a file nor an http(s) URL")
        return asyncio.run(self._fetch(url))

    def _file(self, path: Path, base_url: str) -> Inspection:
        limit = self._settings.crawl_max_page_bytes
        if path.stat().st_size > limit:
            raise CannotInspectError(f"{path} is larger than CRAWL_MAX_PAGE_BYTES ({limit:,} bytes)")
        body = path.read_bytes()
        url = normalise(base_url)
        if url is None:
            raise CannotInspectError(f"{base_url!r} is not an http(s) URL")
        facts = extract(url, 200, (), body)
        return Inspection(str(path), url, facts, len(body))

    async def _fetch(self, url: str) -> Inspection:
        limits = self._settings.limits()
        async with self._fetchers.open(user_agent=self._settings.crawl_user_agent, max_connections=1) as fetcher:
            polite = PoliteFetcher(fetcher, limits, self._clock, lambda _: None)
            trail = await follow(url, max_redirects=limits.max_redirects, ask=polite.ask, stop_at=_nowhere)
        result = trail.last
        outcome = trail.end if result is None else outcome_of(result)
        if result is None or outcome != "html":
            raise CannotInspectError(_why(url, trail, outcome))
        facts = extract(result.url, result.status or 0, result.headers, result.body)
        return Inspection(
            url, result.url, facts, len(result.body), result.status, trail.hops, result.ttfb_ms, trail.total_ms,
            result.transfer_bytes,
        )  # fmt: skip


async def _nowhere(_target: str) -> str | None:
    return None


def _why(url: str, trail: Trail, outcome: str) -> str:
    status = f" ({trail.last.status})" if trail.last and trail.last.status else ""
    where = f" ({trail.url})" if trail.url != url else ""
    detail = f": {trail.error}" if trail.error else ""
    return f"{url} cannot be read, {_REASONS.get(outcome, outcome)}{status}{where}{detail}"
