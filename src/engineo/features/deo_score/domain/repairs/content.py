"""Repairs of what pages say: titles, descriptions, headings, text, dates."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from engineo.features.crawling.contracts import AnswerUnit, Block, Heading, PageFacts
from engineo.features.deo_score.domain.build import revise
from engineo.features.deo_score.domain.repairs.repair import Find, Repair, facts_with, on_facts, pages_with
from engineo.features.deo_score.domain.signals.depth import (
    EVIDENCE_TARGET,
    TERMS,
    evidence,
    own_terms,
    structure,
)
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.units import LEAST_WORDS, description_of, main_headings, title_of, unique

_TEXT = ("contentCoverage", "contentDepth", "serpPresence", "answerSurfacePresence")
_SNIPPET = ("contentCoverage", "serpPresence")
_THIN_WORDS = 150
_THIN_TERMS = 100
_SHALLOW = 0.5


def own_name(member: Member, facts: PageFacts) -> str:
    """What a page would be called: its h1, else its title, else how its text starts, else its address."""
    return next(iter(main_headings(facts)), "") or title_of(facts) or facts.first_words[:60].strip() or member.url


def _titled(_: Site, member: Member, facts: PageFacts) -> PageFacts:
    return replace(facts, title=f"{own_name(member, facts)} ({member.url})", titles=1)


def _described(_: Site, member: Member, facts: PageFacts) -> PageFacts:
    return replace(facts, description=f"What {own_name(member, facts)} is about ({member.url})")


def _headed(_: Site, member: Member, facts: PageFacts) -> PageFacts:
    return replace(facts, headings=(Heading(1, own_name(member, facts)), *facts.headings))


def _sharing(text: Callable[[PageFacts], str]) -> Find:
    """Indexable pages whose text (title or description) belongs to another page."""

    def find(site: Site) -> list[str]:
        earners = unique(site, text)
        return [
            member.url
            for member in site.scored
            if member.facts is not None and member.g > 0 and text(member.facts) and member.url not in earners
        ]

    return find


def _written(member: Member, facts: PageFacts, terms: int) -> tuple[Block, ...]:
    words = {f"\u00b7{member.url}\u00b7{number}": 1.0 for number in range(terms)}
    return (*facts.blocks, Block("p", f"new text of {member.url}", terms, words))


def _lengthened(_: Site, member: Member, facts: PageFacts) -> PageFacts:
    blocks = _written(member, facts, _THIN_TERMS)
    words = max(facts.words, _THIN_WORDS)
    return replace(facts, blocks=blocks, words=words, raw_words=max(facts.raw_words, words))


def _is_shallow(site: Site, member: Member) -> bool:
    facts = member.facts
    full = TERMS[member.type]
    return facts is not None and facts.words >= LEAST_WORDS and own_terms(site, facts) < _SHALLOW * full


def _deepened(site: Site, member: Member, facts: PageFacts) -> PageFacts:
    missing = TERMS[member.type] - own_terms(site, facts)
    return replace(facts, blocks=_written(member, facts, max(0, round(missing))))


def _laid_out(_: Site, __: Member, facts: PageFacts) -> PageFacts:
    level, headings = 0, []
    for heading in facts.headings or (Heading(1, facts.title or ""),):
        level = min(heading.level, level + 1)
        headings.append(replace(heading, level=level))
    return replace(facts, headings=tuple(headings), sections=max(2, facts.sections), lists=max(1, facts.lists))


def _backed(_: Site, __: Member, facts: PageFacts) -> PageFacts:
    return replace(facts, facts=facts.facts + EVIDENCE_TARGET, lead_has_fact=True)


def _copies(site: Site) -> list[str]:
    """Indexable pages whose text another page has too, without the one of each cluster that stands for it."""
    first: dict[str, str] = {}
    copies = []
    for member in sorted(site.scored, key=lambda member: (len(member.url), member.url)):
        if member.facts is not None and member.g == 1:
            if member.cluster in first:
                copies.append(member.url)
            first.setdefault(member.cluster, member.url)
    return sorted(copies)


def _merged(site: Site, urls: Sequence[str]) -> Site:
    chosen = set(urls)
    kept = {
        member.cluster: url
        for url, member in site.members.items()
        if url not in chosen and member.facts is not None and member.g == 1
    }
    pages = {}
    for url in urls:
        member = site.members[url]
        if member.facts is not None and member.cluster in kept:
            facts = replace(member.facts, canonicals=(kept[member.cluster],), canonical_header=())
            pages[url] = replace(member.row, facts=facts)
    return revise(site, pages)


def _answered(_: Site, __: Member, facts: PageFacts) -> PageFacts:
    units = tuple(AnswerUnit(f"question {number}", 60, question=True, fact=True) for number in range(5))
    return replace(facts, answer_units=(*facts.answer_units, *units))


REPAIRS = (
    Repair(
        "title-missing",
        "contentCoverage",
        _SNIPPET,
        "Write a title for 1 page",
        "Write a title for {n} pages",
        "The title is the headline of every result and the first thing an engine reads; these pages have none.",
        facts_with(lambda facts: not title_of(facts)),
        on_facts(_titled),
    ),
    Repair(
        "title-duplicate",
        "contentCoverage",
        _SNIPPET,
        "Give 1 page a title of its own",
        "Give {n} pages a title of their own",
        "Pages that share a title cannot be told apart in results; only one of them earns it.",
        _sharing(title_of),
        on_facts(_titled),
    ),
    Repair(
        "description-missing",
        "contentCoverage",
        _SNIPPET,
        "Write a meta description for 1 page",
        "Write a meta description for {n} pages",
        "Without a description engines pick some text of the page as its snippet.",
        facts_with(lambda facts: not description_of(facts)),
        on_facts(_described),
    ),
    Repair(
        "description-duplicate",
        "contentCoverage",
        _SNIPPET,
        "Give 1 page a meta description of its own",
        "Give {n} pages a meta description of their own",
        "A description that several pages share describes none of them.",
        _sharing(description_of),
        on_facts(_described),
    ),
    Repair(
        "h1-missing",
        "contentCoverage",
        _TEXT,
        "Add an h1 heading to 1 page",
        "Add an h1 heading to {n} pages",
        "The main heading tells engines and readers what the page is about.",
        facts_with(lambda facts: not main_headings(facts)),
        on_facts(_headed),
    ),
    Repair(
        "text-thin",
        "contentCoverage",
        _TEXT,
        "Write at least 150 words on 1 page that says almost nothing",
        "Write at least 150 words on {n} pages that say almost nothing",
        "Below 50 words of main text there is nothing to rank or to quote.",
        facts_with(lambda facts: facts.words < LEAST_WORDS),
        on_facts(_lengthened),
    ),
    Repair(
        "text-shallow",
        "contentDepth",
        ("contentDepth",),
        "Say more that is new on 1 page",
        "Say more that is new on {n} pages",
        "Text of their own (not repeated from other pages) covers less than half of what a full page says.",
        pages_with(_is_shallow),
        on_facts(_deepened),
    ),
    Repair(
        "text-structure",
        "contentDepth",
        _TEXT,
        "Lay out 1 page with headings in order and a list or table",
        "Lay out {n} pages with headings in order, sections, and a list or table",
        "Engines quote passages: sections under headings, lists and tables are passages.",
        facts_with(lambda facts: structure(facts) < 1),
        on_facts(_laid_out),
    ),
    Repair(
        "text-evidence",
        "contentDepth",
        ("contentDepth", "answerSurfacePresence"),
        "Back 1 page with figures, quotations or sources",
        "Back {n} pages with figures, quotations or sources",
        "Statements with numbers, named quotations and citations are the ones that answer engines repeat.",
        facts_with(lambda facts: evidence(facts) == 0),
        on_facts(_backed),
    ),
    Repair(
        "text-duplicate",
        "contentDepth",
        ("contentCoverage", "contentDepth", "serpPresence", "entityLinkage", "crawlHealth", "indexability"),
        "Merge 1 page with the page whose text it repeats",
        "Merge {n} pages with the pages whose text they repeat",
        "Of pages with the same text only one counts: rewrite the others, redirect them, or name one with a canonical.",
        _copies,
        _merged,
    ),
    Repair(
        "answer-units-missing",
        "answerSurfacePresence",
        ("answerSurfacePresence",),
        "Answer questions under headings on 1 page",
        "Answer questions under headings on {n} pages",
        "A question as heading, answered below it in 20 to 120 words with a fact, is what answer engines quote.",
        facts_with(lambda facts: not facts.answer_units and facts.product_questions == 0),
        on_facts(_answered),
    ),
)
