"""What a worker holds of its run: the lease, the counters, and what is not saved yet."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from engineo.features.crawling.contracts import CrawlFinished, CrawlSummary
from engineo.features.crawling.errors import LeaseLostError
from engineo.features.crawling.models import CrawlRunRow
from engineo.features.crawling.repository.pages import Discovery, FetchedPage, PageRepository
from engineo.features.crawling.repository.runs import Progress, RunRepository
from engineo.kernel.ports import Clock, UnitOfWork

KEPT_RUNS = 2  # finished runs whose pages are kept


@dataclass(frozen=True, slots=True)
class Batch:
    """What one checkpoint saves. `stop_reason` is set by the last one: the run is finished."""

    found: tuple[Discovery, ...] = ()
    pages: tuple[FetchedPage, ...] = ()
    site: Mapping[str, Any] | None = None
    robots: Mapping[str, Any] | None = None
    stop_reason: str | None = None


@dataclass(slots=True)
class _Unsaved:
    found: dict[str, Discovery] = field(default_factory=dict)
    pages: dict[str, FetchedPage] = field(default_factory=dict)


class Ledger:
    """Belongs to one worker. The event loop notes, a thread saves; a batch is cut off before it is saved."""

    def __init__(
        self,
        uow: UnitOfWork,
        runs: RunRepository,
        pages: PageRepository,
        clock: Clock,
        run: CrawlRunRow,
        lease: timedelta,
        max_known: int,
    ) -> None:
        self._uow = uow
        self._runs = runs
        self._pages = pages
        self._clock = clock
        self._run = run
        self._owner = run.lease_owner or ""
        self._lease = lease
        self._max_known = max_known
        self._started = time.monotonic()
        self._saved = Progress(run.pages_fetched, run.pages_known, run.bytes_fetched, run.elapsed_seconds)
        self._bytes = run.bytes_fetched
        self._position: int | None = None
        self._saves = 0
        self._now, self._saving = _Unsaved(), _Unsaved()

    @property
    def fetched(self) -> int:
        waiting = [*self._now.pages.values(), *self._saving.pages.values()]
        return self._saved.pages_fetched + sum(page.outcome != "disallowed" for page in waiting)

    @property
    def bytes(self) -> int:
        return self._bytes

    @property
    def elapsed(self) -> timedelta:
        return timedelta(seconds=self._run.elapsed_seconds + time.monotonic() - self._started)

    @property
    def unsaved(self) -> int:
        return len(self._now.pages)

    def summary(self) -> CrawlSummary:
        known = max(self._saved.pages_known, self.fetched)
        return replace(summary_of(self._run), pages_fetched=self.fetched, pages_known=known, bytes_fetched=self._bytes)

    def count_bytes(self, size_bytes: int) -> None:
        self._bytes += size_bytes

    def note(self, found: Iterable[Discovery], pages: Iterable[FetchedPage]) -> None:
        for discovery in found:
            earlier = self._now.found.get(discovery.url_key)
            self._now.found[discovery.url_key] = merged(earlier, discovery) if earlier else discovery
        for page in pages:
            if page.url_key not in self._saving.pages:
                self._now.pages.setdefault(page.url_key, page)

    def holds(self, url_key: str) -> bool:
        """Whether a page waits to be saved."""
        return self._unsaved_page(url_key) is not None

    def _unsaved_page(self, url_key: str) -> FetchedPage | None:
        return self._now.pages.get(url_key) or self._saving.pages.get(url_key)

    async def find_page(self, url_key: str) -> FetchedPage | None:
        """What became of a URL of the run already, saved or not. Facts are left out."""
        while (page := self._unsaved_page(url_key)) is None:
            saves = self._saves
            saved = await asyncio.to_thread(self._find_saved, url_key)
            if saved is not None or (saves == self._saves and not self.holds(url_key)):
                return saved
        return page

    def _find_saved(self, url_key: str) -> FetchedPage | None:
        with self._uow(read_only=True) as work:
            return self._pages.find_done(work, self._run.id, url_key)

    def cut(self, **ending: Any) -> Batch:  # noqa: ANN401 - the other fields of Batch
        """Everything noted so far, to be saved."""
        self._saving, self._now = self._now, _Unsaved()
        return Batch(tuple(self._saving.found.values()), tuple(self._saving.pages.values()), **ending)

    def save(self, batch: Batch) -> None:
        """One transaction. Raise `LeaseLostError`, with nothing written, when the run is no longer ours."""
        now = self._clock.now()
        with self._uow() as work:
            if not self._runs.renew(work, self._run.id, self._owner, until=now + self._lease):
                raise LeaseLostError
            if self._position is None:
                self._position = self._pages.last_position(work, self._run.id)
            known = self._saved.pages_known
            room = self._max_known - known
            known += self._pages.add(work, self._run.id, batch.found, position=self._position + 1, room=room)
            saved = [page for page in batch.pages if self._pages.save(work, self._run.id, page)]
            fetched = self._saved.pages_fetched + sum(page.outcome != "disallowed" for page in saved)
            progress = Progress(fetched, known, self._bytes, self.elapsed.total_seconds())
            self._runs.save_progress(work, self._run.id, progress, advanced=bool(saved))
            if batch.site is not None:
                self._runs.save_site(work, self._run.id, site=batch.site, robots=batch.robots or {})
            if batch.stop_reason is not None:
                self._runs.end(work, self._run.id, status="finished", now=now, stop_reason=batch.stop_reason)
                self._runs.delete_old_pages(work, self._run.project_id, keep=KEPT_RUNS)
                work.emit(
                    CrawlFinished(
                        project_id=self._run.project_id, run_id=self._run.id, status="finished", pages=fetched
                    )
                )
        self._position += len(batch.found)
        self._saves += 1  # before the pages are let go: whoever looks for one finds it there, or looks again
        self._saved, self._saving = progress, _Unsaved()

    def release(self, *, handed_back: bool) -> None:
        """Let another worker have the run at once."""
        with self._uow() as work:
            self._runs.release(work, self._run.id, self._owner, handed_back=handed_back)


def merged(one: Discovery, other: Discovery) -> Discovery:
    """A URL found twice: flags add up, and the fewest clicks count."""
    depths = [found.depth for found in (one, other) if found.depth is not None]
    return replace(
        one,
        depth=min(depths, default=None),
        in_sitemap=one.in_sitemap or other.in_sitemap,
        sitemap_lastmod=one.sitemap_lastmod or other.sitemap_lastmod,
        linked=one.linked or other.linked,
        known=one.known or other.known,
    )


def summary_of(row: CrawlRunRow) -> CrawlSummary:
    return CrawlSummary(
        id=row.id,
        project_id=row.project_id,
        status=row.status,
        requested_at=row.requested_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        pages_fetched=row.pages_fetched,
        pages_known=row.pages_known,
        bytes_fetched=row.bytes_fetched,
        stop_reason=row.stop_reason,
        error=row.error,
    )
