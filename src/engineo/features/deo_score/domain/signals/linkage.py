"""entityLinkage: can every page be reached, is it linked with words that say what it is, does its markup connect?"""

from math import ceil, log10

from engineo.features.deo_score.domain.inlinks import inlinks
from engineo.features.deo_score.domain.markup import MARKED_TYPES
from engineo.features.deo_score.domain.measure import About, Groups, Rule
from engineo.features.deo_score.domain.site import Member, Site

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


def allowed_clicks(site: Site) -> int:
    """Four, and one more for every tenfold of a thousand page groups."""
    return _CLICKS + max(0, ceil(log10(max(1, len(site.statistics.groups)) / _PER_LEVEL)))


def reached(site: Site, member: Member) -> float:
    """Whether a page can be indexed and is within reach of home's links."""
    if site.is_mended("reach", member.url):
        return float(member.g > 0)
    return float(member.g > 0 and site.graph.depth.get(member.url, 1_000_000) <= site.once(allowed_clicks))


def _besides_home(site: Site) -> frozenset[str]:
    home = site.statistics.group_of[site.home]
    return frozenset(group.key for group in site.groups if group.key != home)


def linked(site: Site, member: Member) -> float:
    """Of three links from the text of other page groups the share that there is."""
    if member.g <= 0:
        return 0.0
    return (
        1.0 if site.is_mended("inlinks", member.url) else site.once(inlinks).value(site.statistics.group_of[member.url])
    )


def anchor_share(_: Site, member: Member) -> float:
    """The share of a page's internal links that a crawler can follow and whose text says where they lead."""
    return 0.0 if member.reading is None else member.reading.tally.anchors


def schema_share(site: Site, member: Member) -> float:
    """The share of a page's same-site references in structured data that lead to a node or a page; none: 0."""
    references = member.reading.references if member.reading is not None else ()
    if not references:
        return 0.0
    known, pages = site.node_ids, site.once(answering)
    return sum(reference in known or reference in pages for reference in references) / len(references)


def answering(site: Site) -> frozenset[int]:
    """Hashes of the addresses that lead to a 200, as structured data may name them: without a fragment."""
    found = set()
    for row in site.rows:
        final = site.rows.final(row.url_key)
        answer = site.rows.get(final) if final is not None else None
        if answer is not None and answer.answered:
            found.add(hash(row.url_key))
    return frozenset(found)


def _alone(site: Site) -> str | None:
    return None if site.once(_besides_home) else "the site has no page besides home"


entity_linkage = Rule(
    ABOUT,
    (
        Groups("reach", _REACH, reached, among=lambda site: site.once(_besides_home)),
        Groups("inlinks", _INLINKS, linked),
        Groups("anchors", _ANCHORS, anchor_share),
        Groups("schemaLinks", _SCHEMA, schema_share, MARKED_TYPES),
    ),
    shown=("inlinks",),
    absent=_alone,
)
