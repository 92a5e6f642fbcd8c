"""Repairs of what stands between a page and an engine: answers, robots, canonicals, links, sitemaps, speed."""

from collections.abc import Sequence
from dataclasses import replace

from engineo.features.crawling.contracts import CrawledPage, Link, PageFacts
from engineo.features.deo_score.domain.build import revise
from engineo.features.deo_score.domain.directives import is_noindex
from engineo.features.deo_score.domain.gate import SHELL_WORDS
from engineo.features.deo_score.domain.repairs.repair import Repair, facts_with, on_facts, on_pages, pages_with
from engineo.features.deo_score.domain.rows import redirects
from engineo.features.deo_score.domain.signals.catalogue import MEASURES
from engineo.features.deo_score.domain.signals.health import is_broken, robots_value
from engineo.features.deo_score.domain.signals.linkage import allowed_clicks
from engineo.features.deo_score.domain.site import Member, Site

_ALL = tuple(MEASURES)
_VITALS = ("coreWebVitals",)
_INDEXING = ("noindex", "none")
_KB = 1024


def _indexed(_: Site, __: Member, facts: PageFacts) -> PageFacts:
    robots = tuple(
        replace(
            rule,
            directives=tuple(
                text for text in rule.directives if text not in _INDEXING and not text.startswith("unavailable_after")
            ),
        )
        for rule in facts.robots
    )
    return replace(facts, robots=robots)


def _allowed(_: Site, member: Member, __: PageFacts) -> CrawledPage:
    return replace(member.row, blocked_agents=tuple(a for a in member.row.blocked_agents if a != "Googlebot"))


def _unread(site: Site) -> list[str]:
    return [member.url for member in site.scored if member.facts is None]


def _unread_besides_home(site: Site) -> list[str]:
    return [url for url in _unread(site) if url != site.home]


def _answering(site: Site, urls: Sequence[str]) -> Site:
    """What they would say is not known: they count as the average page of their type, by leaving the count."""
    return revise(site, {}, dropped=frozenset(urls))


def _canonical(_: Site, member: Member, facts: PageFacts) -> PageFacts:
    return replace(facts, canonicals=(member.url,), canonical_header=(), canonical_relative=False)


def _rendered(_: Site, __: Member, facts: PageFacts) -> PageFacts:
    return replace(facts, raw_words=SHELL_WORDS)


def _target(site: Site, link: Link) -> str | None:
    return site.rows.find(link.url) if link.url else None


def _links_broken(site: Site) -> list[str]:
    broken = {row.url_key for row in site.rows if is_broken(site, row.url_key)}
    return _linking_to(site, broken)


def _linking_to(site: Site, targets: set[str]) -> list[str]:
    edges = site.graph.edges
    return [member.url for member in site.scored if any(edge.raw in targets for edge in edges.get(member.url, ()))]


def _links_moved(site: Site) -> list[str]:
    return _linking_to(site, {row.url_key for row in site.rows if _moved(site, row.url_key)})


def _moved(site: Site, raw: str) -> bool:
    row = site.rows.get(raw)
    return row is not None and redirects(row) > 0 and not is_broken(site, raw)


def _without_broken(site: Site, _: Member, facts: PageFacts) -> PageFacts:
    kept = (link for link in facts.links if (raw := _target(site, link)) is None or not is_broken(site, raw))
    return replace(facts, links=tuple(kept))


def _straight(site: Site, _: Member, facts: PageFacts) -> PageFacts:
    def direct(link: Link) -> Link:
        raw = _target(site, link)
        final = site.rows.final(raw) if raw is not None and _moved(site, raw) else None
        return link if final is None else replace(link, url=final)

    return replace(facts, links=tuple(direct(link) for link in facts.links))


def _robots_invalid(site: Site) -> list[str]:
    failing = robots_value(site.facts) < 1
    return [f"{site.facts.origin.rstrip('/')}/robots.txt"] if failing else []


def _robots_valid(site: Site, _: Sequence[str]) -> Site:
    status = site.facts.robots_status
    served = status if status is not None and 200 <= status < 300 else 404  # noqa: PLR2004 - statuses are the rule
    return revise(site, {}, facts=replace(site.facts, robots_status=served, robots_problems=()), links=False)


def _unlisted(site: Site) -> list[str]:
    clicks = allowed_clicks(site)
    return [
        member.url
        for member in site.scored
        if member.g > 0 and not member.listed and (not _has_sitemap(site) or _far(site, member, clicks))
    ]


def _has_sitemap(site: Site) -> bool:
    return bool(site.facts.sitemaps) or any(member.listed for member in site.members.values())


def _far(site: Site, member: Member, clicks: int) -> bool:
    return site.graph.depth.get(member.url, clicks + 1) > clicks


def _listed_in_vain(site: Site) -> list[str]:
    return [member.url for member in site.scored if member.listed and member.g < 1]


def _listing(*, listed: bool) -> "Listing":
    return Listing(listed=listed)


class Listing:
    """Puts pages into the sitemap, or takes them out."""

    def __init__(self, *, listed: bool) -> None:
        self._listed = listed

    def __call__(self, site: Site, urls: Sequence[str]) -> Site:
        changed = {url: replace(site.members[url], listed=self._listed) for url in urls}
        return replace(site, members={**site.members, **changed})


REPAIRS = (
    Repair(
        "page-unreadable",
        "crawlHealth",
        _ALL,
        "Make 1 page answer: it is linked or listed, and cannot be read",
        "Make {n} pages answer: they are linked or listed, and cannot be read",
        "Errors, timeouts, soft 404s and pages that robots.txt keeps closed count 0 wherever a page counts.",
        _unread_besides_home,
        _answering,
    ),
    Repair(
        "noindex",
        "indexability",
        _ALL,
        "Take noindex off 1 page",
        "Take noindex off {n} pages",
        "noindex, none or a passed unavailable_after keeps a page out of every result and answer.",
        pages_with(lambda site, member: member.facts is not None and is_noindex(member.facts, site.as_of)),
        on_facts(_indexed, links=True),
    ),
    Repair(
        "robots-blocked",
        "indexability",
        _ALL,
        "Let Googlebot crawl 1 page",
        "Let Googlebot crawl {n} pages",
        "robots.txt keeps Googlebot from pages that are linked or listed, so they cannot be indexed with their text.",
        pages_with(lambda _, member: "Googlebot" in member.row.blocked_agents),
        on_pages(_allowed, links=True),
    ),
    Repair(
        "canonical-problem",
        "indexability",
        _ALL,
        "Correct the canonical of 1 page",
        "Correct the canonicals of {n} pages",
        "A canonical must name the page itself, or one page with the same text: these conflict, lead elsewhere or "
        "nowhere.",
        pages_with(lambda _, member: member.gate.reason.startswith("canonical")),
        on_facts(_canonical, links=True),
    ),
    Repair(
        "script-shell",
        "indexability",
        _ALL,
        "Deliver the text of 1 page in its HTML",
        "Deliver the text of {n} pages in their HTML",
        "These pages are empty until scripts fill them; most answer engines run no scripts.",
        facts_with(lambda facts: facts.raw_words < SHELL_WORDS and facts.scripts > 0),
        on_facts(_rendered, links=True),
    ),
    Repair(
        "link-broken",
        "crawlHealth",
        ("crawlHealth", "entityLinkage"),
        "Repair the broken links on 1 page",
        "Repair the broken links on {n} pages",
        "They lead to errors: a dead end for readers, and for crawlers a sign of neglect.",
        _links_broken,
        on_facts(_without_broken, links=True),
    ),
    Repair(
        "link-redirected",
        "crawlHealth",
        ("crawlHealth", "entityLinkage"),
        "Link straight to where the redirects on 1 page lead",
        "Link straight to where the redirects on {n} pages lead",
        "Every redirect costs a request, and chains of them are given up.",
        _links_moved,
        on_facts(_straight, links=True),
    ),
    Repair(
        "robots-txt-invalid",
        "crawlHealth",
        ("crawlHealth",),
        "Repair robots.txt",
        "Repair robots.txt",
        "Where it answers with an error nothing may be crawled; lines that are not valid are ignored.",
        _robots_invalid,
        _robots_valid,
    ),
    Repair(
        "sitemap-missing-pages",
        "crawlHealth",
        ("crawlHealth", "indexability"),
        "List 1 page in a sitemap",
        "List {n} pages in a sitemap",
        "A sitemap makes pages known that links do not lead to, and says when they changed.",
        _unlisted,
        _listing(listed=True),
    ),
    Repair(
        "sitemap-not-indexable",
        "crawlHealth",
        ("crawlHealth", "indexability"),
        "Take 1 page that cannot be indexed out of the sitemap",
        "Take {n} pages that cannot be indexed out of the sitemap",
        "A sitemap that lists errors, noindex or canonicalised pages is believed less.",
        _listed_in_vain,
        _listing(listed=False),
    ),
)
