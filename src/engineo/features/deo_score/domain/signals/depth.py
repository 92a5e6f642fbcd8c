"""contentDepth: how much the page says that is its own, how it is built, and what it rests on."""

from collections.abc import Sequence

from engineo.features.deo_score.domain.curves import sat
from engineo.features.deo_score.domain.measure import About, Members, Rule
from engineo.features.deo_score.domain.signals.earners import best_by
from engineo.features.deo_score.domain.site import Member, Site

ABOUT = About(
    "contentDepth",
    ("own-terms", "structure", "evidence", "text-cluster"),
    ("https://arxiv.org/abs/2311.09735", "https://arxiv.org/abs/2506.11097"),
)
# Credit of distinct terms of the page's own that makes a full page, by type.
TERMS = {"home": 80, "product": 120, "collection": 80, "article": 350, "brand": 80, "other": 120}
TERM_SHARE, STRUCTURE_SHARE, EVIDENCE_SHARE = 0.6, 0.25, 0.15


def depths(site: Site, members: Sequence[Member]) -> list[float]:
    """V of members; of pages with one text only the best earns."""
    values = [member.g * page_depth(member) for member in members]
    earners = best_by(site, members, [member.cluster for member in members], values)
    return [value if member.url in earners else 0.0 for member, value in zip(members, values, strict=True)]


def page_depth(member: Member) -> float:
    """.6 sat(U, T) + .25 structure + .15 evidence."""
    reading = member.reading
    if reading is None:
        return 0.0
    own = TERM_SHARE * sat(reading.own_terms, TERMS[member.type])
    return own + STRUCTURE_SHARE * reading.structure + EVIDENCE_SHARE * reading.evidence


content_depth = Rule(ABOUT, (Members("pages", 1.0, depths),))
