"""What several signals need of one page: its main heading, its title's and description's uniqueness."""

from collections import defaultdict
from collections.abc import Callable

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.directives import snippet_ok
from engineo.features.deo_score.domain.site import Site
from engineo.features.deo_score.domain.text import normalised

LEAST_WORDS = 50


def main_headings(facts: PageFacts) -> list[str]:
    """Texts of the non-empty h1."""
    return [heading.text.strip() for heading in facts.headings if heading.level == 1 and heading.text.strip()]


def title_of(facts: PageFacts) -> str:
    return (facts.title or "").strip()


def description_of(facts: PageFacts) -> str:
    return (facts.description or "").strip()


def unique(site: Site, text: Callable[[PageFacts], str]) -> frozenset[str]:
    """URLs whose text is not empty and is theirs: of pages with the same text only the most valuable one passes."""
    weights = site.weights()
    same: dict[str, list[tuple[float, int, str]]] = defaultdict(list)
    for url, member in site.members.items():
        if member.facts is None or member.g <= 0 or member.into is not None or not text(member.facts):
            continue
        worth = weights[url] * member.g * snippet_ok(member.facts)
        same[normalised(text(member.facts)) or text(member.facts)].append((-worth, len(url), url))
    return frozenset(min(claims)[2] for claims in same.values())
