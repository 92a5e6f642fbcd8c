"""contentFreshness: how long ago the pages that age were last changed, as far as their dates can be trusted."""

from engineo.features.deo_score.domain.dates import trusted_date
from engineo.features.deo_score.domain.measure import About, Groups, Rule, Signal
from engineo.features.deo_score.domain.site import Member, Site

ABOUT = About(
    "contentFreshness",
    ("date-trusted", "date-age", "date-missing"),
    ("https://developers.google.com/search/docs/crawling-indexing/sitemaps/build-sitemap",),
)
_DAY = 86_400
HALF_LIVES = {"product": 365 * _DAY, "collection": 365 * _DAY, "article": 180 * _DAY}  # seconds


def page_date(site: Site, member: Member) -> int | None:
    """The date that a page is believed to be of, in seconds since 1970."""
    return trusted_date(member, site.statistics.ignored_dates, site.priors.get(member.url))


def page_freshness(site: Site, member: Member) -> float:
    """V = g * 2^(-age / half-life); without a date that can be trusted 0."""
    date = page_date(site, member)
    if date is None or member.type not in HALF_LIVES:
        return 0.0
    return float(member.g * 2 ** -(max(site.as_of_seconds - date, 0) / HALF_LIVES[member.type]))


def _remark(_: Site, found: Signal) -> str | None:
    if found.value is None:
        return "no product, collection or article page"
    return None if found.value else "no product, collection or article page has a date that can be trusted"


content_freshness = Rule(ABOUT, (Groups("pages", 1.0, page_freshness, tuple(HALF_LIVES)),), remark=_remark)
