"""contentDepth: how much the page says that is its own, how it is built, and what it rests on."""

from math import log2

from engineo.features.crawling.contracts import Heading, PageFacts
from engineo.features.deo_score.domain.curves import mean, sat
from engineo.features.deo_score.domain.measure import About, PageValue, Signal, signal, site_part
from engineo.features.deo_score.domain.signals.coverage import best_by
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.stopwords import STOPWORDS

ABOUT = About(
    "contentDepth",
    ("own-terms", "structure", "evidence", "text-cluster"),
    ("https://arxiv.org/abs/2311.09735", "https://arxiv.org/abs/2506.11097"),
)
# Credit of distinct terms of the page's own that makes a full page, by type.
TERMS = {"home": 80, "product": 120, "collection": 80, "article": 350, "brand": 80, "other": 120}
TERM_SHARE, STRUCTURE_SHARE, EVIDENCE_SHARE = 0.6, 0.25, 0.15
EVIDENCE_TARGET = 5
_CITED_HOSTS = 2
_SECTIONS = 2


def content_depth(site: Site) -> Signal:
    """V = g(.6 sat(U, T) + .25 structure + .15 evidence); of pages with one text only the best earns."""
    values = {member.url: member.g * page_depth(site, member) for member in site.scored}
    clusters = {member.url: member.cluster for member in site.scored}
    earners = best_by(site.scored, clusters, values, site.weights())
    pages = [
        PageValue(member.url, member.type, values[member.url] if member.url in earners else 0.0)
        for member in site.scored
    ]
    return signal(site, ABOUT, {"pages": site_part(site, 1.0, pages)}, pages)


def page_depth(site: Site, member: Member) -> float:
    if member.facts is None:
        return 0.0
    own = TERM_SHARE * sat(own_terms(site, member.facts), TERMS[member.type])
    return own + STRUCTURE_SHARE * structure(member.facts) + EVIDENCE_SHARE * evidence(member.facts)


def own_terms(site: Site, facts: PageFacts) -> float:
    """U: log credit of the page's terms, where a block that many page groups hold counts little."""

    def work() -> float:
        counts: dict[str, float] = {}
        for block in facts.blocks:
            weight = min(1.0, site.statistics.theta / max(1, site.statistics.block_groups.get(block.hash, 1)))
            for term, count in block.terms.items():
                if term not in STOPWORDS:
                    counts[term] = counts.get(term, 0.0) + weight * max(count, 0.0)
        return sum(credit(counts[term]) for term in sorted(counts))

    return site.memo.get("own-terms", facts.blocks, work)


def credit(count: float) -> float:
    """A term's credit: its count below 1, then the logarithm of its repetitions."""
    return count if count < 1 else 1 + log2(count)


def structure(facts: PageFacts) -> float:
    laid_out = facts.sections >= _SECTIONS or facts.tables > 0 or facts.definition_lists > 0
    return mean((heading_order(facts.headings), laid_out, facts.lists > 0 or facts.tables > 0))


def heading_order(headings: tuple[Heading, ...]) -> float:
    """The share of headings that go at most one level deeper than the one before; none: 0."""
    previous, good = 0, []
    for heading in headings:
        good.append(heading.level <= previous + 1)
        previous = heading.level
    return mean(good)


def evidence(facts: PageFacts) -> float:
    return sat(facts.facts + facts.quotations + min(facts.citations, _CITED_HOSTS), EVIDENCE_TARGET)
