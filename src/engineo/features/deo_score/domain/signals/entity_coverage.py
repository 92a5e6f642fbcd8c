"""entityCoverage: do the pages say in structured data what they are about?"""

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.markup import (
    MARKED_TYPES,
    candidates,
    has_breadcrumb,
    home_item,
    is_primary,
)
from engineo.features.deo_score.domain.measure import About, Part, Signal, best_of_groups, signal, site_part
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.vocabulary import ORGANIZATION_TYPES, WEBSITE_TYPES

ABOUT = About(
    "entityCoverage",
    ("primary-node", "organization-home", "website-home", "breadcrumb-valid"),
    (
        "https://developers.google.com/search/docs/appearance/structured-data/intro-structured-data",
        "https://developers.google.com/search/docs/appearance/structured-data/breadcrumb",
    ),
)
_PRIMARY_SHARE, _SITE_SHARE = 0.8, 0.2
BREADCRUMB_TYPES = ("product", "collection", "article")


def entity_coverage(site: Site) -> Signal:
    """.8 primary nodes + .2 mean(Organization on home, WebSite on home, breadcrumbs where they are due)."""
    pages = best_of_groups(site, MARKED_TYPES, lambda member: member.g * has_primary(site, member))
    trails = best_of_groups(site, BREADCRUMB_TYPES, lambda member: member.g * page_has_breadcrumb(site, member))
    share = _SITE_SHARE / (3 if trails else 2)
    home = site.home_member.facts
    parts = {
        "primary": site_part(site, _PRIMARY_SHARE, pages),
        "organization": Part(share, float(home_item(home, ORGANIZATION_TYPES) is not None)),
        "website": Part(share, float(home_item(home, WEBSITE_TYPES) is not None)),
        "breadcrumbs": site_part(site, share, trails),
    }
    return signal(site, ABOUT, parts, pages)


def has_primary(site: Site, member: Member) -> bool:
    facts = member.facts
    return facts is not None and site.memo.get(("primary", member.type), facts, lambda: _primary(facts, member.type))


def _primary(facts: PageFacts, page_type: str) -> bool:
    return any(is_primary(item, page_type) for item in candidates(facts))


def page_has_breadcrumb(site: Site, member: Member) -> bool:
    facts = member.facts
    return facts is not None and site.memo.get("breadcrumb", facts.nodes, lambda: has_breadcrumb(facts))
