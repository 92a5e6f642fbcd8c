"""The next URLs to fetch: a window on the run's pending rows, one distance from home at a time.

All pages of one distance are done before the next begins, so every page's clicks from home are exact however the
answers race. Pages that no link leads to come last.
"""

import asyncio
from collections.abc import Sequence

from engineo.features.crawling.repository.pages import PageRepository
from engineo.features.crawling.service.fetch_page import Entry
from engineo.features.crawling.service.ledger import Ledger
from engineo.features.crawling.service.redirects import Asking
from engineo.features.crawling.settings import CrawlLimits
from engineo.kernel.ports import UnitOfWork

WINDOW = 500


class Frontier:
    """Holds at most `WINDOW` URLs in memory, however many the run knows."""

    def __init__(
        self, uow: UnitOfWork, pages: PageRepository, ledger: Ledger, run_id: str, limits: CrawlLimits
    ) -> None:
        self._uow = uow
        self._ledger = ledger
        self._pages = pages
        self._run_id = run_id
        self._limits = limits
        self._window: dict[str, Entry] = {}
        self._depth: int | None = 0
        self._more = True  # the database may hold more of this distance
        self.news = True  # something was found since the last look

    def take(self, asking: Asking) -> Entry | None:
        """The next URL that nobody works on."""
        key = next((key for key in self._window if not self._is_taken(key, asking)), None)
        return None if key is None else self._window.pop(key)

    def _is_taken(self, url_key: str, asking: Asking) -> bool:
        """Being worked on, or done since the rows were saved last."""
        return url_key in asking or self._ledger.holds(url_key)

    def drop(self, url_key: str) -> None:
        """A redirect has brought this page already."""
        self._window.pop(url_key, None)

    def wants_refill(self, *, busy: bool) -> bool:
        return not self._window and (not busy or self.news or self._more)

    async def refill(self, asking: Asking, room: int, *, busy: bool) -> None:
        """After a checkpoint: look at the rows. While pages are being fetched, only at those of the same distance."""
        self.news = False
        rows, self._more = await asyncio.to_thread(self._load, room)
        entries = [entry for entry in rows if not self._is_taken(entry.url_key, asking)]
        if not busy and entries:
            self._depth = entries[0].depth
        self._window = {entry.url_key: entry for entry in entries if entry.depth == self._depth}
        self._more = self._more and len(self._window) == len(entries)

    async def remains(self) -> str | None:
        """Why rows are left where no limit stopped the run: None, or "max_depth"."""
        return "max_depth" if await asyncio.to_thread(self._count_pending) else None

    async def exhausted(self) -> bool:
        return not (await asyncio.to_thread(self._load, 1))[0]

    def _load(self, room: int) -> tuple[Sequence[Entry], bool]:
        with self._uow(read_only=True) as work:
            # Up to half of the pages are kept for those known from earlier runs, so that unlinking does not hide them.
            reserve = min(self._pages.count_pending(work, self._run_id, known=True), self._limits.max_pages // 2)
            only_known = 0 < room <= reserve
            limit = min(WINDOW, room if only_known else max(room - reserve, 1))
            rows = self._pages.next_pending(
                work, self._run_id, limit=limit, max_depth=self._limits.max_depth, only_known=only_known
            )
        return [Entry(row.url_key, row.url, row.depth) for row in rows], len(rows) == limit

    def _count_pending(self) -> int:
        with self._uow(read_only=True) as work:
            return self._pages.count_pending(work, self._run_id)
