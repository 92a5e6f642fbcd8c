"""The gate g: how far a page can be indexed at all. Every text, markup and answer it offers is multiplied by it."""

from collections.abc import Callable
from dataclasses import dataclass

from engineo.features.deo_score.domain.duplicates import holds_text_of, near_duplicates
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.rows import Row
from engineo.features.deo_score.domain.url_rules import site_of

_IGNORED_CANONICAL = 0.5
_SCRIPT_SHELL = 0.3
_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Gate:
    """`value` in [0, 1]; `reason` names the rule that lowered it; `canonical` is the page it points to, if another."""

    value: float
    reason: str = ""
    canonical: str | None = None


OPEN = Gate(1.0)
CLOSED = Gate(0.0)


@dataclass(frozen=True, slots=True)
class Target:
    """What a canonical leads to after its redirects. `reading` is None where no page could be read."""

    url: str
    row: Row | None
    reading: Reading | None
    redirected: bool = False


def gate(url: str, row: Row, reading: Reading | None, follow: Callable[[str], Target]) -> Gate:
    """The gate of one page, without the exception for consolidated pages."""
    if reading is None:
        return Gate(0.0, "unreadable")
    if "Googlebot" in row.blocked_agents:
        return Gate(0.0, "robots-txt")
    if reading.noindex:
        return Gate(0.0, "noindex")
    judged = _canonical(url, reading.canonicals, follow) if reading.canonicals else OPEN
    if judged.value > 0 and reading.shell:
        return Gate(judged.value * _SCRIPT_SHELL, judged.reason or "script-shell")
    return judged


def _canonical(url: str, canonicals: tuple[str, ...], follow: Callable[[str], Target]) -> Gate:
    if len(canonicals) > 1 or not canonicals[0]:
        return Gate(_IGNORED_CANONICAL, "canonical-conflict" if len(canonicals) > 1 else "canonical-invalid")
    target = follow(canonicals[0]) if site_of(canonicals[0]) == site_of(url) else Target("", None, None)
    if target.url == url:
        # Written otherwise (another spelling of the same row) or redirected: engines ignore only the latter.
        return Gate(_IGNORED_CANONICAL, "canonical-redirects-back") if target.redirected else OPEN
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
    return row.status in _GONE or row.outcome == "redirect_loop" or (row.outcome == "html" and target.reading is None)


def is_consolidated(page: Reading, target: Reading) -> bool:
    """Whether a canonical from `page` to `target` only names the better address of the same text."""
    return near_duplicates(page, target) or holds_text_of(target, page)
