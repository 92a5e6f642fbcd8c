"""Which URLs of a crawl are the site's pages: the denominator D, and which of them could be read."""

from collections.abc import Collection
from dataclasses import dataclass

from engineo.features.crawling.contracts import SiteFacts
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.rows import Row, Rows
from engineo.features.deo_score.domain.soft_404 import is_soft_404
from engineo.features.deo_score.domain.url_rules import is_excluded, is_pagination, site_of

_GONE = (404, 410)


@dataclass(slots=True)
class Entry:
    """A URL of D while it is put together: what any of the URLs that lead to it said."""

    row: Row
    listed: bool = False
    known: bool = False
    linked: bool = False
    sold: bool = False  # the page of a product of the catalogue


def home_of(site: SiteFacts, rows: Rows) -> str:
    """The home page; where its redirects leave the site or loop, the origin's `/`, which then is unreadable."""
    found = rows.find(site.home_key)
    if found is None:
        return site.home_key
    return rows.final(found) or found


def denominator(rows: Rows, home: str, sold: Collection[str] = ()) -> tuple[dict[str, Entry], list[str]]:
    """D by url_key in order, and the URLs that were never attempted. `sold` are the addresses of the catalogue."""
    entries: dict[str, Entry] = {}
    own = site_of(home)
    for row in rows:
        if row.url_key != home and not _counts(row.url_key, own):
            continue
        final = rows.final(row.url_key) if row.url_key != home else home
        target = rows.get(final) if final is not None else None
        if final is None or target is None or (final != home and not _counts(final, own)):
            continue
        entry = entries.get(final)
        if entry is None:
            entry = entries[final] = Entry(target)
        entry.listed |= row.in_sitemap
        entry.known |= row.known
        entry.linked |= row.linked
        entry.sold |= row.url_key in sold
    if home not in entries:
        entries[home] = Entry(Row(home, home, "unreachable"))
    missing = sorted(url for url in sold if rows.get(url) is None and _counts(url, own))
    named = _canonical_targets(rows)
    kept = {url: entry for url, entry in sorted(entries.items()) if url == home or _stays(url, entry, named)}
    unattempted = [url for url, entry in kept.items() if url != home and entry.row.outcome == "not_attempted"]
    for url in unattempted:
        del kept[url]
    return kept, [*unattempted, *missing]


def _counts(url: str, own: str) -> bool:
    return site_of(url) == own and not is_excluded(url) and not is_pagination(url)


def _canonical_targets(rows: Rows) -> set[str]:
    """Where canonicals lead, redirects followed."""
    wanted = {url for row in rows if row.reading is not None and row.is_readable for url in row.reading.canonicals}
    found = {key for url in wanted if url and (key := rows.find(url)) is not None}
    return {final for key in found if (final := rows.final(key)) is not None}


def _stays(url: str, entry: Entry, canonical_targets: set[str]) -> bool:
    row = entry.row
    if row.outcome == "not_html" and row.status == 200:  # noqa: PLR2004 - the status itself is the rule
        return False
    if row.status in _GONE:
        return entry.listed or entry.known or entry.sold or url in canonical_targets
    return True


def readable(entry: Entry, probe: Reading | None, home: Reading | None) -> Reading | None:
    """What a page that answered with a body of its own says; None otherwise, soft 404s included."""
    row = entry.row
    if row.reading is None or not row.is_readable:
        return None
    if row.reading is home or not is_soft_404(row.reading, probe, home):
        return row.reading
    return None
