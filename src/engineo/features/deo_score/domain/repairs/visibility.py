"""Repairs of how pages are shown and quoted, and of what makes a brand."""

from collections.abc import Sequence
from dataclasses import replace

from engineo.features.crawling.contracts import CrawledPage, Image, Link, PageFacts
from engineo.features.deo_score.domain.brand import agreed_brand, sources_of
from engineo.features.deo_score.domain.build import revise
from engineo.features.deo_score.domain.directives import snippet_ok
from engineo.features.deo_score.domain.repairs.content import own_name
from engineo.features.deo_score.domain.repairs.repair import Repair, facts_with, on_facts, on_pages, pages_with
from engineo.features.deo_score.domain.signals.answers import ANSWER_AGENTS, agents, lead
from engineo.features.deo_score.domain.signals.brand_navigation import service_pages
from engineo.features.deo_score.domain.signals.serp import preview_checks, title_checks
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.units import LEAST_WORDS, title_of
from engineo.features.deo_score.domain.vocabulary import KINDS

_QUOTED = ("serpPresence", "answerSurfacePresence")
_BRAND = ("brandNavigationalStrength",)
_PAGES = (*_BRAND, "entityLinkage", "crawlHealth")
_SNIPPET_RULES = ("nosnippet", "max-snippet")


def _quotable(_: Site, __: Member, facts: PageFacts) -> PageFacts:
    robots = tuple(
        replace(rule, directives=tuple(text for text in rule.directives if not text.startswith(_SNIPPET_RULES)))
        for rule in facts.robots
    )
    return replace(facts, robots=robots, nosnippet_words=0)


def _open_graph(_: Site, member: Member, facts: PageFacts) -> PageFacts:
    added = {"title": own_name(member, facts), "image": "https://images.example/1.jpg"}
    return replace(facts, open_graph={**facts.open_graph, **added})


def _lacks_open_graph(facts: PageFacts) -> bool:
    return not preview_checks(facts)[0]


def _other_previews_fail(facts: PageFacts) -> bool:
    return not all(preview_checks(facts)[1:])


def _previewed(_: Site, __: Member, facts: PageFacts) -> PageFacts:
    robots = tuple(
        replace(rule, directives=tuple(text for text in rule.directives if not text.startswith("max-image-preview")))
        for rule in facts.robots
    )

    def described(image: Image) -> Image:
        return image if (image.alt or "").strip() else replace(image, alt="What it shows")

    return replace(facts, robots=robots, images=tuple(map(described, facts.images)), hreflang=())


def _title_weak(site: Site, member: Member) -> bool:
    facts = member.facts
    return facts is not None and bool(title_of(facts)) and not all(title_checks(facts, site.statistics.brand))


def _titled(_: Site, member: Member, facts: PageFacts) -> PageFacts:
    return replace(facts, title=f"{own_name(member, facts)} {facts.first_words[:60]} ({member.url})")


def _answer_agents_in(_: Site, member: Member, __: PageFacts) -> CrawledPage:
    return replace(member.row, blocked_agents=tuple(a for a in member.row.blocked_agents if a not in ANSWER_AGENTS))


def _led(_: Site, member: Member, facts: PageFacts) -> PageFacts:
    opening = f"{own_name(member, facts)} {facts.first_words}"
    return replace(facts, first_words=opening, lead_has_fact=True)


def _origin(site: Site) -> str:
    return site.facts.origin.rstrip("/")


def _missing_kinds(site: Site) -> list[str]:
    have = service_pages(site)
    return [f"{_origin(site)}/{kind}" for kind in KINDS if kind not in have][: max(0, 5 - len(have))]


def _with_kinds(site: Site, urls: Sequence[str]) -> Site:
    """The site with these pages, each with enough text, and home linking to them."""
    facts = PageFacts(title="Service", words=LEAST_WORDS, raw_words=LEAST_WORDS)
    new = {url: CrawledPage(url, url, "html", status=200, linked=True, facts=facts) for url in urls}
    home = site.home_member
    pages = dict(new)
    if home.facts is not None:
        links = tuple(Link(url, url, url) for url in urls)
        pages[home.url] = replace(home.row, facts=replace(home.facts, links=(*home.facts.links, *links)))
    revised = revise(site, pages)
    added = {url: replace(home, url=url, row=row, facts=facts, type="policy") for url, row in new.items()}
    return replace(revised, members={**revised.members, **added})


def _far_kinds(site: Site) -> list[str]:
    clicked = {edge.final for edge in site.graph.followed(site.home)} | {site.home}
    return sorted({urls[0] for urls in service_pages(site).values() if clicked.isdisjoint(urls)})


def _near_kinds(site: Site, urls: Sequence[str]) -> Site:
    home = site.home_member
    if home.facts is None:
        return site
    links = tuple(Link(url, url, url) for url in urls)
    return revise(site, {home.url: replace(home.row, facts=replace(home.facts, links=(*home.facts.links, *links)))})


def _agreement_possible(site: Site) -> int:
    """How many sources would agree if home's Organization, WebSite and og:site_name all gave the brand."""
    titles = [title_of(member.facts) for member in site.scored if member.facts is not None]
    sources = sources_of(site.home, site.home_member.facts, titles)
    brand = site.statistics.brand
    _, agreeing = agreed_brand({**sources, "organization": brand, "website": brand, "og:site_name": brand})
    return max(agreeing, site.statistics.agreement)


def _disagreeing(site: Site) -> list[str]:
    improvable = bool(site.statistics.brand) and _agreement_possible(site) > site.statistics.agreement
    return [site.home] if improvable else []


def _agreed(site: Site, _: Sequence[str]) -> Site:
    return replace(site, statistics=replace(site.statistics, agreement=_agreement_possible(site)))


REPAIRS = (
    Repair(
        "snippet-forbidden",
        "serpPresence",
        _QUOTED,
        "Allow snippets of 1 page",
        "Allow snippets of {n} pages",
        "nosnippet and max-snippet:0 keep a page's text out of results and out of every answer.",
        facts_with(lambda facts: not snippet_ok(facts)),
        on_facts(_quotable),
    ),
    Repair(
        "title-weak",
        "serpPresence",
        ("serpPresence",),
        "Make the title of 1 page say what the page is about",
        "Make the titles of {n} pages say what the pages are about",
        "They hold the brand alone, or no word of the page's heading and text.",
        pages_with(_title_weak),
        on_facts(_titled),
    ),
    Repair(
        "open-graph-missing",
        "serpPresence",
        ("serpPresence",),
        "Add og:title and og:image to 1 page",
        "Add og:title and og:image to {n} pages",
        "They are what is shown where a page is shared or cited.",
        facts_with(_lacks_open_graph),
        on_facts(_open_graph),
    ),
    Repair(
        "preview-incomplete",
        "serpPresence",
        ("serpPresence",),
        "Correct the main image's alt text or hreflang of 1 page",
        "Correct the main image's alt text or hreflang of {n} pages",
        "The first image has no description, image previews are forbidden, or hreflang is not valid.",
        facts_with(_other_previews_fail),
        on_facts(_previewed),
    ),
    Repair(
        "answer-agents-blocked",
        "answerSurfacePresence",
        ("answerSurfacePresence",),
        "Let answer engines crawl 1 page",
        "Let answer engines crawl {n} pages",
        "robots.txt keeps out some of Bingbot, OAI-SearchBot, Claude-SearchBot, PerplexityBot and Applebot, which "
        "fetch for answers (training bots do not matter here).",
        pages_with(lambda _, member: agents(member.row) < 1),
        on_pages(_answer_agents_in),
    ),
    Repair(
        "lead-missing",
        "answerSurfacePresence",
        ("answerSurfacePresence",),
        "Open 1 page with what its heading promises, and a fact",
        "Open {n} pages with what their headings promise, and a fact",
        "The first 80 words after the heading are what an answer engine reads first.",
        facts_with(lambda facts: lead(facts) < 1),
        on_facts(_led),
    ),
    Repair(
        "service-pages-missing",
        "brandNavigationalStrength",
        _PAGES,
        "Publish 1 more service page",
        "Publish {n} more service pages (about, contact, FAQ, privacy, terms, shipping, returns)",
        "They are how people and engines check who they deal with.",
        _missing_kinds,
        _with_kinds,
    ),
    Repair(
        "service-pages-far",
        "brandNavigationalStrength",
        _PAGES,
        "Link to 1 service page from home",
        "Link to {n} service pages from home",
        "About, contact and the policies belong one click from home.",
        _far_kinds,
        _near_kinds,
    ),
    Repair(
        "brand-inconsistent",
        "brandNavigationalStrength",
        _BRAND,
        "Use one brand name everywhere",
        "Use one brand name everywhere",
        "Organization, WebSite, og:site_name, titles and domain should give the same name.",
        _disagreeing,
        _agreed,
    ),
)
