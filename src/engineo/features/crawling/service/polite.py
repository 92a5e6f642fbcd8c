"""Asking one site for one URL at a time, or a few: pacing, retries, and the count of bytes."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from engineo.features.crawling.settings import CrawlLimits
from engineo.kernel.fetching import Fetcher, FetchRequest, FetchResult
from engineo.kernel.ports import Clock

LONGEST_DELAY = timedelta(seconds=10)  # of robots.txt
LONGEST_WAIT = timedelta(seconds=30)  # of Retry-After
BUSY = frozenset({429, 503})
BUSY_RETRIES, NETWORK_RETRIES = 2, 1
FIRST_WAIT = timedelta(seconds=1)


class PoliteFetcher:
    """Fetches with the delays that a site asks for. A URL that is being asked for already is not asked for twice."""

    def __init__(self, fetcher: Fetcher, limits: CrawlLimits, clock: Clock, count_bytes: Callable[[int], None]) -> None:
        self._fetcher = fetcher
        self._limits = limits
        self._clock = clock
        self._count_bytes = count_bytes
        self._delay = timedelta(0)
        self._turn = asyncio.Lock()  # with a delay: one request at a time
        self._not_before = 0.0  # of the loop's clock

    def slow_down(self, delay_seconds: float | None) -> None:
        """Obey a Crawl-delay, as far as ten seconds."""
        self._delay = min(timedelta(seconds=delay_seconds or 0), LONGEST_DELAY)

    async def ask(
        self, url: str, headers: Mapping[str, str] | None = None, max_bytes: int | None = None
    ) -> FetchResult:
        """The answer, after at most two retries where the site is busy and one where the network failed."""
        request = FetchRequest(
            url, headers or {}, max_bytes or self._limits.max_page_bytes, timeout=self._limits.page_timeout
        )
        busy = broken = 0
        while True:
            result = await self._once(request)
            if result.status in BUSY and busy < BUSY_RETRIES:
                busy += 1
                await self._back_off(retry_after(result.header("retry-after"), self._clock.now()), busy)
            elif _is_network_failure(result) and broken < NETWORK_RETRIES:
                broken += 1
                await asyncio.sleep(FIRST_WAIT.total_seconds())
            else:
                return result

    async def _back_off(self, asked: timedelta | None, attempt: int) -> None:
        if asked is None:
            await asyncio.sleep(FIRST_WAIT.total_seconds() * attempt)
        else:  # the site speaks of itself, not of one URL: everybody waits
            until = asyncio.get_running_loop().time() + min(asked, LONGEST_WAIT).total_seconds()
            self._not_before = max(self._not_before, until)

    async def _once(self, request: FetchRequest) -> FetchResult:
        if not self._delay:
            await self._wait()
            return await self._send(request)
        async with self._turn:
            await self._wait()
            try:
                return await self._send(request)
            finally:
                pause = asyncio.get_running_loop().time() + self._delay.total_seconds()
                self._not_before = max(self._not_before, pause)

    async def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        while (remaining := self._not_before - loop.time()) > 0:  # noqa: ASYNC110 - it may be put off while we wait
            await asyncio.sleep(remaining)

    async def _send(self, request: FetchRequest) -> FetchResult:
        result = await self._fetcher.fetch(request)
        self._count_bytes(result.transfer_bytes)
        return result


def _is_network_failure(result: FetchResult) -> bool:
    """Nothing came back at all; a body that broke off half way is an answer."""
    return result.status is None and result.outcome in {"unreachable", "timeout"}


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Seconds or a date (RFC 9110 §10.2.3); None for what is neither."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 86_400))
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(date - now, timedelta(0))
