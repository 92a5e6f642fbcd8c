"""Puts the scored site together, and puts it together again with some of its facts repaired."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from engineo.features.crawling.contracts import CrawledPage, PageFacts, SiteFacts
from engineo.features.deo_score.domain.brand import agreed_brand, sources_of
from engineo.features.deo_score.domain.dates import uniform_sources
from engineo.features.deo_score.domain.denominator import denominator, home_of, readable_facts
from engineo.features.deo_score.domain.duplicates import clusters
from engineo.features.deo_score.domain.gate import Gate, Target, gate, is_consolidated
from engineo.features.deo_score.domain.graph import build_graph
from engineo.features.deo_score.domain.memo import Memo
from engineo.features.deo_score.domain.page_types import decide_profile, decide_types
from engineo.features.deo_score.domain.references import all_node_ids
from engineo.features.deo_score.domain.rows import Rows, is_readable
from engineo.features.deo_score.domain.site import Group, Member, Site, Statistics
from engineo.features.deo_score.domain.text import normalised
from engineo.features.deo_score.domain.url_rules import is_pagination, site_of

_THETA_LEAST = 2.0
_THETA_SHARE = 0.2


def build_site(
    facts: SiteFacts,
    pages: Iterable[CrawledPage],
    as_of: datetime,
    known_types: Mapping[str, str] | None = None,
    profile: str | None = None,
) -> Site:
    """The site of one crawl's rows, in any order. `known_types` and `profile` are what earlier runs decided."""
    rows = Rows(pages)
    home = home_of(facts, rows)
    entries, unattempted = denominator(rows, home)
    home_entry = entries[home]
    home_facts = home_entry.row.facts if is_readable(home_entry.row) else None
    bodies = {url: readable_facts(entry, facts, home_facts) for url, entry in entries.items()}
    read = {url: body for url, body in bodies.items() if body is not None}
    own_types, decided = decide_types(home, {**bodies, **dict.fromkeys(unattempted)}, known_types or {})
    chosen = profile if profile in {"shop", "info"} else decide_profile(own_types, set(read), home)
    cluster_of = clusters(read)
    members = {
        url: Member(
            url, entry.row, bodies[url], own_types[url], entry.listed, entry.linked, cluster_of.get(url, url), Gate(0.0)
        )
        for url, entry in entries.items()
    }
    members = _gated(members, rows, as_of)
    groups, group_of = _groups(members, home, known_types or {})
    types = {group.key: group.type for group in groups}
    members = {url: replace(member, type=types[group_of[url]]) for url, member in members.items()}
    memo = Memo()
    titles = [title for group in groups if (title := _title(members[group.urls[0]]))]
    brand, agreement = agreed_brand(sources_of(home, home_facts, titles))
    statistics = Statistics(
        groups=groups,
        group_of=group_of,
        types=types,
        block_groups=_block_groups(members, group_of),
        brand=brand,
        agreement=agreement,
        ignored_dates=uniform_sources(members.values(), group_of),
        theta=max(_THETA_LEAST, _THETA_SHARE * len(groups)),
        unattempted=Counter(own_types[url] for url in unattempted),
    )
    return Site(
        facts=facts,
        as_of=as_of,
        profile=chosen,
        home=home,
        rows=rows,
        members=members,
        graph=build_graph(home, _sources(members, rows, home), rows, group_of, memo),
        statistics=statistics,
        page_types=dict(sorted(decided.items())),
        node_ids=all_node_ids(read, memo),
        memo=memo,
    )


def revise(
    site: Site,
    pages: Mapping[str, CrawledPage],
    *,
    facts: SiteFacts | None = None,
    dropped: frozenset[str] = frozenset(),
    links: bool = True,
) -> Site:
    """The site with the rows of some members replaced or dropped (by url_key).

    Types, groups and statistics stay as they are: a repair of some pages is measured by what it does to them. Without
    `links` the links between pages and the references in their markup stay as they are, too.
    """
    rows = site.rows.revised(dict(pages), dropped)
    members = {
        url: _revised(member, pages[url]) if url in pages else member
        for url, member in site.members.items()
        if url not in dropped
    }
    members = _gated(members, rows, site.as_of)
    kept = [replace(group, urls=urls) for group in site.statistics.groups if (urls := _kept(group, members))]
    joined = {url: site.statistics.group_of[member.into] for url, member in members.items() if member.into is not None}
    group_of = {**site.statistics.group_of, **joined}
    statistics = replace(site.statistics, groups=tuple(kept), group_of=group_of)
    revised = replace(site, facts=facts or site.facts, rows=rows, members=members, statistics=statistics)
    if not links:
        return revised
    sources = _sources(members, rows, site.home)
    graph = build_graph(site.home, sources, rows, group_of, site.memo, site.graph.repeated)
    read = {url: member.facts for url, member in members.items() if member.facts is not None}
    return replace(revised, graph=graph, node_ids=all_node_ids(read, site.memo))


def _revised(member: Member, row: CrawledPage) -> Member:
    listed = member.listed if row.in_sitemap == member.row.in_sitemap else row.in_sitemap
    linked = member.linked if row.linked == member.row.linked else row.linked
    return replace(member, row=row, facts=row.facts if is_readable(row) else None, listed=listed, linked=linked)


def _kept(group: Group, members: Mapping[str, Member]) -> tuple[str, ...]:
    return tuple(url for url in group.urls if url in members and members[url].into is None)


def _gated(members: Mapping[str, Member], rows: Rows, as_of: datetime) -> dict[str, Member]:
    """Members with their gates; pages whose canonical names another address of the same text are consolidated."""

    def follow(wanted: str) -> Target:
        key = rows.find(wanted)
        if key is None:
            return Target(wanted, None, None)
        final = rows.final(key)
        if final is None:
            return Target("", rows.get(key), None)
        member = members.get(final)
        return Target(final, rows.get(final), member.facts if member is not None else None, redirected=final != key)

    gates = {url: gate(url, member.row, member.facts, follow, as_of) for url, member in members.items()}
    gated = {}
    for url, member in members.items():
        target = gates[url].canonical
        into = None
        if target is not None and target in gates and gates[target].value == 1:
            other = members[target].facts
            if member.facts is not None and other is not None and is_consolidated(member.facts, other):
                into = target
        gated[url] = replace(member, gate=gates[url], into=into)
    return gated


def _title(member: Member) -> str:
    return (member.facts.title or "").strip() if member.facts is not None else ""


def _groups(
    members: Mapping[str, Member], home: str, known_types: Mapping[str, str]
) -> tuple[tuple[Group, ...], dict[str, str]]:
    """Page groups: the members of a text cluster that have one title. All take the type of the one seen first."""
    by_text: dict[tuple[str, str], list[str]] = defaultdict(list)
    for url, member in members.items():
        if member.into is None:
            alone = member.facts is None
            by_text[url if alone else member.cluster, "" if alone else normalised(_title(member))].append(url)
    groups = []
    group_of: dict[str, str] = {}
    for urls in by_text.values():
        first = min(urls, key=lambda url: (url != home, url not in known_types, len(url), url))
        groups.append(Group(first, members[first].type, tuple(sorted(urls))))
        group_of.update(dict.fromkeys(urls, first))
    for url, member in members.items():
        if member.into is not None:
            group_of[url] = group_of[member.into]
    return tuple(sorted(groups, key=lambda group: group.key)), group_of


def _block_groups(members: Mapping[str, Member], group_of: Mapping[str, str]) -> dict[str, int]:
    held: dict[str, set[str]] = defaultdict(set)
    for url, member in members.items():
        if member.facts is not None:
            held[group_of[url]].update(block.hash for block in member.facts.blocks)
    return dict(Counter(block for blocks in held.values() for block in blocks))


def _sources(members: Mapping[str, Member], rows: Rows, home: str) -> dict[str, PageFacts]:
    """Pages whose links count: the members that were read, and paginated lists of the same site."""
    sources = {url: member.facts for url, member in members.items() if member.facts is not None}
    for row in rows:
        paginated = is_pagination(row.url_key) and site_of(row.url_key) == site_of(home)
        if row.url_key not in sources and paginated and row.facts is not None and is_readable(row):
            sources[row.url_key] = row.facts
    return sources
