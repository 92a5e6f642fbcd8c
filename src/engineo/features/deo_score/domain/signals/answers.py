"""answerSurfacePresence: how ready a page is to be quoted by an answer engine."""

from functools import partial

from engineo.features.crawling.contracts import CrawledPage, PageFacts
from engineo.features.deo_score.domain.curves import sat
from engineo.features.deo_score.domain.directives import snippet_ok
from engineo.features.deo_score.domain.measure import About, Signal, best_of_groups, signal, site_part
from engineo.features.deo_score.domain.page_types import PAGE_TYPES
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.text import content_terms, normalised
from engineo.features.deo_score.domain.units import main_headings

ABOUT = About(
    "answerSurfacePresence",
    ("answer-agents", "snippet-allowed", "answer-units", "lead"),
    (
        "https://developers.google.com/search/docs/appearance/ai-features",
        "https://platform.openai.com/docs/bots",
        "https://arxiv.org/abs/2506.11097",
    ),
)
ANSWER_AGENTS = ("Bingbot", "OAI-SearchBot", "Claude-SearchBot", "PerplexityBot", "Applebot")
UNITS = {"product": 5, "article": 5, "brand": 3, "other": 3, "home": 2, "collection": 2}
_UNITS_SHARE, _LEAD_SHARE = 0.65, 0.35
_LEAST_WORDS = 20
_HEADING_TERMS = 0.6


def answer_surface_presence(site: Site) -> Signal:
    """V = g * snippetOK * agents * [text >= 20 words] * (.65 units + .35 lead)."""
    pages = best_of_groups(site, PAGE_TYPES, partial(page_answers, site))
    return signal(site, ABOUT, {"pages": site_part(site, 1.0, pages)}, pages)


def page_answers(site: Site, member: Member) -> float:
    facts = member.facts
    if facts is None or facts.words < _LEAST_WORDS or not snippet_ok(facts):
        return 0.0
    spoken = _UNITS_SHARE * site.memo.get(("units", member.type), facts, lambda: units(facts, member.type))
    opened = _LEAD_SHARE * site.memo.get("lead", facts, lambda: lead(facts))
    return member.g * agents(member.row) * (spoken + opened)


def agents(row: CrawledPage) -> float:
    """The share of the answer engines' fetchers that robots.txt lets in. Training bots are no part of this."""
    return sum(agent not in row.blocked_agents for agent in ANSWER_AGENTS) / len(ANSWER_AGENTS)


def units(facts: PageFacts, page_type: str) -> float:
    """Answer units, each heading once: 1 for a question with a fact, 1/2 for only one of both."""
    best: dict[str, float] = {}
    for unit in facts.answer_units:
        if unit.words >= _LEAST_WORDS:
            heading = normalised(unit.heading)
            best[heading] = max(best.get(heading, 0.0), (unit.question + unit.fact) / 2)
    total = sum(best[heading] for heading in sorted(best))
    if page_type == "product":
        total = max(total, facts.product_questions)
    return sat(total, UNITS[page_type])


def lead(facts: PageFacts) -> float:
    """Half that the first 80 words after the h1 take it up, half that they hold a fact.

    Of several h1 the first is meant, which those words follow: a menu's "Resources" is no promise of the text.
    """
    terms = content_terms(next(iter(main_headings(facts)), ""))
    shared = len(terms & content_terms(facts.first_words))
    return 0.5 * (bool(terms) and shared >= _HEADING_TERMS * len(terms)) + 0.5 * facts.lead_has_fact
