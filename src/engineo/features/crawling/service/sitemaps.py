"""Reading the sitemaps of a site: those that robots.txt names, and /sitemap.xml."""

import asyncio
from collections import deque
from collections.abc import Iterable
from datetime import datetime

from engineo.features.crawling.domain.sitemaps import MAX_SITEMAP_BYTES, parse_sitemap
from engineo.features.crawling.domain.urls import normalise
from engineo.features.crawling.repository.pages import Discovery
from engineo.features.crawling.service.ledger import merged
from engineo.features.crawling.service.polite import PoliteFetcher
from engineo.features.crawling.service.redirects import follow
from engineo.features.crawling.service.scope import Scope
from engineo.features.crawling.settings import CrawlLimits
from engineo.kernel.fetching import FetchResult

MAX_FILES = 50
MAX_PROBLEMS = 50
_OK = 200
_ABSENT = frozenset({404, 410})


class SitemapReader:
    """`files` are the sitemap files that were read, `problems` what is wrong with them."""

    def __init__(self, polite: PoliteFetcher, scope: Scope, limits: CrawlLimits) -> None:
        self._polite = polite
        self._scope = scope
        self._most = 2 * limits.max_pages
        self.files: list[str] = []
        self.problems: list[str] = []
        self._found: dict[str, Discovery] = {}

    async def read(self, named: Iterable[str]) -> list[Discovery]:
        """URLs of this site that are listed, as rows; never more than twice what a run may fetch."""
        guess = f"{self._scope.origin}/sitemap.xml"
        waiting = deque(dict.fromkeys(url for name in (*named, guess) if (url := normalise(name))))
        met = set(waiting)
        asked = 0
        while waiting and asked < MAX_FILES and len(self._found) < self._most:
            asked += 1
            url = waiting.popleft()
            for child in await self._file(url, is_guess=url == guess and guess not in named):
                if child not in met:
                    met.add(child)
                    waiting.append(child)
        if waiting:
            self._problem(f"{len(waiting)} more sitemap files were not read")
        return list(self._found.values())

    async def _file(self, url: str, *, is_guess: bool) -> list[str]:
        """Take in one file; return the files that it names."""
        if not self._scope.holds(url):
            self._problem(f"{url}: on another site, not read")
            return []
        if not self._scope.allows(url):
            self._problem(f"{url}: robots.txt keeps us from it")
            return []
        trail = await follow(url, max_redirects=5, ask=self._ask, stop_at=self._stop_at)
        result = trail.last
        if result is None or result.outcome != "answered" or result.status != _OK:
            if not is_guess or result is None or result.status not in _ABSENT:
                self._problem(f"{url}: {_why(trail.end, result)}")
            return []
        parsed = await asyncio.to_thread(parse_sitemap, result.body, result.url)
        if is_guess and not parsed.urls and not parsed.sitemaps:
            return []  # an answer to everything is no sitemap, and nobody said that one is here
        self.files.append(url)
        for problem in parsed.problems:
            self._problem(f"{url}: {problem}")
        await asyncio.to_thread(self._take, parsed.urls)
        return [child for name in parsed.sitemaps if (child := normalise(name))]

    def _take(self, listed: Iterable[tuple[str, datetime | None]]) -> None:
        for url, lastmod in listed:
            if len(self._found) >= self._most:
                return
            member = self._scope.member(url, Discovery("", "", in_sitemap=True, sitemap_lastmod=lastmod))
            if member:
                earlier = self._found.get(member.url_key)
                self._found[member.url_key] = merged(earlier, member) if earlier else member

    async def _ask(self, url: str) -> FetchResult:
        return await self._polite.ask(url, max_bytes=MAX_SITEMAP_BYTES)

    async def _stop_at(self, target: str) -> str | None:
        return None if self._scope.allows(target) else "disallowed"

    def _problem(self, problem: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem[:500])


def _why(end: str, result: FetchResult | None) -> str:
    if result is None:
        return end.replace("_", " ")
    return f"answered {result.status}" if result.outcome == "answered" else result.error or result.outcome
