"""Repairs of the links between pages."""

from collections.abc import Sequence
from dataclasses import replace

from engineo.features.crawling.contracts import Link, PageFacts
from engineo.features.deo_score.domain.build import revise
from engineo.features.deo_score.domain.repairs.content import own_name
from engineo.features.deo_score.domain.repairs.repair import Repair, facts_with, on_facts, pages_with
from engineo.features.deo_score.domain.signals.linkage import Inlinks, allowed_clicks
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.text import says_something
from engineo.features.deo_score.domain.url_rules import site_of

_FEW_SOURCES = 0.5
_NEW_SOURCES = 3


def _mute(site: str, link: Link) -> bool:
    return link.crawlable and site_of(link.url) == site and not says_something(link.text)


def _has_mute_links(site: Site, member: Member) -> bool:
    own = site_of(site.home)
    return member.facts is not None and any(_mute(own, link) for link in member.facts.links)


def _named_links(site: Site, __: Member, facts: PageFacts) -> PageFacts:
    own = site_of(site.home)
    links = (replace(link, text=f"About {link.url}") if _mute(own, link) else link for link in facts.links)
    return replace(facts, links=tuple(links))


def _unreached(site: Site) -> list[str]:
    clicks = allowed_clicks(site)
    return [m.url for m in site.scored if m.g > 0 and site.graph.depth.get(m.url, clicks + 1) > clicks]


def _linked_from(site: Site, links: dict[str, list[str]]) -> Site:
    """The site with new links from each source to its targets, under their own names."""
    pages = {}
    for source, targets in links.items():
        member = site.members[source]
        if member.facts is not None:
            new = tuple(Link(target, target, _link_text(site.members[target])) for target in targets)
            pages[source] = replace(member.row, facts=replace(member.facts, links=(*member.facts.links, *new)))
    return revise(site, pages)


def _link_text(member: Member) -> str:
    return own_name(member, member.facts) if member.facts is not None else member.url


def _reached(site: Site, urls: Sequence[str]) -> Site:
    return _linked_from(site, {site.home: list(urls)})


def _few_sources(site: Site) -> list[str]:
    inlinks = Inlinks(site)
    members = site.members
    return [
        group.key
        for group in site.groups
        if any(members[url].g > 0 for url in group.urls) and inlinks.value(group.key, group.urls) < _FEW_SOURCES
    ]


def _cross_linked(site: Site, urls: Sequence[str]) -> Site:
    """Three other pages link to each of them, in turn, so that no page gets all the links."""
    sources = [member.url for member in site.scored if member.facts is not None]
    links: dict[str, list[str]] = {}
    for position, url in enumerate(urls):
        others = (sources[(position + step) % len(sources)] for step in range(1, _NEW_SOURCES + 2))
        for source in [other for other in others if other != url][:_NEW_SOURCES]:
            links.setdefault(source, []).append(url)
    return _linked_from(site, links)


def _dead(link: Link) -> bool:
    return not link.crawlable and not link.href.strip().lower().startswith(("mailto:", "tel:", "sms:", "#"))


REPAIRS = (
    Repair(
        "link-text-generic",
        "entityLinkage",
        ("entityLinkage",),
        "Say where the links on 1 page lead",
        "Say where the links on {n} pages lead",
        "Links without text, or that say no more than \u201cread more\u201d, tell nothing about their target.",
        pages_with(_has_mute_links),
        on_facts(_named_links, links=True),
    ),
    Repair(
        "link-not-crawlable",
        "entityLinkage",
        ("entityLinkage",),
        "Make the links on 1 page real links",
        "Make the links on {n} pages real links",
        "A crawler follows <a href> with an address; javascript: and empty links lead it nowhere.",
        facts_with(lambda facts: any(not link.crawlable and _dead(link) for link in facts.links)),
        on_facts(
            lambda _, __, facts: replace(facts, links=tuple(lk for lk in facts.links if not _dead(lk))), links=True
        ),
    ),
    Repair(
        "page-unreached",
        "entityLinkage",
        ("entityLinkage", "crawlHealth", "brandNavigationalStrength"),
        "Link to 1 page that cannot be reached from home in four clicks",
        "Link to {n} pages that cannot be reached from home in four clicks",
        "What no followable link leads to is found late or never, and counts as unimportant.",
        _unreached,
        _reached,
    ),
    Repair(
        "inlinks-few",
        "entityLinkage",
        ("entityLinkage", "crawlHealth"),
        "Link to 1 page from the text of related pages",
        "Link to {n} pages from the text of related pages",
        "Links in the text of other pages, with words that say where they lead, show what belongs together.",
        _few_sources,
        _cross_linked,
    ),
)
