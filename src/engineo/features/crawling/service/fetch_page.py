"""One URL of a run: asked for, followed, read. What comes out is rows, not opinions."""

import asyncio
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import structlog

from engineo.features.crawling.domain.facts_codec import facts_from_json, facts_to_json
from engineo.features.crawling.domain.page_facts import extract
from engineo.features.crawling.domain.urls import url_key
from engineo.features.crawling.repository.pages import Discovery, FetchedPage
from engineo.features.crawling.service.ledger import Ledger
from engineo.features.crawling.service.past import Past
from engineo.features.crawling.service.polite import PoliteFetcher
from engineo.features.crawling.service.redirects import Asking, Trail, follow
from engineo.features.crawling.service.scope import Scope, Seen
from engineo.features.crawling.settings import FACTS_VERSION, CrawlLimits
from engineo.kernel.fetching import FetchResult
from engineo.kernel.ports import Clock

log = structlog.get_logger(__name__)

HTML = frozenset({"text/html", "application/xhtml+xml"})
_SNIFFED = (b"<!doctype html", b"<html", b"<head", b"<body", b"<title", b"<script", b"<!--")
_OK = range(200, 300)
_NOT_MODIFIED = 304
_LONGEST_VALIDATOR = 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """A URL to fetch, and its clicks from home."""

    url_key: str
    url: str
    depth: int | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one entry brought: its own row, that of the page it redirects to, and the URLs named there."""

    pages: tuple[FetchedPage, ...]
    found: tuple[Discovery, ...] = ()


class PageReader:
    """Fetches entries of one run. Extraction runs in a thread: a large page must not hold up the others."""

    def __init__(
        self, polite: PoliteFetcher, scope: Scope, limits: CrawlLimits, past: Past, ledger: Ledger, clock: Clock
    ) -> None:
        self._polite = polite
        self._scope = scope
        self._limits = limits
        self._past = past
        self._ledger = ledger
        self._clock = clock
        self._seen = Seen()
        self.asking = Asking()

    async def fetch(self, entry: Entry, *, note: bool = True) -> Fetched:
        """Ask, follow, read, and note it in the ledger (a probe is not noted)."""
        begun: list[str] = []
        known: list[FetchedPage] = []

        async def ask(url: str) -> FetchResult:
            running = self.asking.find(url)
            if running is not None:
                return await asyncio.shield(running)
            begun.append(url)
            answer = self.asking.begin(url)
            result = await self._polite.ask(url, await self._past.headers(url))
            answer.set_result(result)
            return result

        async def stop_at(target: str) -> str | None:
            if not self._scope.allows(target):
                return "disallowed"
            key = url_key(target)
            page = await self._ledger.find_page(key) if key != entry.url_key else None
            known.extend([page] if page else [])
            return "known" if page else None

        try:
            trail = await follow(entry.url, max_redirects=self._limits.max_redirects, ask=ask, stop_at=stop_at)
            fetched = await self._rows(entry, trail, known[-1] if trail.end == "known" else None)
            if note:  # before the URLs are free again, so that nobody asks for them in between
                self._ledger.note(fetched.found, fetched.pages)
        finally:
            for url in begun:
                self.asking.end(url)
        return fetched

    async def _rows(self, entry: Entry, trail: Trail, known: FetchedPage | None) -> Fetched:
        hops = tuple((hop.url, hop.status, hop.target) for hop in trail.hops)
        if known is not None:
            source = replace(known, redirects=(*hops, *known.redirects))
            return Fetched((self._redirected(entry, trail, source),))
        if trail.last is None:  # off the site, round in circles, or into what robots.txt keeps from us
            key = url_key(trail.url) if trail.end == "disallowed" else None
            found = self._member(entry, trail.url) if key else ()
            url = None if trail.end == "redirect_loop" else trail.url
            source = FetchedPage(
                entry.url_key, trail.end, final_key=key, final_url=url, redirects=hops, error=trail.error
            )
            return Fetched((self._redirected(entry, trail, source),), found)
        key = url_key(trail.url)
        answer, found = await self._answer(trail.last, key, entry.depth)
        if not hops or key == entry.url_key:
            return Fetched((replace(answer, url_key=entry.url_key, redirects=hops),), found)
        source = self._redirected(entry, trail, replace(answer, redirects=hops))
        target = self._member(entry, trail.url)
        return Fetched((source, answer), (*target, *found)) if target else Fetched((source,), found)

    def _member(self, entry: Entry, url: str) -> tuple[Discovery, ...]:
        """Where a redirect leads is a page of the run, as many clicks away; where home leads, whatever it is called."""
        marks = Discovery("", "", depth=entry.depth)
        member = self._scope.member(url, marks, always=entry.url == self._scope.home)
        return (member,) if member else ()

    def _redirected(self, entry: Entry, trail: Trail, page: FetchedPage) -> FetchedPage:
        """The row of a URL that is not the page itself: what was read stands in the row of the page."""
        return replace(
            page, url_key=entry.url_key, ttfb_ms=trail.first.ttfb_ms if trail.first else None, total_ms=trail.total_ms,
            fetched_at=self._clock.now(), not_modified=False, etag=None, last_modified=None, facts=None,
            facts_version=None,
        )  # fmt: skip

    async def _answer(
        self, result: FetchResult, key: str, depth: int | None
    ) -> tuple[FetchedPage, tuple[Discovery, ...]]:
        """The row of the page that answered, and what it links to."""
        if result.status == _NOT_MODIFIED and (stored := await self._stored(result, key, depth)) is not None:
            return stored
        if result.status == _NOT_MODIFIED:  # nothing readable is stored: ask for the page itself
            result = await self._polite.ask(result.url)
        page = FetchedPage(
            url_key=key, outcome=outcome_of(result), status=result.status, final_key=key, final_url=result.url,
            content_type=_media_type(result) or None, ttfb_ms=result.ttfb_ms, total_ms=result.total_ms,
            transfer_bytes=result.transfer_bytes, body_bytes=len(result.body), fetched_at=self._clock.now(),
            error=result.error,
        )  # fmt: skip
        if page.outcome != "html":
            return page, ()
        try:
            facts, found = await asyncio.to_thread(self._extract, result, depth)
        except Exception as error:  # one page that nobody foresaw must not end the whole crawl
            log.exception("crawling.page.unreadable", url=result.url)
            return replace(page, outcome="malformed", error=f"cannot be read: {type(error).__name__}"), ()
        etag, last_modified = (_validator(result.header(name)) for name in ("etag", "last-modified"))
        return replace(page, facts=facts, facts_version=FACTS_VERSION, etag=etag, last_modified=last_modified), found

    def _extract(self, result: FetchResult, depth: int | None) -> tuple[Mapping[str, Any], tuple[Discovery, ...]]:
        facts = extract(result.url, result.status or 0, result.headers, result.body)
        return storable(facts_to_json(facts)), tuple(self._scope.members_on(facts, depth, self._seen))

    async def _stored(
        self, result: FetchResult, key: str, depth: int | None
    ) -> tuple[FetchedPage, tuple[Discovery, ...]] | None:
        """304: the facts of the run before; None where it has none of this version."""
        row = await self._past.page(key)
        if row is None:
            return None
        facts = facts_from_json(row.facts)
        found = await asyncio.to_thread(lambda: tuple(self._scope.members_on(facts, depth, self._seen)))
        page = FetchedPage(
            url_key=key, outcome="html", status=200, final_key=key, final_url=result.url,
            content_type=row.content_type, ttfb_ms=result.ttfb_ms, total_ms=result.total_ms,
            transfer_bytes=result.transfer_bytes, body_bytes=row.body_bytes, fetched_at=self._clock.now(),
            not_modified=True, etag=_validator(result.header("etag")) or row.etag,
            last_modified=_validator(result.header("last-modified")) or row.last_modified, facts=row.facts,
            facts_version=row.facts_version,
        )  # fmt: skip
        return page, found


def outcome_of(result: FetchResult) -> str:
    """The name of what came back, from status, type and, where there is no type, the first bytes."""
    if result.status in _OK and _media_type(result) not in {*HTML, ""}:
        return "not_html"  # also where it was too large to be read: nobody wanted to
    if result.outcome != "answered":
        return result.outcome
    if result.status not in _OK:
        return "http_error"
    return "html" if _media_type(result) in HTML or _looks_like_html(result.body) else "not_html"


def storable(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same without what a database refuses in JSON: NUL, lone surrogates, infinities."""
    try:
        text = json.dumps(facts, allow_nan=False)
    except ValueError:
        return cast("Mapping[str, Any]", _cleaned(facts))
    return cast("Mapping[str, Any]", _cleaned(facts)) if "\\u0000" in text or "\\ud" in text else facts


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _media_type(result: FetchResult) -> str:
    return (result.header("content-type") or "").partition(";")[0].strip().lower()[:200]


def _looks_like_html(body: bytes) -> bool:
    return body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_SNIFFED)


def _validator(value: str | None) -> str | None:
    return value if value and len(value) <= _LONGEST_VALIDATOR else None
