"""Who links to whom: the same-site links of every page that was read, resolved to the pages they lead to."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engineo.features.deo_score.domain.edges import CRAWLABLE, NOFOLLOW, TEMPLATE, Edges
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.rows import Rows

_TEMPLATE_PAGES = 2
_TEMPLATE_SHARE = 0.5
Repeated = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Links:
    """Where the numbered links of a crawl lead: to which row, and to which after redirects (None: off the site).

    A link without a row leads nowhere that is known, and is no link of the graph. `walked` is `final` for the links
    that crawlers follow, None for others.
    """

    edges: Edges
    raw: Sequence[str | None]
    final: Sequence[str | None]
    walked: Sequence[str | None]


def resolve(edges: Edges, rows: Rows) -> Links:
    raw = [rows.find(url) for url in edges.urls]
    final = [rows.final(key) if key is not None else None for key in raw]
    walked = [
        target if flags & (CRAWLABLE | NOFOLLOW) == CRAWLABLE else None
        for flags, target in zip(edges.flags, final, strict=True)
    ]
    return Links(edges, raw, final, walked)


@dataclass(frozen=True, slots=True)
class Graph:
    """`sources` are the pages whose links count, `depth` the clicks from home by links that crawlers follow.

    `template` holds a 1 for every link (by number) that stands in a template; `repeated` the (target, text) pairs that
    stand on more than half of the pages.
    """

    links: Links
    sources: Mapping[str, "array[int]"]
    repeated: Repeated
    template: bytes
    nofollow: frozenset[str]  # pages whose robots directives say nofollow
    depth: Mapping[str, int]

    def known(self, source: str) -> list[int]:
        """The links of a page that have a row, each once, in order."""
        raw = self.links.raw
        return [number for number in dict.fromkeys(self.sources.get(source, ())) if raw[number] is not None]

    def followed(self, source: str) -> list[int]:
        """Of these the ones that crawlers follow to a page of this site."""
        walked = self.links.walked
        return [] if source in self.nofollow else [n for n in self.known(source) if walked[n] is not None]

    def targets(self, source: str) -> set[str]:
        """Where the followed links of a page lead."""
        numbers = () if source in self.nofollow else self.sources.get(source, ())
        return {target for target in map(self.links.walked.__getitem__, numbers) if target is not None}


def build_graph(
    home: str,
    sources: Mapping[str, Reading],
    links: Links,
    group_of: Mapping[str, str],
    repeated: Repeated | None = None,
) -> Graph:
    """`sources` are the pages read; `repeated` holds the template links of the site fixed where given."""
    edges = {url: reading.edges for url, reading in sources.items()}
    if repeated is None:
        repeated = _repeated(edges, links, group_of)
    template = bytes(
        bool(flags & TEMPLATE) or (final or raw or "", text) in repeated
        for flags, text, raw, final in zip(links.edges.flags, links.edges.texts, links.raw, links.final, strict=True)
    )
    nofollow = frozenset(url for url, reading in sources.items() if reading.nofollow)
    unwalked = Graph(links, edges, repeated, template, nofollow, {})
    return Graph(links, edges, repeated, template, nofollow, _depths({home: 0}, unwalked))


def _repeated(sources: Mapping[str, Iterable[int]], links: Links, group_of: Mapping[str, str]) -> Repeated:
    """Links that a template repeats without saying so: the same target and text on most page groups."""
    pairs: dict[tuple[str, int], int] = {}
    pair_of = [
        pairs.setdefault((final or raw, text), len(pairs)) if raw is not None else -1
        for raw, final, text in zip(links.raw, links.final, links.edges.texts, strict=True)
    ]
    by_group: dict[str, list[str]] = defaultdict(list)
    for url in sources:
        if url in group_of:
            by_group[group_of[url]].append(url)
    counts: Counter[int] = Counter()
    for urls in by_group.values():
        counts.update({pair_of[number] for url in urls for number in sources[url]})
    most = max(_TEMPLATE_PAGES, _TEMPLATE_SHARE * len(by_group))
    return frozenset(pair for pair, number in pairs.items() if counts[number] > most)


def _depths(depth: dict[str, int], graph: Graph) -> dict[str, int]:
    level = list(depth)
    while level:
        reached: list[str] = []
        for source in level:
            for target in graph.targets(source):
                if target not in depth:
                    depth[target] = depth[source] + 1
                    reached.append(target)
        level = reached
    return depth
