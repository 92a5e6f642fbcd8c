"""Findings about links within the site."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from engineo.features.deo_score.domain.board import Change
from engineo.features.deo_score.domain.edges import NOFOLLOW
from engineo.features.deo_score.domain.findings.check import (
    ALL_TYPES,
    Check,
    Hit,
    Impact,
    OnMember,
    OnPage,
    OnReading,
    OnSite,
)
from engineo.features.deo_score.domain.findings.repairs import Repair, done, saying
from engineo.features.deo_score.domain.inlinks import inlinks
from engineo.features.deo_score.domain.reader import Seen
from engineo.features.deo_score.domain.signals.linkage import allowed_clicks
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.targets import page_targets

AREA = "links"
CRAWLABLE = "https://developers.google.com/search/docs/crawling-indexing/links-crawlable"
REDIRECTS = "https://developers.google.com/search/docs/crawling-indexing/301-redirects"
QUALIFY = "https://developers.google.com/search/docs/crawling-indexing/qualify-outbound-links"
_CHAIN = 2
_MOST_LINKS = 100
_FEW_SOURCES = 0.5
_LINKAGE = ("entityLinkage",)


def _broken(site: Site, member: Member) -> Hit | float:
    if member.reading is None:
        return 0.0
    found = sorted(url for url, target in page_targets(site, member.url).items() if target.broken)
    return Hit(member.url, len(found), _leads(site, found)) if found else 0.0


def _leads(site: Site, urls: Sequence[str]) -> str:
    row = site.rows.get(urls[0])
    said = f" ({row.status or row.outcome})" if row is not None else ""
    more = f" and {len(urls) - 1} more" if len(urls) > 1 else ""
    return f"links to {site.address(urls[0])}{said}{more}"


def _moved(site: Site, member: Member, least: int) -> Hit | float:
    """Links that are redirected at least so often, and arrive."""
    found = []
    for url, target in sorted(page_targets(site, member.url).items()) if member.reading is not None else ():
        row = site.rows.get(url)
        if row is not None and not target.broken and row.redirects >= least:
            found.append(url)
    if not found:
        return 0.0
    final = site.rows.final(found[0])
    there = site.address(final) if final is not None else "another site"
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return Hit(member.url, len(found), f"{site.address(found[0])} leads to {there}{more}")


def _far(site: Site, member: Member) -> float:
    """Clicks from home where they are more than a visitor makes; what no link leads to is another finding."""
    depth = site.graph.depth.get(member.url)
    return depth if member.g > 0 and depth is not None and depth > site.once(allowed_clicks) else 0


def _orphan(site: Site, member: Member) -> bool:
    return member.g > 0 and member.url not in site.graph.depth


def _few_sources(site: Site) -> Sequence[Hit]:
    found = site.once(inlinks)
    return [
        Hit(group.key, 1 - value)
        for group in site.groups
        if any(site.members[url].g > 0 for url in group.urls) and (value := found.value(group.key)) < _FEW_SOURCES
    ]


def _mixed(site: Site) -> Sequence[Hit]:
    """Pages that some links recommend and others do not."""
    kinds: Mapping[str, set[bool]] = defaultdict(set)
    links = site.graph.links
    for number, target in enumerate(links.final):
        if target is not None and target in site.members:
            kinds[target].add(bool(links.edges.flags[number] & NOFOLLOW))
    return [Hit(url) for url, found in sorted(kinds.items()) if len(found) > 1]


def _all_named(site: Site, urls: Collection[str]) -> Change:
    """Links whose text says where they lead: for the pages they stand on, and for those they lead to."""
    apply = saying(lambda _, reading: replace(reading, tally=replace(reading.tally, named=reading.tally.internal)))
    change = apply(site, urls)
    before = site.once(inlinks)
    after = inlinks(site, mute=True)
    change.site.know(inlinks, after)
    keys = {key for key, count in after.contextual.items() if count != before.contextual.get(key)}
    return Change(change.site, {*change.urls, *keys, *(after.template - before.template)})


def _too_many(seen: Seen) -> float:
    count = max(seen.facts.links_total, len(seen.facts.links))
    return count if count > _MOST_LINKS else 0


def _address_texts(seen: Seen) -> float:
    """Links whose text is an address."""
    return sum(link.text.strip().startswith(("http://", "https://")) for link in seen.facts.links)


def _is_dead_end(site: Site, member: Member) -> bool:
    return member.reading is not None and not site.graph.targets(member.url) - {member.url}


CHECKS = (
    Check(
        "link-broken",
        AREA,
        Impact.SERIOUS,
        "Links to pages that are not there",
        "Repair the broken links on {pages}",
        why="They lead to errors: a dead end for readers, and for crawlers a sign of neglect.",
        how="Link to the page that took over, or remove the link; one in a template is repaired once for all.",
        source=CRAWLABLE,
        find=OnMember(_broken, "broken links"),
        repair=Repair(("crawlHealth",), done("links")),
        types=ALL_TYPES,
    ),
    Check(
        "link-redirected",
        AREA,
        Impact.ADVICE,
        "Links that are redirected",
        "Link straight to where the redirects on {pages} lead",
        why="Every redirect costs a request, and weakens the link.",
        how="Write the final address into the link; look at templates first.",
        source=REDIRECTS,
        find=OnMember(lambda site, member: _moved(site, member, 1), "redirected links"),
        repair=Repair(("crawlHealth",), done("straight")),
        types=ALL_TYPES,
    ),
    Check(
        "link-redirect-chain",
        AREA,
        Impact.MODERATE,
        "Links that are redirected more than once",
        "Shorten the chains of redirects that start on {pages}",
        why="Chains of redirects are slow, and crawlers give up after a few hops.",
        how="Redirect the first address to the last, and link to that.",
        source=REDIRECTS,
        find=OnMember(lambda site, member: _moved(site, member, _CHAIN), "chains"),
        types=ALL_TYPES,
    ),
    Check(
        "link-text-generic",
        AREA,
        Impact.MODERATE,
        "Links that do not say where they lead",
        "Say where the links on {pages} lead",
        why='Links without text, or with texts like "read more", tell nothing about their target.',
        how="Use the name of the page that is linked to as the text of the link.",
        source="https://developer.chrome.com/docs/lighthouse/seo/link-text",
        find=OnReading(lambda _, reading: reading.tally.internal - reading.tally.named, "links"),
        repair=Repair(_LINKAGE, _all_named),
    ),
    Check(
        "link-text-missing",
        AREA,
        Impact.MODERATE,
        "Links without any text",
        "Give the links on {pages} a text",
        why="Icons and pictures without alt text are links that nobody can name.",
        how="Add text, an alt text to the picture, or an aria-label.",
        source="https://dequeuniversity.com/rules/axe/4.10/link-name",
        find=OnReading(lambda _, reading: reading.tally.silent, "links"),
        types=ALL_TYPES,
    ),
    Check(
        "link-text-address",
        AREA,
        Impact.ADVICE,
        "Links whose text is an address",
        "Name what the links on {pages} lead to",
        why="An address says little about the page behind it, and is read out letter by letter.",
        how="Use the title of the page as the text of the link.",
        source="https://developer.chrome.com/docs/lighthouse/seo/link-text",
        find=OnPage(_address_texts, "links"),
    ),
    Check(
        "link-not-crawlable",
        AREA,
        Impact.MODERATE,
        "Links that crawlers cannot follow",
        "Make the links on {pages} real links",
        why="A crawler follows <a href> with an address; javascript: and empty links lead it nowhere.",
        how="Give the link the address it leads to, and let scripts take over clicks; use <button> for actions.",
        source="https://developer.chrome.com/docs/lighthouse/seo/crawlable-anchors",
        find=OnReading(lambda _, reading: reading.tally.dead, "links"),
        repair=Repair(_LINKAGE, saying(lambda _, reading: replace(reading, tally=replace(reading.tally, dead=0)))),
        types=ALL_TYPES,
    ),
    Check(
        "link-nofollow",
        AREA,
        Impact.ADVICE,
        "Links within the site marked nofollow",
        "Recommend your own pages: take nofollow off the links on {pages}",
        why="nofollow says that you cannot vouch for the page, and hides what only this link leads to.",
        how="Keep nofollow for links that visitors write; keep pages out of results with noindex instead.",
        source=QUALIFY,
        find=OnReading(lambda _, reading: reading.tally.nofollow, "links"),
        types=ALL_TYPES,
    ),
    Check(
        "link-mixed-follow",
        AREA,
        Impact.ADVICE,
        "Pages linked with and without nofollow",
        "Link to {pages} either with or without nofollow",
        why="Two answers to whether the page is to be trusted.",
        how="Take nofollow off the links within your site.",
        source=QUALIFY,
        find=OnSite(_mixed, lambda site: len(site.members)),
    ),
    Check(
        "link-insecure",
        "security",
        Impact.ADVICE,
        "Links to addresses without encryption",
        "Link to https addresses on {pages}",
        why="Each costs a redirect at best, and can be read and changed on the way.",
        how="Write https:// where the other side has it; nearly every site has.",
        source="https://developer.mozilla.org/en-US/docs/Web/Security/Mixed_content",
        find=OnMember(
            lambda _, member: (
                member.reading.tally.insecure if member.reading and member.row.url.startswith("https:") else 0
            ),
            "links",
        ),
        types=ALL_TYPES,
    ),
    Check(
        "link-localhost",
        AREA,
        Impact.SERIOUS,
        "Links to the visitor's own machine",
        "Correct the links to localhost on {pages}",
        why="They worked for whoever wrote the page, and for nobody else.",
        how="Replace localhost by the site's address, or use addresses relative to the site.",
        source=CRAWLABLE,
        find=OnReading(lambda _, reading: reading.tally.local, "links"),
        types=ALL_TYPES,
    ),
    Check(
        "links-too-many",
        AREA,
        Impact.ADVICE,
        "Pages with more than 100 links",
        "Look whether {pages} need all their links",
        why="The more links a page has, the less each of them says.",
        how="Shorten menus and footers that repeat the whole site, and divide long lists.",
        source=CRAWLABLE,
        find=OnPage(_too_many, "links"),
    ),
    Check(
        "dead-end",
        AREA,
        Impact.MODERATE,
        "Pages that link to no other page of the site",
        "Link from {pages} to what a visitor may want next",
        why="Visitors and crawlers that arrive here can only go back.",
        how="Add navigation, breadcrumbs or related pages as plain links.",
        source=CRAWLABLE,
        find=OnMember(_is_dead_end),
    ),
    Check(
        "page-orphan",
        AREA,
        Impact.SERIOUS,
        "Pages that no link leads to",
        "Link to {pages} from pages that can be reached",
        why="They are listed or known from before, but no link from home leads to them: they count as unimportant.",
        how="Link to them from menus, categories or related pages, or take them down.",
        source=CRAWLABLE,
        find=OnMember(_orphan),
        repair=Repair(("entityLinkage", "crawlHealth"), done("reach")),
    ),
    Check(
        "page-deep",
        AREA,
        Impact.MODERATE,
        "Pages too many clicks away from home",
        "Bring {pages} closer to home",
        why="What lies deep is found late and rarely, by people and by crawlers.",
        how="Link to them from categories and hubs; replace long pagination by subcategories.",
        source=CRAWLABLE,
        find=OnMember(_far, "clicks"),
        repair=Repair(("entityLinkage", "crawlHealth"), done("reach")),
    ),
    Check(
        "inlinks-few",
        AREA,
        Impact.ADVICE,
        "Pages that hardly any other page's text links to",
        "Link to {pages} from the text of related pages",
        why="Links in the text of other pages, with words that say where they lead, show what belongs together.",
        how="Mention related pages where they are of use, with their names as link texts.",
        source=CRAWLABLE,
        find=OnSite(_few_sources, lambda site: len(site.groups)),
        repair=Repair(_LINKAGE, done("inlinks")),
    ),
)
