"""Findings about the brand: who is behind the site, by one name, and the pages that say so; and about the catalogue."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from engineo.features.crawling.contracts import Node
from engineo.features.deo_score.domain.board import Change
from engineo.features.deo_score.domain.brand import agreed_brand, sources_of
from engineo.features.deo_score.domain.findings.check import Check, Hit, Impact, OnSite
from engineo.features.deo_score.domain.findings.home_nodes import organization_node, website_node
from engineo.features.deo_score.domain.findings.repairs import Repair
from engineo.features.deo_score.domain.markup import Marked, home_item
from engineo.features.deo_score.domain.revise import with_home
from engineo.features.deo_score.domain.signals.brand_navigation import (
    KINDS_WANTED,
    near_service_pages,
    organization_checks,
    service_pages,
)
from engineo.features.deo_score.domain.site import Site
from engineo.features.deo_score.domain.vocabulary import KINDS, ORGANIZATION_TYPES, WEBSITE_TYPES

AREA = "brand"
ORGANIZATION = "https://developers.google.com/search/docs/appearance/structured-data/organization"
SITE_NAMES = "https://developers.google.com/search/docs/appearance/site-names"
_HOME = ("entityCoverage", "entityAccuracy", "serpPresence", "entityLinkage", "brandNavigationalStrength")
_BRAND = ("brandNavigationalStrength",)
_CHECKED = ("name", "url", "logo", "two profiles (sameAs)", "contactPoint or address")


def _home(site: Site) -> Marked | None:
    return site.home_page.marked if site.home_page is not None and site.home_member.reading is not None else None


def _without(site: Site, kinds: frozenset[str]) -> Sequence[Hit]:
    home = _home(site)
    return [Hit(site.home)] if home is not None and home_item(home, kinds) is None else []


def _incomplete(site: Site) -> Sequence[Hit]:
    home = _home(site)
    met = organization_checks(home)
    lacking = [name for name, there in zip(_CHECKED, met, strict=True) if not there]
    there = home is not None and home_item(home, ORGANIZATION_TYPES) is not None
    return [Hit(site.home, len(lacking), f"without {', '.join(lacking)}")] if there and lacking else []


def _with_node(site: Site, made: Node, replaced: frozenset[str]) -> Change:
    home = site.home_page
    if home is None:
        return Change(site, ())
    old = next((node for node in home.facts.nodes if replaced.intersection(node.types)), None)
    if old is None:
        return with_home(site, replace(home.facts, nodes=(made, *home.facts.nodes)))
    lacking = {name: value for name, value in made.properties.items() if not _has(old, name)}
    whole = replace(old, properties={**old.properties, **lacking})
    return with_home(
        site, replace(home.facts, nodes=tuple(whole if node is old else node for node in home.facts.nodes))
    )


def _has(node: Node, name: str) -> bool:
    least = 2 if name == "sameAs" else 1
    found = node.properties.get(name) or ()
    return len(found if isinstance(found, list | tuple) else (found,)) >= least


def _name(site: Site) -> str:
    reading = site.home_member.reading
    return site.statistics.brand or (reading.title if reading is not None else "") or site.home


def _with_organization(site: Site, _: Collection[str]) -> Change:
    return _with_node(site, organization_node(site.home, _name(site)), ORGANIZATION_TYPES)


def _with_website(site: Site, _: Collection[str]) -> Change:
    return _with_node(site, website_node(site.home, _name(site)), frozenset())


def _missing_kinds(site: Site) -> Sequence[Hit]:
    have = site.once(service_pages)
    wanted = [kind for kind in KINDS if kind not in have][: max(0, KINDS_WANTED - len(have))]
    return [Hit(f"{site.facts.origin.rstrip('/')}/{kind}", 1.0, kind) for kind in wanted]


def _far_kinds(site: Site) -> Sequence[Hit]:
    near = near_service_pages(site)
    return [Hit(urls[0], 1.0, kind) for kind, urls in site.once(service_pages).items() if kind not in near]


def _with_kinds(site: Site, urls: Collection[str]) -> Change:
    """These pages exist, and home links to them."""
    added = {url.rpartition("/")[2]: [site.home] for url in urls}
    changed = replace(site)
    changed.know(service_pages, {**site.once(service_pages), **added})
    return Change(changed, ())


def _near_kinds(site: Site, urls: Collection[str]) -> Change:
    found = site.once(service_pages)
    changed = replace(site)
    near = {kind: [site.home, *pages] if urls and pages[0] in urls else pages for kind, pages in found.items()}
    changed.know(service_pages, near)
    return Change(changed, ())


def _agreement_possible(site: Site) -> int:
    """How many sources would agree if home's Organization, WebSite and og:site_name all gave the brand."""
    titles = [member.reading.title for member in site.scored if member.reading is not None]
    name = site.home_page.facts.open_graph.get("site_name", "") if site.home_page is not None else ""
    sources, brand = sources_of(site.home, _home(site), name, titles), site.statistics.brand
    _, agreeing = agreed_brand({**sources, "organization": brand, "website": brand, "og:site_name": brand})
    return max(agreeing, site.statistics.agreement)


def _disagreeing(site: Site) -> Sequence[Hit]:
    improvable = bool(site.statistics.brand) and _agreement_possible(site) > site.statistics.agreement
    return [Hit(site.home, 1.0, f"taken for {site.statistics.brand}")] if improvable else []


def _agreed(site: Site, _: Collection[str]) -> Change:
    statistics = replace(site.statistics, agreement=_agreement_possible(site))
    return Change(replace(site, statistics=statistics), ())


def _homeless_products(site: Site) -> Sequence[Hit]:
    pages = site.product_pages
    found = []
    for product in site.catalogue.products.values():
        member = site.members.get(pages.get(product.id, ""))
        if member is None or not (member.g == 1 or member.into is not None):
            found.append(Hit(product.url or f"{site.facts.origin.rstrip('/')}/#{product.id}", 1.0, product.name))
    return found


CHECKS = (
    Check(
        "organization-missing",
        AREA,
        Impact.SERIOUS,
        "The home page does not say who is behind the site",
        "Describe your organization on the home page",
        why="An Organization with name, url, logo, profiles and contact tells engines who is behind the site.",
        how="Add an Organization node to the JSON-LD of the home page; a shop may use OnlineStore.",
        source=ORGANIZATION,
        find=OnSite(lambda site: _without(site, ORGANIZATION_TYPES)),
        repair=Repair(_HOME, _with_organization),
    ),
    Check(
        "organization-incomplete",
        AREA,
        Impact.MODERATE,
        "The organization on the home page lacks properties",
        "Complete the Organization on the home page",
        why="Name, url, logo, at least two profiles elsewhere (sameAs) and a contact or address make it recognisable.",
        how="Add what is named here.",
        source=ORGANIZATION,
        find=OnSite(_incomplete),
        repair=Repair(("brandNavigationalStrength", *_HOME[:-1]), _with_organization),
    ),
    Check(
        "website-missing",
        AREA,
        Impact.MODERATE,
        "The home page has no WebSite node",
        "Add a WebSite node to the home page",
        why="WebSite with name and url is where engines take a site's name from.",
        how="Add a WebSite node with name and url to the JSON-LD of the home page.",
        source=SITE_NAMES,
        find=OnSite(lambda site: _without(site, WEBSITE_TYPES)),
        repair=Repair(_HOME, _with_website),
    ),
    Check(
        "brand-inconsistent",
        AREA,
        Impact.MODERATE,
        "The site goes by several names",
        "Use one brand name everywhere",
        why="Organization, WebSite, og:site_name, titles and domain should give the same name.",
        how="Choose one spelling, and use it in all five places.",
        source=SITE_NAMES,
        find=OnSite(_disagreeing),
        repair=Repair(_BRAND, _agreed),
    ),
    Check(
        "service-pages-missing",
        AREA,
        Impact.MODERATE,
        "Pages about the shop itself are missing",
        "Publish {pages} more about the shop itself",
        why="About, contact, FAQ, privacy, terms, shipping and returns are how people and engines check who they deal "
        "with.",
        how="Publish them under addresses of their own, with at least 50 words, and link to them.",
        source="https://developers.google.com/search/docs/fundamentals/creating-helpful-content",
        find=OnSite(_missing_kinds, lambda _: KINDS_WANTED),
        repair=Repair(_BRAND, _with_kinds),
    ),
    Check(
        "service-pages-far",
        AREA,
        Impact.ADVICE,
        "Pages about the shop itself that home does not link to",
        "Link to {pages} about the shop itself from home",
        why="About, contact and the policies belong one click from home.",
        how="Add them to the footer or the menu, as plain links.",
        source="https://developers.google.com/search/docs/crawling-indexing/links-crawlable",
        find=OnSite(_far_kinds, lambda site: len(site.once(service_pages))),
        repair=Repair(_BRAND, _near_kinds),
    ),
    Check(
        "product-without-page",
        AREA,
        Impact.SERIOUS,
        "Products without a page that can be found",
        "Give {pages} of the catalogue an address that can be indexed",
        why="What has no page that engines may index cannot be found, shown or recommended.",
        how="Publish a page for each product; check noindex, canonical and robots.txt of those that exist.",
        source="https://developers.google.com/search/docs/specialty/ecommerce",
        find=OnSite(_homeless_products, lambda site: len(site.catalogue.products)),
    ),
)
