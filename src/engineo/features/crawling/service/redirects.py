"""Following redirects by hand: every hop is checked and recorded."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from engineo.features.crawling.contracts import Hop
from engineo.features.crawling.domain.urls import normalise, same_site, url_key
from engineo.kernel.fetching import FetchResult

REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Trail:
    """Where a URL led. `end` is "answered", "known" (`url` has its facts already), or why there is no answer.

    `first` is the answer of the URL itself, `last` that of `url`, the end of the chain.
    """

    end: str
    url: str
    hops: tuple[Hop, ...] = ()
    first: FetchResult | None = None
    last: FetchResult | None = None
    error: str | None = None
    total_ms: float = 0.0


class Asking:
    """Answers of URLs that are being worked on, so that a URL and a redirect to it need one request between them."""

    def __init__(self) -> None:
        self._answers: dict[str, asyncio.Future[FetchResult]] = {}
        self._keys: Counter[str] = Counter()

    def __contains__(self, key: str) -> bool:
        """Whether a page (by its key) is being worked on."""
        return key in self._keys

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, url: str) -> asyncio.Future[FetchResult] | None:
        return self._answers.get(url)

    def begin(self, url: str) -> asyncio.Future[FetchResult]:
        self._keys[url_key(url)] += 1
        self._answers[url] = asyncio.get_running_loop().create_future()
        return self._answers[url]

    def end(self, url: str) -> None:
        self._answers.pop(url).cancel()  # without effect on an answer that is there
        key = url_key(url)
        self._keys[key] -= 1
        if not self._keys[key]:
            del self._keys[key]


async def follow(
    url: str,
    *,
    max_redirects: int,
    ask: Callable[[str], Awaitable[FetchResult]],
    stop_at: Callable[[str], Awaitable[str | None]],
) -> Trail:
    """Ask for a URL and go where it points, within the site.

    `stop_at(target)` says why a target is not to be asked for ("disallowed", "known"), or None.
    """
    asked = {url}
    trail = Trail("answered", url)
    while True:
        result = await ask(trail.url)
        total_ms = trail.total_ms + (result.total_ms or 0)
        trail = replace(
            trail, end=result.outcome, first=trail.first or result, last=result, error=result.error, total_ms=total_ms
        )
        target = redirect_target(result)
        if target is None:
            return trail
        hops = (*trail.hops, Hop(trail.url, result.status or 0, target))
        trail = replace(trail, url=target, hops=hops, last=None, error=None)
        if not same_site(url, target):
            return replace(trail, end="redirected_off_site")
        if target in asked:
            return replace(trail, end="redirect_loop", error=f"{target} comes round again")
        if len(hops) > max_redirects:
            return replace(trail, end="redirect_loop", error=f"more than {max_redirects} redirects")
        asked.add(target)
        reason = await stop_at(target)
        if reason is not None:
            return replace(trail, end=reason)


def redirect_target(result: FetchResult) -> str | None:
    """The absolute URL that an answer points to; None for whatever is no redirect, or points nowhere."""
    location = result.header("location")
    if result.status not in REDIRECTS or location is None:
        return None
    return normalise(as_utf8(location), result.url)


def as_utf8(header: str) -> str:
    """A header's bytes as UTF-8 where they are; servers write non-ASCII addresses so."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header
