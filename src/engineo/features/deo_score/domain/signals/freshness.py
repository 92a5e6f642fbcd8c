"""contentFreshness: how long ago the pages that age were last changed, as far as their dates can be trusted."""

from datetime import timedelta

from engineo.features.deo_score.domain.dates import trusted_date
from engineo.features.deo_score.domain.measure import About, Signal, best_of_groups, signal, site_part
from engineo.features.deo_score.domain.site import Member, Site

ABOUT = About(
    "contentFreshness",
    ("date-trusted", "date-age", "date-missing"),
    ("https://developers.google.com/search/docs/crawling-indexing/sitemaps/build-sitemap",),
)
HALF_LIVES = {"product": timedelta(days=365), "collection": timedelta(days=365), "article": timedelta(days=180)}


def content_freshness(site: Site) -> Signal:
    """V = g * 2^(-age / half-life); a page without a trusted date has 0. Null without pages of these types."""
    pages = best_of_groups(site, tuple(HALF_LIVES), lambda member: page_freshness(site, member))
    reason = None
    if not pages:
        reason = "no product, collection or article page"
    elif not any(page.value for page in pages):
        reason = "no product, collection or article page has a date that can be trusted"
    return signal(site, ABOUT, {"pages": site_part(site, 1.0, pages)}, pages, reason)


def page_freshness(site: Site, member: Member) -> float:
    date = trusted_date(member, site.statistics.ignored_dates)
    if date is None or member.type not in HALF_LIVES:
        return 0.0
    age = max(site.as_of - date, timedelta(0))
    return float(member.g * 2 ** -(age / HALF_LIVES[member.type]))
