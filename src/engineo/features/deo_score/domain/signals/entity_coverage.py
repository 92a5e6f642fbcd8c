"""entityCoverage: do the pages say in structured data what they are about?"""

from engineo.features.deo_score.domain.markup import MARKED_TYPES, home_item
from engineo.features.deo_score.domain.measure import About, Groups, Rule, Whole
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


def _of_three(site: Site) -> float:
    """Breadcrumbs are left out where no page owes any."""
    return _SITE_SHARE / (3 if any(group.type in BREADCRUMB_TYPES for group in site.groups) else 2)


def primary(_: Site, member: Member) -> float:
    return member.g if member.reading is not None and member.reading.markup(member.type).primary else 0.0


def breadcrumb(_: Site, member: Member) -> float:
    return member.g if member.reading is not None and member.reading.breadcrumb else 0.0


def _home_has(site: Site, kinds: frozenset[str]) -> float:
    return float(site.home_page is not None and home_item(site.home_page.marked, kinds) is not None)


entity_coverage = Rule(
    ABOUT,
    (
        Groups("primary", _PRIMARY_SHARE, primary, MARKED_TYPES),
        Whole("organization", _of_three, lambda site: _home_has(site, ORGANIZATION_TYPES)),
        Whole("website", _of_three, lambda site: _home_has(site, WEBSITE_TYPES)),
        Groups("breadcrumbs", _of_three, breadcrumb, BREADCRUMB_TYPES),
    ),
    shown=("primary",),
)
