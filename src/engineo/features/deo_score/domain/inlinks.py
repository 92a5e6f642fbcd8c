"""How every page group is linked from the others."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from engineo.features.deo_score.domain.curves import sat
from engineo.features.deo_score.domain.edges import NAMED
from engineo.features.deo_score.domain.site import Site
from engineo.features.deo_score.domain.url_rules import is_pagination, pagination_base

_SOURCES = 3


@dataclass(frozen=True, slots=True)
class Inlinks:
    """For every page group (by key) how many others link to it from their text, and which a template links to."""

    contextual: Mapping[str, int]
    template: frozenset[str]
    wanted: int

    def value(self, key: str) -> float:
        """Of three links from other groups the share that there is; all template links together count as one."""
        return sat(self.contextual.get(key, 0) + (key in self.template), self.wanted)


def sources_wanted(site: Site) -> int:
    """From how many other groups a page should be linked: three, as far as there are so many."""
    return min(_SOURCES, len(site.groups) - 1)


def inlinks(site: Site, *, mute: bool = False) -> Inlinks:
    """Links with words that say where they lead (with `mute` the others, too), and that crawlers follow.

    A group is one source.
    """
    graph, group_of = site.graph, site.statistics.group_of
    flags, walked = graph.links.edges.flags, graph.links.walked
    # where each link leads if it counts, by number
    target_of = [
        group_of.get(target) if target is not None and (mute or flags[number] & NAMED) else None
        for number, target in enumerate(walked)
    ]
    urls_of: dict[str, list[str]] = defaultdict(list)
    for url in graph.sources:
        source = group_of.get(url) or (group_of.get(pagination_base(url)) if is_pagination(url) else None)
        if source is not None and url not in graph.nofollow:
            urls_of[source].append(url)
    contextual: dict[str, int] = defaultdict(int)
    template: set[str] = set()
    for source, urls in urls_of.items():
        targets: set[str] = set()
        for number in {number for url in urls for number in graph.sources[url]}:
            target = target_of[number]
            if target is None or target == source:
                continue
            if graph.template[number]:
                template.add(target)
            else:
                targets.add(target)
        for target in targets:
            contextual[target] += 1
    return Inlinks(contextual, frozenset(template), sources_wanted(site))
