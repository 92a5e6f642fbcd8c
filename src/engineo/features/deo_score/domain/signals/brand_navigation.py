"""brandNavigationalStrength: is there a brand with one name, pages about it, and ways to them?"""

from collections.abc import Iterator

from engineo.features.deo_score.domain.curves import mean, sat
from engineo.features.deo_score.domain.markup import Marked, home_item
from engineo.features.deo_score.domain.measure import About, Rule, Whole
from engineo.features.deo_score.domain.page_types import kind_by_url
from engineo.features.deo_score.domain.rows import Row
from engineo.features.deo_score.domain.site import Site
from engineo.features.deo_score.domain.units import LEAST_WORDS
from engineo.features.deo_score.domain.url_rules import site_of
from engineo.features.deo_score.domain.vocabulary import ORGANIZATION_TYPES, POLICY_KINDS

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


def service_pages(site: Site) -> dict[str, list[str]]:
    """The kinds of service page that the site has, with the url_keys that count for each."""
    found: dict[str, list[str]] = {}
    for row in site.rows:
        final = site.rows.final(row.url_key)
        answer = site.rows.get(final) if final is not None else None
        if answer is None:
            continue
        for kind in _kinds(row, answer, site):
            counts = _policy_counts(row, answer) if kind in POLICY_KINDS else _page_counts(answer, site)
            if counts and site_of(answer.url_key) == site_of(site.home):
                found.setdefault(kind, []).append(answer.url_key)
    return dict(sorted(found.items()))


def _kinds(row: Row, answer: Row, site: Site) -> Iterator[str]:
    """By either address, or by what the page says it is."""
    if (kind := kind_by_url(row.url_key) or kind_by_url(answer.url_key)) is not None:
        yield kind
    member = site.members.get(answer.url_key)
    if member is not None and member.reading is not None and member.type == "brand":
        yield from member.reading.brand_kinds


def _policy_counts(row: Row, answer: Row) -> bool:
    """A link to it, and a 200 or a robots.txt that keeps crawlers out."""
    kept_out = "Googlebot" in answer.blocked_agents or answer.outcome == "disallowed"
    return (row.linked or answer.linked) and (answer.answered or kept_out)


def _page_counts(answer: Row, site: Site) -> bool:
    member = site.members.get(answer.url_key)
    reading = member.reading if member is not None else None
    return reading is not None and "Googlebot" not in answer.blocked_agents and reading.words >= LEAST_WORDS


def near_service_pages(site: Site) -> set[str]:
    """The kinds of service page that home itself, or one click from it, answers for."""
    clicked = site.graph.targets(site.home) | {site.home}
    return {kind for kind, urls in site.once(service_pages).items() if not clicked.isdisjoint(urls)}


def organization_checks(home: Marked | None) -> tuple[bool, ...]:
    """Name, url, logo, at least two profiles elsewhere, and a way to get in touch."""
    item = home_item(home, ORGANIZATION_TYPES)
    if item is None:
        return (False,) * 5
    return (
        item.has("name"),
        item.has("url"),
        item.has("logo"),
        len(item.values("sameAs")) >= _SAME_AS,
        item.has("contactPoint", "address"),
    )


def _organization(site: Site) -> float:
    return mean(organization_checks(site.home_page.marked if site.home_page is not None else None))


brand_navigational_strength = Rule(
    ABOUT,
    (
        Whole("pages", _PAGES, lambda site: sat(len(site.once(service_pages)), KINDS_WANTED)),
        Whole("organization", _ORGANIZATION, _organization),
        Whole("consistency", _CONSISTENCY, lambda site: max(0, site.statistics.agreement - 1) / _OTHER_SOURCES),
        Whole("navigation", _NAVIGATION, lambda site: sat(len(near_service_pages(site)), KINDS_WANTED)),
    ),
    shown=(),
)
