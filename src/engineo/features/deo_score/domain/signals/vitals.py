"""coreWebVitals: an estimate of how fast a page shows and how still it stands, from the answer and its HTML."""

from engineo.features.crawling.contracts import CrawledPage, PageFacts
from engineo.features.deo_score.domain.curves import log_normal
from engineo.features.deo_score.domain.measure import About, Signal, best_of_groups, signal, site_part
from engineo.features.deo_score.domain.page_types import PAGE_TYPES
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


def core_web_vitals(site: Site) -> Signal:
    """The site value of every page's estimate, from response times and HTML: no browser is run.

    Null where no page that was read has a timing.
    """
    timed = any(member.facts is not None and member.row.ttfb_ms is not None for member in site.scored)
    pages = best_of_groups(site, PAGE_TYPES, page_vitals) if timed else []
    reason = None if timed else "no page has a timing"
    return signal(site, ABOUT, {"pages": site_part(site, 1.0, pages)}, pages, reason)


def page_vitals(member: Member) -> float | None:
    """V in [0, .9]; 0 for a page without a body, None where it was read without being timed."""
    facts, row = member.facts, member.row
    if facts is None:
        return 0.0
    if row.ttfb_ms is None:
        return None
    speed = 0.45 * log_normal(row.ttfb_ms, GOOD_TTFB_MS, POOR_TTFB_MS)
    blocking = 0.20 / (1 + render_blocking(facts) / _BLOCKING_SCALE)
    value = speed + blocking + 0.20 * sized(facts) + 0.15 * size(row)
    return min(_MOST, value) * (_LAZY if first_image_lazy(facts) else 1.0)


def render_blocking(facts: PageFacts) -> int:
    return facts.head_scripts_blocking + facts.stylesheets_blocking


def sized(facts: PageFacts) -> float:
    """The share of images and iframes whose space is known before they load; none: 1."""
    total = len(facts.images) + facts.iframes
    return (sum(image.sized for image in facts.images) + facts.iframes_sized) / total if total else 1.0


def size(row: CrawledPage) -> float:
    """1 up to 100 KB transferred, then the log-normal curve."""
    count = row.transfer_bytes if row.transfer_bytes is not None else row.body_bytes
    kilobytes = (count or 0) / _KB
    return 1.0 if kilobytes <= GOOD_KB else log_normal(kilobytes, GOOD_KB, POOR_KB) / _AT_P10


def first_image_lazy(facts: PageFacts) -> bool:
    return next((image.lazy for image in facts.images if image.in_main), False)
