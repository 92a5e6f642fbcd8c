"""The gate g: how far a page can be indexed at all. Every text, markup and answer it offers is multiplied by it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from engineo.features.crawling.contracts import CrawledPage, PageFacts
from engineo.features.deo_score.domain.directives import is_noindex
from engineo.features.deo_score.domain.duplicates import holds_text_of, near_duplicates
from engineo.features.deo_score.domain.url_rules import site_of, url_key

SHELL_WORDS = 20
_IGNORED_CANONICAL = 0.5
_SCRIPT_SHELL = 0.3
_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Gate:
    """`value` in [0, 1]; `reason` names the rule that lowered it; `canonical` is the page it points to, if another."""

    value: float
    reason: str = ""
    canonical: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a canonical leads to after its redirects. `facts` is None where no page could be read."""

    url: str
    row: CrawledPage | None
    facts: PageFacts | None
    redirected: bool = False


def canonical_urls(facts: PageFacts) -> list[str]:
    """Distinct canonicals of link and header, by url_key; "" for one that is no http(s) URL."""
    return sorted({url_key(url) for url in (*facts.canonicals, *facts.canonical_header)})


def gate(
    url: str,
    row: CrawledPage,
    facts: PageFacts | None,
    follow: Callable[[str], Target],
    as_of: datetime,
) -> Gate:
    """The gate of one page, without the exception for consolidated pages."""
    if facts is None:
        return Gate(0.0, "unreadable")
    if "Googlebot" in row.blocked_agents:
        return Gate(0.0, "robots-txt")
    if is_noindex(facts, as_of):
        return Gate(0.0, "noindex")
    judged = _canonical(url, facts, follow)
    if judged.value > 0 and facts.raw_words < SHELL_WORDS and facts.scripts > 0:
        return Gate(judged.value * _SCRIPT_SHELL, judged.reason or "script-shell")
    return judged


def _canonical(url: str, facts: PageFacts, follow: Callable[[str], Target]) -> Gate:
    canonicals = canonical_urls(facts)
    if not canonicals or canonicals == [url]:
        return Gate(1.0)
    if len(canonicals) > 1 or not canonicals[0]:
        return Gate(_IGNORED_CANONICAL, "canonical-conflict" if len(canonicals) > 1 else "canonical-invalid")
    target = follow(canonicals[0]) if site_of(canonicals[0]) == site_of(url) else Target("", None, None)
    if target.url == url:
        # Written otherwise (another spelling of the same row) or redirected: engines ignore only the latter.
        return Gate(_IGNORED_CANONICAL, "canonical-redirects-back") if target.redirected else Gate(1.0)
    if site_of(target.url) != site_of(url):
        return Gate(0.0, "canonical-elsewhere")
    if _is_gone(target):
        return Gate(_IGNORED_CANONICAL, "canonical-broken")
    return Gate(0.0, "canonical-other", target.url)


def _is_gone(target: Target) -> bool:
    """404, 410, a loop, or a soft 404: engines ignore a canonical to it."""
    row = target.row
    if row is None:
        return False
    return row.status in _GONE or row.outcome == "redirect_loop" or (row.outcome == "html" and target.facts is None)


def is_consolidated(page: PageFacts, target: PageFacts) -> bool:
    """Whether a canonical from `page` to `target` only names the better address of the same text."""
    return near_duplicates(page, target) or holds_text_of(target, page)
