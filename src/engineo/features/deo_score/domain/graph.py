"""Who links to whom: the same-site links of every page that was read, resolved to the pages they lead to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engineo.features.crawling.contracts import Link, PageFacts
from engineo.features.deo_score.domain.directives import is_nofollow
from engineo.features.deo_score.domain.memo import Memo
from engineo.features.deo_score.domain.rows import Rows
from engineo.features.deo_score.domain.text import says_something
from engineo.features.deo_score.domain.url_rules import site_of

_TEMPLATE_PAGES = 2
_TEMPLATE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Edge:
    """A link to a URL that has a row. `final` is where it leads after redirects; None: off the site."""

    raw: str
    final: str | None
    text: str
    follow: bool  # crawlable and without rel=nofollow
    template: bool
    named: bool  # its text says where it leads


@dataclass(frozen=True, slots=True)
class Graph:
    """`edges` by source, `depth` in clicks from home by followable links through pages that were read."""

    edges: Mapping[str, tuple[Edge, ...]]
    repeated: frozenset[tuple[str, str]]  # (target, text) pairs that stand on more than half of the pages
    nofollow: frozenset[str]  # pages whose robots directives say nofollow
    depth: Mapping[str, int]

    def followed(self, source: str) -> Iterable[Edge]:
        return () if source in self.nofollow else (edge for edge in self.edges.get(source, ()) if edge.follow)


def build_graph(
    home: str,
    sources: Mapping[str, PageFacts],
    rows: Rows,
    group_of: Mapping[str, str],
    memo: Memo,
    repeated: frozenset[tuple[str, str]] | None = None,
) -> Graph:
    """`sources` are the pages read; `repeated` holds the template links of the site fixed where given."""
    edges = {url: _edges(facts.links, rows, site_of(home), memo) for url, facts in sources.items()}
    if repeated is None:
        repeated = _repeated(edges, group_of)
    nofollow = frozenset(url for url, facts in sources.items() if is_nofollow(facts))
    unwalked = Graph(edges, repeated, nofollow, {})
    return Graph(edges, repeated, nofollow, _depths(home, unwalked))


def _edges(links: tuple[Link, ...], rows: Rows, site: str, memo: Memo) -> tuple[Edge, ...]:
    def resolve() -> tuple[Edge, ...]:
        found = []
        for link in links:
            if not link.url or site_of(link.url) != site or (raw := rows.find(link.url)) is None:
                continue
            follow = link.crawlable and "nofollow" not in link.rel
            found.append(Edge(raw, rows.final(raw), link.text, follow, link.template, says_something(link.text)))
        return tuple(found)

    return memo.get("edges", links, resolve)


def _repeated(edges: Mapping[str, tuple[Edge, ...]], group_of: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Links that a template repeats without saying so: the same target and text on most page groups."""
    by_group: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for url, found in edges.items():
        if url in group_of:
            by_group[group_of[url]].update((edge.final or edge.raw, edge.text) for edge in found)
    counts = Counter(pair for pairs in by_group.values() for pair in pairs)
    most = max(_TEMPLATE_PAGES, _TEMPLATE_SHARE * len(by_group))
    return frozenset(pair for pair, count in counts.items() if count > most)


def is_template(edge: Edge, graph: Graph) -> bool:
    return edge.template or (edge.final or edge.raw, edge.text) in graph.repeated


def _depths(home: str, graph: Graph) -> dict[str, int]:
    depth = {home: 0}
    level = [home]
    while level:
        reached: list[str] = []
        for source in level:
            for edge in graph.followed(source):
                if edge.final is not None and edge.final not in depth:
                    depth[edge.final] = depth[source] + 1
                    reached.append(edge.final)
        level = reached
    return depth
