"""contentCoverage: does every page have the four things a result is made of?"""

from collections import defaultdict
from collections.abc import Mapping

from engineo.features.deo_score.domain.curves import mean
from engineo.features.deo_score.domain.measure import About, PageValue, Part, Signal, signal, site_part
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.units import LEAST_WORDS, description_of, main_headings, title_of, unique

ABOUT = About(
    "contentCoverage",
    ("title-unique", "description-unique", "h1-present", "text-50-words"),
    (
        "https://developer.chrome.com/docs/lighthouse/seo/document-title",
        "https://developer.chrome.com/docs/lighthouse/seo/meta-description",
        "https://developers.google.com/search/docs/appearance/title-link",
    ),
)
_SLOTS, _CATALOGUE = 0.6, 0.4


def content_coverage(site: Site) -> Signal:
    """.6 slots + .4 catalogue; without a catalogue the slots alone."""
    pages = _slots(site)
    parts = {"slots": site_part(site, _SLOTS, pages), "catalogue": Part(_CATALOGUE, None)}
    return signal(site, ABOUT, parts, pages)


def _slots(site: Site) -> list[PageValue]:
    titles, descriptions = unique(site, title_of), unique(site, description_of)
    weights = site.weights()

    def value(member: Member, *, text: bool) -> float:
        if member.facts is None:
            return 0.0
        slots = (
            member.url in titles,
            member.url in descriptions,
            bool(main_headings(member.facts)),
            text and member.facts.words >= LEAST_WORDS,
        )
        return member.g * mean(slots)

    with_text = {member.url: value(member, text=True) for member in site.scored}
    text_earners = best_by(site.scored, {member.url: member.cluster for member in site.scored}, with_text, weights)
    values = {member.url: value(member, text=member.url in text_earners) for member in site.scored}
    earners = best_by(site.scored, site.statistics.group_of, values, weights)
    return [
        PageValue(member.url, member.type, values[member.url] if member.url in earners else 0.0)
        for member in site.scored
    ]


def best_by(
    members: list[Member], set_of: Mapping[str, str], values: dict[str, float], weights: dict[str, float]
) -> frozenset[str]:
    """Of every set of members the one with the largest w * v; then the shortest, then the smallest URL."""
    sets: dict[str, list[tuple[float, int, str]]] = defaultdict(list)
    for member in members:
        url = member.url
        sets[set_of[url]].append((-weights[url] * values[url], len(url), url))
    return frozenset(min(claims)[2] for claims in sets.values())
