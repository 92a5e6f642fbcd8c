"""entityLinkage: can every page be reached, is it linked with words that say what it is, does its markup connect?"""

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from math import ceil, log10

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.curves import mean, sat
from engineo.features.deo_score.domain.graph import is_template
from engineo.features.deo_score.domain.markup import MARKED_TYPES
from engineo.features.deo_score.domain.measure import About, PageValue, Part, Signal, best_of_groups, signal, site_part
from engineo.features.deo_score.domain.page_types import PAGE_TYPES
from engineo.features.deo_score.domain.references import internal_references, without_fragment
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.text import says_something
from engineo.features.deo_score.domain.url_rules import is_pagination, pagination_base, site_of

ABOUT = About(
    "entityLinkage",
    ("reach", "contextual-inlinks", "anchor-text", "schema-references"),
    (
        "https://developer.chrome.com/docs/lighthouse/seo/link-text",
        "https://developer.chrome.com/docs/lighthouse/seo/crawlable-anchors",
        "https://developers.google.com/search/docs/crawling-indexing/links-crawlable",
    ),
)
_REACH, _INLINKS, _ANCHORS, _SCHEMA = 0.35, 0.35, 0.15, 0.15
_CLICKS = 4
_PER_LEVEL = 1000
_SOURCES = 3
_UNLINKED_SCHEMES = ("mailto:", "tel:", "sms:", "#")


def entity_linkage(site: Site) -> Signal:
    """.35 reach + .35 inlinks + .15 anchors + .15 schemaLinks; null with no page group besides home's."""
    groups = site.groups
    home_group = site.statistics.group_of[site.home]
    others = [group for group in groups if group.key != home_group]
    if not others:
        return signal(site, ABOUT, {}, [], "the site has no page besides home")
    inlinks = Inlinks(site)
    reached = best_of_groups(site, PAGE_TYPES, partial(_reached, site, allowed_clicks(site)), others)
    linked = [PageValue(group.key, group.type, inlinks.value(group.key, group.urls)) for group in groups]
    anchors = best_of_groups(site, PAGE_TYPES, partial(anchor_share, site))
    schema = best_of_groups(site, MARKED_TYPES, partial(schema_share, site))
    parts: dict[str, Part] = {
        "reach": site_part(site, _REACH, reached),
        "inlinks": site_part(site, _INLINKS, linked),
        "anchors": site_part(site, _ANCHORS, anchors),
        "schemaLinks": site_part(site, _SCHEMA, schema),
    }
    return signal(site, ABOUT, parts, linked)


def allowed_clicks(site: Site) -> int:
    """Four, and one more for every tenfold of a thousand page groups."""
    return _CLICKS + max(0, ceil(log10(max(1, len(site.statistics.groups)) / _PER_LEVEL)))


def _reached(site: Site, clicks: int, member: Member) -> float:
    return float(member.g > 0 and site.graph.depth.get(member.url, clicks + 1) <= clicks)


@dataclass(frozen=True, slots=True)
class _Sources:
    contextual: set[str]
    template: set[str]


class Inlinks:
    """For every page group, which other groups link to it with words, and whether a template does."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._target = min(_SOURCES, len(site.groups) - 1)
        self._sources: dict[str, _Sources] = defaultdict(lambda: _Sources(set(), set()))
        group_of = site.statistics.group_of
        for url in site.graph.edges:
            source = group_of.get(url) or (group_of.get(pagination_base(url)) if is_pagination(url) else None)
            if source is None:
                continue
            for edge in site.graph.followed(url):
                target = group_of.get(edge.final) if edge.final is not None else None
                if target is None or target == source or not edge.named:
                    continue
                found = self._sources[target]
                (found.template if is_template(edge, site.graph) else found.contextual).add(source)

    def value(self, key: str, urls: tuple[str, ...]) -> float:
        if not any(self._site.members[url].g > 0 for url in urls):
            return 0.0
        found = self._sources.get(key)
        return 0.0 if found is None else sat(len(found.contextual) + bool(found.template), self._target)


def anchor_share(site: Site, member: Member) -> float:
    """The share of a page's internal links that a crawler can follow and whose text says where they lead."""
    facts = member.facts
    if facts is None:
        return 0.0
    return site.memo.get("anchors", facts.links, partial(_anchor_share, facts, site_of(site.home)))


def _anchor_share(facts: PageFacts, site: str) -> float:
    passing = []
    for link in facts.links:
        if link.crawlable and site_of(link.url) == site:
            passing.append(says_something(link.text))
        elif not link.crawlable and not link.href.strip().lower().startswith(_UNLINKED_SCHEMES):
            passing.append(False)
    return mean(passing)


def schema_share(site: Site, member: Member) -> float:
    """The share of a page's same-site references in structured data that lead to a node or a page; none: 0."""
    facts = member.facts
    if facts is None:
        return 0.0
    references = site.memo.get(("references", member.url), facts.nodes, partial(internal_references, member.url, facts))
    return mean(_resolves(site, reference) for reference in sorted(references))


def _resolves(site: Site, reference: str) -> bool:
    if reference in site.node_ids:
        return True
    page, fragment = without_fragment(reference)
    key = site.rows.find(page)
    final = site.rows.final(key) if key is not None else None
    row = site.rows.get(final) if final is not None else None
    return not fragment and row is not None and (row.status == 200 or row.not_modified)  # noqa: PLR2004 - the status itself is the rule
