"""Repairs of structured data and of the links between pages."""

from dataclasses import replace
from functools import partial

from engineo.features.crawling.contracts import Node, PageFacts
from engineo.features.deo_score.domain.markup import MARKED_TYPES, home_item
from engineo.features.deo_score.domain.repairs.content import own_name
from engineo.features.deo_score.domain.repairs.nodes import (
    breadcrumb_node,
    complete_node,
    organization_node,
    website_node,
)
from engineo.features.deo_score.domain.repairs.repair import Repair, on_facts, pages_with
from engineo.features.deo_score.domain.signals.accuracy import accuracy
from engineo.features.deo_score.domain.signals.brand_navigation import organization_checks
from engineo.features.deo_score.domain.signals.entity_coverage import BREADCRUMB_TYPES, has_primary, page_has_breadcrumb
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.vocabulary import ORGANIZATION_TYPES, WEBSITE_TYPES

_MARKUP = ("entityCoverage", "entityAccuracy", "serpPresence")
_LINKED = (*_MARKUP, "entityLinkage")
_HOME = (*_LINKED, "brandNavigationalStrength")
_FEW_SOURCES = 0.5
_NEW_SOURCES = 3


def _marked(site: Site, member: Member, facts: PageFacts) -> PageFacts:
    node = complete_node(member, facts, site.statistics.brand)
    return replace(facts, nodes=(node, *facts.nodes), structured_data_errors=())


def _lacks_primary(site: Site, member: Member) -> bool:
    return member.type in MARKED_TYPES and member.type != "home" and not has_primary(site, member)


def _incomplete(site: Site, member: Member) -> bool:
    return member.type in MARKED_TYPES and has_primary(site, member) and accuracy(site, member).required < 1


def _disagrees(site: Site, member: Member) -> bool:
    found = accuracy(site, member)
    return member.type in MARKED_TYPES and found.required >= 1 and found.agreement < 1


def _sparse(site: Site, member: Member) -> bool:
    found = accuracy(site, member)
    return member.type in MARKED_TYPES and found.required >= 1 and found.agreement >= 1 and found.recommended < 1


def _lacks_trail(site: Site, member: Member) -> bool:
    return member.type in BREADCRUMB_TYPES and not page_has_breadcrumb(site, member)


def _trailed(site: Site, member: Member, facts: PageFacts) -> PageFacts:
    kept = tuple(node for node in facts.nodes if "BreadcrumbList" not in node.types)
    return replace(facts, nodes=(*kept, breadcrumb_node(site.home, member.url, own_name(member, facts))))


def _home_without(site: Site, kinds: frozenset[str]) -> list[str]:
    home = site.home_member
    return [home.url] if home.facts is not None and home_item(home.facts, kinds) is None else []


def _with_node(site: Site, member: Member, facts: PageFacts, *, organization: bool) -> PageFacts:
    name = site.statistics.brand or own_name(member, facts)
    made: Node = (organization_node if organization else website_node)(site.home, name)
    old_ids = (node.id for node in facts.nodes if organization and ORGANIZATION_TYPES.intersection(node.types))
    node = replace(made, id=next(old_ids, None))  # what refers to it still does
    kept = tuple(old for old in facts.nodes if not (organization and ORGANIZATION_TYPES.intersection(old.types)))
    return replace(facts, nodes=(node, *kept))


def _organization_incomplete(site: Site) -> list[str]:
    checks = organization_checks(site)
    return [site.home] if any(checks) and not all(checks) else []


REPAIRS = (
    Repair(
        "primary-node-missing",
        "entityCoverage",
        _MARKUP,
        "Mark up 1 page with what it is about",
        "Mark up {n} pages with what they are about",
        "Structured data (Product, Article, CollectionPage) says in so many words what a page is; these say nothing.",
        pages_with(_lacks_primary),
        on_facts(_marked),
    ),
    Repair(
        "markup-incomplete",
        "entityAccuracy",
        _MARKUP,
        "Complete the structured data of 1 page",
        "Complete the structured data of {n} pages",
        "Required properties are missing or invalid, so no rich result can be shown.",
        pages_with(_incomplete),
        on_facts(_marked),
    ),
    Repair(
        "markup-disagrees",
        "entityAccuracy",
        _MARKUP,
        "Make the structured data of 1 page say what it shows",
        "Make the structured data of {n} pages say what they show",
        "Price, name, author or date in the markup differ from the visible page, which engines treat as misleading.",
        pages_with(_disagrees),
        on_facts(_marked),
    ),
    Repair(
        "markup-sparse",
        "entityAccuracy",
        ("entityAccuracy",),
        "Add the recommended properties to 1 page's markup",
        "Add the recommended properties to the markup of {n} pages",
        "Image, description, brand, ratings, logo and the like make an entity recognisable.",
        pages_with(_sparse),
        on_facts(_marked),
    ),
    Repair(
        "organization-missing",
        "entityCoverage",
        _HOME,
        "Describe your organization on the home page",
        "Describe your organization on the home page",
        "An Organization with name, url, logo, profiles and contact tells engines who is behind the site.",
        partial(_home_without, kinds=ORGANIZATION_TYPES),
        on_facts(partial(_with_node, organization=True), links=True),
    ),
    Repair(
        "website-missing",
        "entityCoverage",
        _HOME,
        "Add a WebSite node to the home page",
        "Add a WebSite node to the home page",
        "WebSite with name and url is where engines take a site's name from.",
        partial(_home_without, kinds=WEBSITE_TYPES),
        on_facts(partial(_with_node, organization=False), links=True),
    ),
    Repair(
        "organization-incomplete",
        "brandNavigationalStrength",
        _HOME,
        "Complete the Organization on the home page",
        "Complete the Organization on the home page",
        "Name, url, logo, at least two profiles elsewhere (sameAs) and a contact or address belong to it.",
        _organization_incomplete,
        on_facts(partial(_with_node, organization=True), links=True),
    ),
    Repair(
        "breadcrumb-missing",
        "entityCoverage",
        _LINKED,
        "Add breadcrumbs to 1 page",
        "Add breadcrumbs to {n} pages",
        "A valid BreadcrumbList shows where a page belongs, and is shown in results.",
        pages_with(_lacks_trail),
        on_facts(_trailed, links=True),
    ),
)
