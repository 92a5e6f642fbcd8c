"""The site with some of its pages changed: types, groups and statistics stay as they are.

So a repair of some pages is measured by what it does to them.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from engineo.features.crawling.contracts import CrawledPage, PageFacts, SiteFacts
from engineo.features.deo_score.domain.board import Change
from engineo.features.deo_score.domain.build import gated, sources_of_links
from engineo.features.deo_score.domain.graph import build_graph, resolve
from engineo.features.deo_score.domain.inlinks import sources_wanted
from engineo.features.deo_score.domain.markup import Marked
from engineo.features.deo_score.domain.rows import Row
from engineo.features.deo_score.domain.site import Group, Home, Member, Site, Statistics
from engineo.features.deo_score.domain.targets import WORKS, targets
from engineo.features.deo_score.domain.text import content_terms


def revise(
    site: Site,
    pages: Mapping[str, CrawledPage],
    *,
    facts: SiteFacts | None = None,
    dropped: frozenset[str] = frozenset(),
) -> Site:
    """The site with the rows of some members read anew or dropped (by url_key), with gates and links."""
    home = site.home_page
    if (page := pages.get(site.home)) is not None:
        home = None if page.facts is None else Home(page.facts, Marked(page.facts))
    changed = {url: _read(site, page) for url, page in pages.items()}
    rows = site.rows.revised(changed.values(), dropped)
    members = {
        url: _revised(member, changed[url]) if url in changed else member
        for url, member in site.members.items()
        if url not in dropped
    }
    members = gated(members, rows)
    statistics = _revised_groups(site.statistics, members)
    graph = build_graph(
        site.home,
        sources_of_links(members, rows, site.home),
        resolve(site.reader.edges, rows),
        statistics.group_of,
        site.statistics.repeated,
    )
    return replace(
        site,
        facts=facts or site.facts,
        home_page=home,
        rows=rows,
        members=members,
        statistics=statistics,
        graph=graph,
    )


def _read(site: Site, page: CrawledPage) -> Row:
    member, statistics = site.members.get(page.url_key), site.statistics
    row, _ = site.reader.read(
        page, page_type=member.type if member is not None else None, brand=statistics.brand, faded=statistics.faded
    )
    reading = row.reading
    if reading is not None and reading.title and not content_terms(reading.title) - content_terms(statistics.brand):
        row = replace(row, reading=replace(reading, title_own=False))
    return row


def _revised(member: Member, row: Row) -> Member:
    listed = member.listed if row.in_sitemap == member.row.in_sitemap else row.in_sitemap
    linked = member.linked if row.linked == member.row.linked else row.linked
    reading = row.reading if row.is_readable else None
    return replace(member, row=row, reading=reading, listed=listed, linked=linked)


def _revised_groups(statistics: Statistics, members: Mapping[str, Member]) -> Statistics:
    kept = [
        group if urls == group.urls else replace(group, urls=urls)
        for group in statistics.groups
        if (urls := _kept(group, members))
    ]
    joined = {url: statistics.group_of[member.into] for url, member in members.items() if member.into is not None}
    return replace(statistics, groups=tuple(kept), group_of={**statistics.group_of, **joined})


def _kept(group: Group, members: Mapping[str, Member]) -> tuple[str, ...]:
    return tuple([url for url in group.urls if url in members and members[url].into is None])


# --- lighter changes: links stay as they are


def with_members(site: Site, members: Mapping[str, Member]) -> Change:
    """The site with members that say something else, where no gate depends on it."""
    changed = replace(site, members={**site.members, **members})
    _keep(site, changed, "groups", "type_weights")
    if not any(_retitled(site.members[url], member) for url, member in members.items()):
        _keep(site, changed, "titles", "descriptions")
    return Change(changed, members)


def _retitled(before: Member, after: Member) -> bool:
    old, new = before.reading, after.reading
    if old is None or new is None:
        return True
    return (old.title_key, old.description_key, old.snippet) != (new.title_key, new.description_key, new.snippet)


def with_gates(site: Site, members: Mapping[str, Member]) -> Change:
    """The site with members that may be indexed now and could not before, or the other way round."""
    found = gated({**site.members, **members}, site.rows)
    urls = {url for url, member in found.items() if member is not site.members[url]}
    regrouped = any(found[url].into != site.members[url].into for url in urls)
    statistics = _revised_groups(site.statistics, found) if regrouped else site.statistics
    changed = replace(site, members=found, statistics=statistics)
    if not regrouped:
        _keep(site, changed, "groups", "type_weights")
    return Change(changed, urls)


def without(site: Site, urls: Collection[str]) -> Change:
    """The site as it would be if these members answered: what they would say is not known.

    So they count as the average page of their type does, by leaving the count; and links to them are not broken.
    """
    gone = frozenset(urls)
    kept = {url: member for url, member in site.members.items() if url not in gone}
    changed = replace(site, members=kept, statistics=_revised_groups(site.statistics, kept))
    changed.know(targets, {**site.once(targets), **dict.fromkeys(gone, WORKS)})
    raw = site.graph.links.raw
    numbers = {number for number, target in enumerate(raw) if target in gone}
    linking = {url for url, edges in site.graph.sources.items() if not numbers.isdisjoint(edges)}
    touched = gone | {url for url in linking if url in site.members}
    fewer_sources = sources_wanted(changed) != sources_wanted(site)  # that a page needs: this is for all
    return Change(changed, site.members if fewer_sources else touched)


def with_home(site: Site, facts: PageFacts) -> Change:
    """The site whose home page says something else, in its structured data or about its name."""
    member = site.home_member
    page = CrawledPage(site.home, member.row.url, "html", status=200, fetched_at=member.row.fetched_at, facts=facts)
    reading = _read(site, page).reading
    change = with_members(site, {site.home: replace(member, reading=reading)})
    return Change(replace(change.site, home_page=Home(facts, Marked(facts))), change.urls)


def mended(site: Site, what: str, urls: Collection[str]) -> Change:
    """The site with one thing taken as done for some members: see `Site.mended`."""
    changed = replace(site, mended={**site.mended, what: frozenset(urls)})
    _keep(site, changed, "groups", "type_weights", "titles", "descriptions", "_once")
    return Change(changed, [url for url in urls if url in site.members])


def _keep(site: Site, changed: Site, *names: str) -> None:
    """What was worked out of the site and is true of the changed one."""
    for name in names:
        if name in site.__dict__:
            changed.__dict__[name] = dict(site.__dict__[name]) if name == "_once" else site.__dict__[name]
