"""Puts the scored site together, and puts it together again with some of its pages changed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from engineo.features.crawling.contracts import CrawledPage, SiteFacts
from engineo.features.deo_score.domain.brand import agreed_brand, sources_of
from engineo.features.deo_score.domain.crawl import Crawl, read_crawl
from engineo.features.deo_score.domain.dates import Prior, uniform_sources
from engineo.features.deo_score.domain.denominator import denominator, home_of, readable
from engineo.features.deo_score.domain.duplicates import clusters
from engineo.features.deo_score.domain.edges import TEMPLATE
from engineo.features.deo_score.domain.gate import CLOSED, Target, gate, is_consolidated
from engineo.features.deo_score.domain.graph import Links, build_graph, resolve
from engineo.features.deo_score.domain.groups import faded_blocks, group_pages
from engineo.features.deo_score.domain.markup import MARKED_TYPES, Marked
from engineo.features.deo_score.domain.own_terms import covers, weighted
from engineo.features.deo_score.domain.page_types import decide_profile, decide_types
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.rows import Rows
from engineo.features.deo_score.domain.site import Group, Home, Member, Site, Statistics
from engineo.features.deo_score.domain.text import content_terms
from engineo.features.deo_score.domain.url_rules import is_pagination, site_of


def build_site(
    facts: SiteFacts,
    pages: Iterable[CrawledPage],
    as_of: datetime,
    known_types: Mapping[str, str] | None = None,
    profile: str | None = None,
) -> Site:
    """The site of one crawl's rows, in any order. `known_types` and `profile` are what earlier runs decided."""
    return build(read_crawl(facts, pages, as_of, known_types), known_types or {}, profile)


def build(
    crawl: Crawl,
    known_types: Mapping[str, str],
    profile: str | None = None,
    priors: Mapping[str, Prior] | None = None,
) -> Site:
    """The site of a crawl. `priors` are the trusted dates of the run before."""
    rows, sold = crawl.rows, crawl.reader.catalogue.urls
    home = home_of(crawl.facts, rows)
    entries, unattempted = denominator(rows, home, sold)
    home_reading = entries[home].row.reading if entries[home].row.is_readable else None
    bodies = {url: readable(entry, crawl.probe, home_reading) for url, entry in entries.items()}
    read = {url: body for url, body in bodies.items() if body is not None}
    links = resolve(crawl.reader.edges, rows)
    own_types, decided = decide_types(
        home,
        {**bodies, **dict.fromkeys(unattempted)},
        known_types,
        sold,
        lambda url: set(_outside_template(read[url], links)),
    )
    catalogue = crawl.reader.catalogue
    chosen = profile if profile in {"shop", "info"} else "shop" if catalogue else decide_profile(own_types, read, home)
    cluster_of = clusters(read)
    members = {
        url: Member(
            url, entry.row, bodies[url], own_types[url], entry.listed, entry.linked, cluster_of.get(url, url), CLOSED
        )
        for url, entry in entries.items()
    }
    members = gated(members, rows)
    groups, group_of = group_pages(members, home, known_types)
    kinds = {group.key: group.type for group in groups}
    members = {
        url: member if member.type == (kind := kinds[group_of[url]]) else replace(member, type=kind)
        for url, member in members.items()
    }
    home_page = next((Home(page.facts, Marked(page.facts)) for _, page in crawl.again({home}) if page.facts), None)
    brand, agreement = agreed_brand(_brand_sources(home, home_page, groups, members))
    faded = faded_blocks(read, group_of, len(groups))
    members = _completed(crawl, members, faded, brand)
    sources = sources_of_links(members, rows, home)
    graph = build_graph(home, sources, links_again(links, crawl, rows), group_of)
    statistics = Statistics(
        groups=groups,
        group_of=group_of,
        faded=faded,
        brand=brand,
        agreement=agreement,
        ignored_dates=uniform_sources(members.values(), group_of),
        unattempted=Counter(own_types[url] for url in unattempted),
        repeated=graph.repeated,
    )
    return Site(
        facts=crawl.facts,
        profile=chosen,
        home=home,
        home_page=home_page,
        rows=rows,
        members=members,
        graph=graph,
        statistics=statistics,
        page_types=dict(sorted(decided.items())),
        priors=priors or {},
        probe=crawl.probe,
        reader=crawl.reader,
    )


def links_again(links: Links, crawl: Crawl, rows: Rows) -> Links:
    """Pages that were read once more may have brought links that were not numbered before."""
    return links if len(crawl.reader.edges) == len(links.raw) else resolve(crawl.reader.edges, rows)


def _outside_template(reading: Reading, links: Links) -> Iterator[str]:
    flags = links.edges.flags
    return (raw for number in reading.edges if not flags[number] & TEMPLATE and (raw := links.raw[number]) is not None)


def _brand_sources(
    home: str, page: Home | None, groups: Iterable[Group], members: Mapping[str, Member]
) -> dict[str, str]:
    titles = [found.title for group in groups if (found := members[group.urls[0]].reading) is not None and found.title]
    site_name = page.facts.open_graph.get("site_name", "") if page is not None else ""
    return sources_of(home, page.marked if page is not None else None, site_name, titles)


def _completed(
    crawl: Crawl, members: Mapping[str, Member], faded: Mapping[int, float], brand: str
) -> dict[str, Member]:
    """Members with what could be known only once all pages had been read.

    That is the credit of terms in text that many pages repeat, structured data for a type that the page turned out to
    have, and whether a title holds more than the brand. Pages whose readings do not suffice are read again.
    """
    found = dict(members)
    again = set()
    held_blocks = faded.keys()
    for url, member in members.items():
        reading = member.reading
        if reading is None:
            continue
        held = held_blocks & reading.blocks if faded else ()
        unknown = member.type in MARKED_TYPES and reading.markups is not None and member.type not in reading.markups
        if unknown or not covers(reading.fading, held):
            again.add(url)
        elif held and reading.fading is not None:
            found[url] = replace(
                member, reading=replace(reading, own_terms=weighted(reading.fading, faded), fading=None)
            )
        elif reading.fading is not None:
            found[url] = replace(member, reading=replace(reading, fading=None))
    for url, page in crawl.again(again):
        _, seen = crawl.reader.read(page, page_type=members[url].type, brand=brand, faded=faded)
        if seen is not None:
            found[url] = replace(members[url], reading=seen.reading)
    own = content_terms(brand)
    for url, member in found.items():
        reading = member.reading
        if reading is not None and reading.title and not content_terms(reading.title) - own:
            found[url] = replace(member, reading=replace(reading, title_own=False))
    return found


def sources_of_links(members: Mapping[str, Member], rows: Rows, home: str) -> dict[str, Reading]:
    """Pages whose links count: the members that were read, and paginated lists of the same site."""
    sources = {url: member.reading for url, member in members.items() if member.reading is not None}
    own = site_of(home)
    for row in rows:
        if row.reading is None or row.url_key in sources or not row.is_readable:
            continue
        if is_pagination(row.url_key) and site_of(row.url_key) == own:
            sources[row.url_key] = row.reading
    return sources


def gated(members: Mapping[str, Member], rows: Rows) -> dict[str, Member]:
    """Members with their gates; pages whose canonical names another address of the same text are consolidated."""

    def follow(wanted: str) -> Target:
        key = rows.find(wanted)
        if key is None:
            return Target(wanted, None, None)
        final = rows.final(key)
        if final is None:
            return Target("", rows.get(key), None)
        member = members.get(final)
        return Target(final, rows.get(final), member.reading if member is not None else None, redirected=final != key)

    gates = {url: gate(url, member.row, member.reading, follow) for url, member in members.items()}
    found = {}
    for url, member in members.items():
        target, into = gates[url].canonical, None
        if target is not None and target in gates and gates[target].value == 1:
            other = members[target].reading
            if member.reading is not None and other is not None and is_consolidated(member.reading, other):
                into = target
        same = member.gate == gates[url] and member.into == into
        found[url] = member if same else replace(member, gate=gates[url], into=into)
    return found
