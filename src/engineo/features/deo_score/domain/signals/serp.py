"""serpPresence: how ready a page is to be shown well in a list of results."""

import re
from functools import partial
from urllib.parse import urlsplit

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.curves import mean
from engineo.features.deo_score.domain.directives import image_preview_ok, snippet_ok
from engineo.features.deo_score.domain.markup import MARKED_TYPES
from engineo.features.deo_score.domain.measure import About, Signal, best_of_groups, signal, site_part
from engineo.features.deo_score.domain.page_types import PAGE_TYPES
from engineo.features.deo_score.domain.signals.accuracy import accuracy
from engineo.features.deo_score.domain.signals.entity_coverage import page_has_breadcrumb
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.text import content_terms, normalised
from engineo.features.deo_score.domain.units import description_of, main_headings, title_of, unique

ABOUT = About(
    "serpPresence",
    ("snippet-allowed", "title-useful", "description-useful", "rich-result", "preview"),
    (
        "https://developers.google.com/search/docs/appearance/title-link",
        "https://developers.google.com/search/docs/appearance/snippet",
        "https://developer.chrome.com/docs/lighthouse/seo/hreflang",
    ),
)
TITLE, DESCRIPTION, RICH, PREVIEW = 0.35, 0.2, 0.3, 0.15
_NODE, _TRAIL = 0.7, 0.3
_LANGUAGE = re.compile(r"(?:[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?|x-default)", re.IGNORECASE)


def serp_presence(site: Site) -> Signal:
    """V = g * snippetOK * (.35 title + .2 description + .3 rich + .15 preview)."""
    titles, descriptions = unique(site, title_of), unique(site, description_of)
    pages = best_of_groups(site, PAGE_TYPES, partial(_page, site, titles, descriptions))
    return signal(site, ABOUT, {"pages": site_part(site, 1.0, pages)}, pages)


def _page(site: Site, titles: frozenset[str], descriptions: frozenset[str], member: Member) -> float:
    facts = member.facts
    if facts is None or not snippet_ok(facts):
        return 0.0
    brand = site.statistics.brand
    useful = site.memo.get(("title", brand), facts, lambda: title_checks(facts, brand))
    title = mean((member.url in titles, *useful)) if title_of(facts) else 0.0
    description = member.url in descriptions and normalised(description_of(facts)) != normalised(title_of(facts))
    preview = site.memo.get("preview", facts, lambda: mean(preview_checks(facts)))
    value = TITLE * title + DESCRIPTION * description + PREVIEW * preview
    if member.type in MARKED_TYPES:
        return member.g * (value + RICH * rich(site, member))
    return member.g * value / (TITLE + DESCRIPTION + PREVIEW)


def title_checks(facts: PageFacts, brand: str) -> tuple[bool, bool]:
    """(has a term that is not the brand, shares a term with h1 or main text or contains the h1)."""
    title = title_of(facts)
    terms = content_terms(title)
    headings = main_headings(facts)
    contains = any(plain and plain in normalised(title) for plain in map(normalised, headings))
    return bool(terms - content_terms(brand)), contains or any(_shares(terms, heading) for heading in headings) or any(
        not terms.isdisjoint(block.terms) for block in facts.blocks
    )


def _shares(terms: frozenset[str], heading: str) -> bool:
    return not terms.isdisjoint(content_terms(heading))


def preview_checks(facts: PageFacts) -> tuple[bool, ...]:
    """Open Graph title and image, previews allowed, the first main image described, hreflang valid."""
    first = next((image for image in facts.images if image.in_main), None)
    return (
        bool(facts.open_graph.get("title", "").strip() and facts.open_graph.get("image", "").strip()),
        image_preview_ok(facts),
        first is None or bool((first.alt or "").strip()),
        all(_valid_hreflang(code, href) for code, href in facts.hreflang),
    )


def _valid_hreflang(code: str, href: str) -> bool:
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return False
    return bool(_LANGUAGE.fullmatch(code.strip())) and parts.scheme.lower() in {"http", "https"} and bool(parts.netloc)


def rich(site: Site, member: Member) -> float:
    """.7 [all required properties valid] + .3 [breadcrumb valid]; on home the first alone."""
    complete = accuracy(site, member).required >= 1
    if member.type == "home":
        return float(complete)
    return _NODE * complete + _TRAIL * page_has_breadcrumb(site, member)
