"""crawlHealth: do pages answer, do links lead somewhere, do robots.txt and sitemap tell the truth?"""

from engineo.features.crawling.contracts import SiteFacts
from engineo.features.deo_score.domain.curves import mean
from engineo.features.deo_score.domain.measure import About, Groups, Rule, Whole
from engineo.features.deo_score.domain.signals.linkage import reached
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.targets import WORKS, page_targets

ABOUT = About(
    "crawlHealth",
    ("readable-200", "links-work", "robots-txt-valid", "sitemap-true"),
    (
        "https://developer.chrome.com/docs/lighthouse/seo/http-status-code",
        "https://developer.chrome.com/docs/lighthouse/seo/invalid-robots-txt",
        "https://www.rfc-editor.org/rfc/rfc9309",
    ),
)
_RESPONSE, _LINKS, _ROBOTS, _LISTED, _FOUND = 0.5, 0.3, 0.1, 0.05, 0.05


def page_links(site: Site, member: Member) -> float:
    """Half the mean worth of a page's distinct internal targets, half that none of them is broken."""
    if member.reading is None:
        return 0.0
    found = list(page_targets(site, member.url).values())
    if site.is_mended("links", member.url):
        found = [target for target in found if not target.broken]
    if site.is_mended("straight", member.url):
        found = [target if target.broken else WORKS for target in found]
    if not found:
        return 1.0
    broken = any(target.broken for target in found)
    return 0.5 * mean(target.worth or 0.0 for target in found) + 0.5 * (not broken)


def robots_value(facts: SiteFacts) -> float:
    """1 for no file (3xx, 4xx), an empty one, or only valid lines; 0 for 429, 5xx, unreachable or invalid lines."""
    status = facts.robots_status
    if status is None or status == 429 or status >= 500:  # noqa: PLR2004 - statuses are the rule
        return 0.0
    served = 200 <= status < 300  # noqa: PLR2004 - statuses are the rule
    return float(not served or facts.robots_empty or not facts.robots_problems)


def listed_value(site: Site) -> float:
    """Mean g over the page groups that the sitemap lists; none listed: 1."""
    best = [
        max(site.members[url].g for url in group.urls if site.members[url].listed)
        for group in site.groups
        if any(site.members[url].listed for url in group.urls)
    ]
    return mean(best) if best else 1.0


def found_value(site: Site) -> float:
    """The share of page groups that can be indexed and are listed or within reach of home's links."""
    return mean(any(found(site, site.members[url]) for url in group.urls) for group in site.groups)


def found(site: Site, member: Member) -> bool:
    return member.g > 0 and (member.listed or reached(site, member) > 0)


crawl_health = Rule(
    ABOUT,
    (
        Groups("response", _RESPONSE, lambda _, member: float(member.reading is not None)),
        Groups("links", _LINKS, page_links),
        Whole("robots", _ROBOTS, lambda site: robots_value(site.facts)),
        Whole("sitemapListed", _LISTED, listed_value),
        Whole("sitemapFound", _FOUND, found_value),
    ),
    shown=("response", "links"),
)
