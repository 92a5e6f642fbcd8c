"""The event loop of one worker: survey the site, fetch page after page, save about every second."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from engineo.features.crawling.contracts import CrawlSummary
from engineo.features.crawling.repository.pages import Discovery
from engineo.features.crawling.service.fetch_page import Fetched, PageReader
from engineo.features.crawling.service.frontier import Frontier
from engineo.features.crawling.service.ledger import Ledger
from engineo.features.crawling.service.site_files import Survey
from engineo.features.crawling.settings import CrawlLimits

TICK = timedelta(milliseconds=200)  # how soon a stop is noticed
CHECKPOINT_EVERY, CHECKPOINT_PAGES = timedelta(seconds=1), 50
PROGRESS_EVERY = timedelta(milliseconds=500)


class StopRequestedError(Exception):
    """The process shuts down; everything fetched so far is saved."""


class CrawlLoop:
    """Works one run to its end. All state lives in the loop's thread; threads only read and save."""

    def __init__(
        self, survey: Survey, frontier: Frontier, ledger: Ledger, limits: CrawlLimits,
        should_stop: Callable[[], bool], on_progress: Callable[[CrawlSummary], None],
    ) -> None:  # fmt: skip
        self._survey = survey
        self._frontier = frontier
        self._ledger = ledger
        self._limits = limits
        self._should_stop = should_stop
        self._on_progress = on_progress
        self._tasks: set[asyncio.Task[Any]] = set()
        self._saved_at = self._told_at = asyncio.get_running_loop().time()

    async def run(self) -> str:
        """The stop reason; the run is saved as finished. Raise `StopRequestedError` or `LeaseLostError`."""
        try:
            reason = await self._work()
        except StopRequestedError:
            await self._cancel_tasks()
            await self._checkpoint()
            raise
        finally:
            await self._cancel_tasks()
        self._on_progress(self._ledger.summary())
        return reason

    async def _work(self) -> str:
        in_time = await self._read_site()
        reader = self._survey.reader
        while in_time:
            full = self._limit_reached()
            if full is None:
                await self._start_pages(reader)
            if not self._tasks:
                break
            in_time = await self._wait()
        await self._cancel_tasks()
        await self._checkpoint()
        reason = await self._stop_reason()
        await self._save(stop_reason=reason)
        return reason

    async def _read_site(self) -> bool:
        """Robots, home, sitemaps; once per run. False when the time was over first."""
        if not self._survey.needed:
            return True
        self._begin(self._survey.read())
        in_time = True
        while in_time and self._tasks:
            in_time = await self._wait()
        await self._cancel_tasks()
        if not in_time:
            home = self._survey.home
            self._ledger.note([Discovery(home.url_key, home.url)], [])
        await self._save(site=self._survey.site(), robots=self._survey.robots())
        return in_time

    async def _start_pages(self, reader: PageReader) -> None:
        while len(self._tasks) < self._limits.concurrency and self._room() > 0:
            busy = bool(self._tasks)
            if self._frontier.wants_refill(busy=busy):
                await self._checkpoint()
                await self._frontier.refill(reader.asking, self._room(), busy=busy)
            entry = self._frontier.take(reader.asking)
            if entry is None:
                return
            self._begin(reader.fetch(entry))

    async def _wait(self) -> bool:
        """Let the tasks go on for a moment; take what is done. False when the time is over."""
        done, self._tasks = await asyncio.wait(
            self._tasks, timeout=TICK.total_seconds(), return_when=asyncio.FIRST_COMPLETED
        )
        for task in done:
            self._absorb(task.result())
        now = asyncio.get_running_loop().time()
        if self._should_stop():
            raise StopRequestedError
        if now - self._saved_at >= CHECKPOINT_EVERY.total_seconds() or self._ledger.unsaved >= CHECKPOINT_PAGES:
            await self._checkpoint()
        if now - self._told_at >= PROGRESS_EVERY.total_seconds():
            self._told_at = now
            self._on_progress(self._ledger.summary())
        return self._ledger.elapsed < self._limits.time_limit

    def _absorb(self, result: Fetched | None) -> None:
        if result is not None:
            for page in result.pages:
                self._frontier.drop(page.url_key)
            self._frontier.news = self._frontier.news or bool(result.found)

    def _begin(self, work: Coroutine[Any, Any, Fetched | None]) -> None:
        self._tasks.add(asyncio.create_task(work))

    def _room(self) -> int:
        """Pages that may still be started."""
        return self._limits.max_pages - self._ledger.fetched - len(self._tasks)

    def _limit_reached(self) -> str | None:
        if self._ledger.bytes >= self._limits.max_bytes:
            return "max_bytes"
        return "max_pages" if self._room() <= 0 else None

    async def _stop_reason(self) -> str:
        if await self._frontier.exhausted():
            return await self._frontier.remains() or "complete"
        return self._limit_reached() or "time_limit"

    async def _checkpoint(self) -> None:
        await self._save()

    async def _save(self, **ending: Any) -> None:  # noqa: ANN401 - the other fields of Batch
        batch = self._ledger.cut(**ending)
        await asyncio.to_thread(self._ledger.save, batch)
        self._saved_at = asyncio.get_running_loop().time()

    async def _cancel_tasks(self) -> None:
        tasks, self._tasks = self._tasks, set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
