"""What belongs to no single page: robots.txt, the home page, llms.txt, a probe of a random URL, the sitemaps."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from engineo.features.crawling.domain.robots import MAX_ROBOTS_BYTES, RobotsPolicy
from engineo.features.crawling.domain.urls import url_key
from engineo.features.crawling.models import CrawlRunRow
from engineo.features.crawling.repository.pages import AnyRow, Discovery, FetchedPage
from engineo.features.crawling.service.fetch_page import Entry, PageReader
from engineo.features.crawling.service.ledger import Ledger
from engineo.features.crawling.service.past import Past
from engineo.features.crawling.service.polite import PoliteFetcher
from engineo.features.crawling.service.redirects import Trail, follow
from engineo.features.crawling.service.scope import Scope
from engineo.features.crawling.service.sitemaps import SitemapReader
from engineo.features.crawling.settings import AGENT, CrawlLimits
from engineo.kernel.ports import Clock

MAX_ROBOTS_REDIRECTS = 5
_OK = 200


class Survey:
    """Read once per run, and stored with it: a worker that goes on with the run obeys the same robots.txt."""

    def __init__(
        self, polite: PoliteFetcher, limits: CrawlLimits, past: Past, ledger: Ledger, clock: Clock, run: CrawlRunRow
    ) -> None:
        self._polite = polite
        self._limits = limits
        self._past = past
        self._ledger = ledger
        self._clock = clock
        self._origin = run.origin
        home = f"{run.origin}/"
        self.home = Entry(url_key(home), home, 0)
        self.needed = run.site is None
        self._robots_status: int | None = None
        self._robots_body = b""
        self._home_key = self.home.url_key
        self._llms_txt_status: int | None = None
        self._probe: Mapping[str, Any] | None = None
        self._problems: tuple[str, ...] = ()
        self._sitemaps: SitemapReader | None = None
        stored = run.robots or {}
        self._obey(stored.get("status"), str(stored.get("body", "")).encode())

    async def read(self) -> None:
        """Everything, one after the other: a site is met politely. What was read before a stop is kept."""
        unreachable = await self._read_robots()
        if unreachable is not None:
            self._ledger.note([Discovery(self.home.url_key, self.home.url, depth=0)], [unreachable])
            return
        await self._read_home()
        self._llms_txt_status = await self._status_of(f"{self._origin}/llms.txt")
        self._probe = await self._read_probe()
        reader = self._sitemaps = SitemapReader(self._polite, self._scope, self._limits)
        self._ledger.note(await reader.read(self._policy.sitemaps), [])
        known = await self._past.known(2 * self._limits.max_pages)
        self._ledger.note(await asyncio.to_thread(self._members, known), [])

    def site(self) -> dict[str, Any]:
        """The fields of `SiteFacts`, as JSON."""
        read = self._sitemaps
        return {
            "origin": self._origin,
            "home_key": self._home_key,
            "robots_status": self._robots_status,
            "robots_problems": [*self._problems, *self._policy.problems],
            "robots_empty": self._policy.empty,
            "sitemaps": read.files if read else [],
            "sitemap_problems": read.problems if read else [],
            "llms_txt_status": self._llms_txt_status,
            "probe": self._probe,
        }

    def _members(self, known: Sequence[AnyRow]) -> list[Discovery]:
        found = (self._scope.member(row.url, Discovery("", "", known=True)) for row in known)
        return [member for member in found if member]

    def robots(self) -> dict[str, Any]:
        text = self._robots_body[:MAX_ROBOTS_BYTES].decode("utf-8", "replace").replace("\x00", "")
        return {"status": self._robots_status, "body": text}

    def _obey(self, status: int | None, body: bytes) -> None:
        self._robots_status, self._robots_body = status, body
        self._policy = RobotsPolicy.parse(status, body)
        self._scope = Scope(self._origin, self._policy)
        self._polite.slow_down(self._policy.crawl_delay(AGENT))
        self.reader = self._new_reader()

    def _new_reader(self) -> PageReader:
        return PageReader(self._polite, self._scope, self._limits, self._past, self._ledger, self._clock)

    async def _read_robots(self) -> FetchedPage | None:
        """Read and obey robots.txt; where there is no answer at all, that is what becomes of the home page too."""
        trail = await follow(
            f"{self._origin}/robots.txt", max_redirects=MAX_ROBOTS_REDIRECTS, ask=self._polite.ask, stop_at=_nowhere
        )
        result = trail.last
        if result is None:  # redirects without end, or to another site: no rules for this one
            self._problems = (f"robots.txt: {trail.end.replace('_', ' ')}",)
            self._obey(trail.hops[-1].status, b"")
            return None
        if result.outcome == "answered":
            self._obey(result.status, result.body)
            return None
        self._obey(None, b"")  # no rules that we could know: nothing is allowed
        error = f"robots.txt: {result.error or result.outcome}"
        self._problems = (error,)
        return FetchedPage(
            self.home.url_key, result.outcome, final_key=self.home.url_key, final_url=self.home.url,
            total_ms=trail.total_ms, fetched_at=self._clock.now(), error=error,
        )  # fmt: skip

    async def _read_home(self) -> None:
        found = self._scope.member(self.home.url, Discovery("", "", depth=0), always=True)
        self._ledger.note([found] if found else [], [])
        if not self._scope.allows(self.home.url):
            return
        page = await self._ledger.find_page(self.home.url_key)  # there already, where a worker died in the survey
        page = page or (await self.reader.fetch(self.home)).pages[0]
        self._home_key = page.final_key or self.home.url_key

    async def _status_of(self, url: str) -> int | None:
        trail = await self._follow(url)
        return trail.last.status if trail and trail.last else None

    async def _read_probe(self) -> Mapping[str, Any] | None:
        """What the site says to a URL that cannot exist, where it says 200."""
        url = f"{self._origin}/{uuid.uuid4().hex}"
        if not self._scope.allows(url):
            return None
        fetched = await self._new_reader().fetch(Entry(url_key(url), url, None), note=False)
        return next((page.facts for page in fetched.pages if page.status == _OK and page.facts), None)

    async def _follow(self, url: str) -> Trail | None:
        async def stop_at(target: str) -> str | None:
            return None if self._scope.allows(target) else "disallowed"

        if not self._scope.allows(url):
            return None
        return await follow(url, max_redirects=MAX_ROBOTS_REDIRECTS, ask=self._polite.ask, stop_at=stop_at)


async def _nowhere(_target: str) -> str | None:
    return None
