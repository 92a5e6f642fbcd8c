"""brandNavigationalStrength: is there a brand with one name, pages about it, and ways to them?"""

from collections.abc import Iterator

from engineo.features.crawling.contracts import CrawledPage
from engineo.features.deo_score.domain.curves import mean, sat
from engineo.features.deo_score.domain.markup import home_item
from engineo.features.deo_score.domain.measure import About, PageValue, Part, Signal, best_of_groups, signal
from engineo.features.deo_score.domain.page_types import PAGE_TYPES, kind_by_url
from engineo.features.deo_score.domain.site import Site
from engineo.features.deo_score.domain.units import LEAST_WORDS
from engineo.features.deo_score.domain.url_rules import site_of
from engineo.features.deo_score.domain.vocabulary import BRAND_PAGE_TYPES, ORGANIZATION_TYPES, POLICY_KINDS

ABOUT = About(
    "brandNavigationalStrength",
    ("service-pages", "organization-complete", "brand-agrees", "service-pages-linked"),
    (
        "https://developers.google.com/search/docs/appearance/structured-data/organization",
        "https://developers.google.com/search/docs/appearance/site-names",
    ),
)
_PAGES, _ORGANIZATION, _CONSISTENCY, _NAVIGATION = 0.3, 0.25, 0.25, 0.2
KINDS_WANTED = 5
_SAME_AS = 2
_OTHER_SOURCES = 4


def brand_navigational_strength(site: Site) -> Signal:
    """.3 pages + .25 organization + .25 consistency + .2 navigation."""
    pages = service_pages(site)
    clicked = {edge.final for edge in site.graph.followed(site.home)} | {site.home}
    near = {kind for kind, urls in pages.items() if not clicked.isdisjoint(urls)}
    parts = {
        "pages": Part(_PAGES, sat(len(pages), KINDS_WANTED)),
        "organization": Part(_ORGANIZATION, mean(organization_checks(site))),
        "consistency": Part(_CONSISTENCY, max(0, site.statistics.agreement - 1) / _OTHER_SOURCES),
        "navigation": Part(_NAVIGATION, sat(len(near), KINDS_WANTED)),
    }
    measured = best_of_groups(site, PAGE_TYPES, lambda _: 1.0)
    return signal(site, ABOUT, parts, [PageValue(page.url, page.type, 1.0) for page in measured])


def service_pages(site: Site) -> dict[str, list[str]]:
    """The kinds of service page that the site has, with the url_keys that count for each."""
    found: dict[str, list[str]] = {}
    for row in site.rows:
        final = site.rows.final(row.url_key)
        answer = site.rows.get(final) if final is not None else None
        if answer is None or site_of(answer.url_key) != site_of(site.home):
            continue
        for kind in _kinds(row, answer, site):
            counts = _policy_counts(row, answer) if kind in POLICY_KINDS else _page_counts(answer, site)
            if counts:
                found.setdefault(kind, []).append(answer.url_key)
    return dict(sorted(found.items()))


def _kinds(row: CrawledPage, answer: CrawledPage, site: Site) -> Iterator[str]:
    """By either address, or by what the page says it is."""
    if (kind := kind_by_url(row.url_key) or kind_by_url(answer.url_key)) is not None:
        yield kind
    member = site.members.get(answer.url_key)
    if member is not None and member.facts is not None and member.type == "brand":
        for node in member.facts.nodes:
            for name in node.types:
                if node.top_level and name in BRAND_PAGE_TYPES:
                    yield BRAND_PAGE_TYPES[name]


def _policy_counts(row: CrawledPage, answer: CrawledPage) -> bool:
    """A link to it, and a 200 or a robots.txt that keeps crawlers out."""
    kept_out = "Googlebot" in answer.blocked_agents or answer.outcome == "disallowed"
    answered = answer.status == 200 or answer.not_modified  # noqa: PLR2004 - the status itself is the rule
    return (row.linked or answer.linked) and (answered or kept_out)


def _page_counts(answer: CrawledPage, site: Site) -> bool:
    member = site.members.get(answer.url_key)
    facts = member.facts if member is not None else None
    return facts is not None and "Googlebot" not in answer.blocked_agents and facts.words >= LEAST_WORDS


def organization_checks(site: Site) -> tuple[bool, ...]:
    """Name, url, logo, at least two profiles elsewhere, and a way to get in touch."""
    item = home_item(site.home_member.facts, ORGANIZATION_TYPES)
    if item is None:
        return (False,) * 5
    return (
        item.has("name"),
        item.has("url"),
        item.has("logo"),
        len(item.values("sameAs")) >= _SAME_AS,
        item.has("contactPoint", "address"),
    )
