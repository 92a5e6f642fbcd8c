"""coreWebVitals: an estimate of how fast a page shows and how still it stands, from the answer and its HTML."""

from engineo.features.deo_score.domain.curves import log_normal
from engineo.features.deo_score.domain.measure import About, Groups, Rule
from engineo.features.deo_score.domain.rows import Row
from engineo.features.deo_score.domain.site import Member, Site

ABOUT = About(
    "coreWebVitals",
    ("ttfb", "render-blocking", "sized-media", "transfer-size", "lazy-first-image"),
    ("https://web.dev/articles/ttfb", "https://web.dev/articles/optimize-cls", "https://web.dev/articles/optimize-lcp"),
    estimated=True,
)
GOOD_TTFB_MS, POOR_TTFB_MS = 800.0, 1800.0
GOOD_KB, POOR_KB = 100.0, 400.0
_KB = 1024
_MOST = 0.9  # an estimate never claims a full score
_LAZY = 0.9
_AT_P10 = 0.9
_BLOCKING_SCALE = 3


def page_vitals(_: Site, member: Member) -> float | None:
    """V in [0, .9]; 0 for a page without a body, None where it was read without being timed."""
    reading, row = member.reading, member.row
    if reading is None:
        return 0.0
    if row.ttfb_ms is None:
        return None
    speed = 0.45 * log_normal(row.ttfb_ms, GOOD_TTFB_MS, POOR_TTFB_MS)
    blocking = 0.20 / (1 + reading.blocking / _BLOCKING_SCALE)
    value = speed + blocking + 0.20 * reading.sized + 0.15 * size(row)
    return min(_MOST, value) * (_LAZY if reading.lazy_first else 1.0)


def size(row: Row) -> float:
    """1 up to 100 KB transferred, then the log-normal curve."""
    kilobytes = (row.transfer_bytes or 0) / _KB
    return 1.0 if kilobytes <= GOOD_KB else log_normal(kilobytes, GOOD_KB, POOR_KB) / _AT_P10


def _untimed(site: Site) -> str | None:
    timed = any(member.reading is not None and member.row.ttfb_ms is not None for member in site.scored)
    return None if timed else "no page has a timing"


core_web_vitals = Rule(ABOUT, (Groups("pages", 1.0, page_vitals),), absent=_untimed)
