"""Which URLs of a crawl are the site's pages: the denominator D, and which of them could be read."""

import re
from dataclasses import dataclass

from engineo.features.crawling.contracts import CrawledPage, PageFacts, SiteFacts
from engineo.features.deo_score.domain.duplicates import near_duplicates
from engineo.features.deo_score.domain.gate import canonical_urls
from engineo.features.deo_score.domain.rows import Rows, is_readable
from engineo.features.deo_score.domain.text import normalised
from engineo.features.deo_score.domain.url_rules import is_excluded, is_pagination, site_of
from engineo.features.deo_score.domain.vocabulary import NOT_FOUND_TITLES

_GONE = (404, 410)
_SHORT_ANSWER = 100
_SEPARATOR = re.compile(r"\s[-:\u2013\u2014\u00b7]\s|\|")
_NOT_FOUND_PHRASES = tuple(f"{phrase} " for phrase in NOT_FOUND_TITLES if " " in phrase)


@dataclass(slots=True)
class Entry:
    """A URL of D while it is put together: what any of the URLs that lead to it said."""

    row: CrawledPage
    listed: bool = False
    known: bool = False
    linked: bool = False


def home_of(site: SiteFacts, rows: Rows) -> str:
    """The home page; where its redirects leave the site or loop, the origin's `/`, which then is unreadable."""
    found = rows.find(site.home_key)
    if found is None:
        return site.home_key
    return rows.final(found) or found


def denominator(rows: Rows, home: str) -> tuple[dict[str, Entry], list[str]]:
    """D by url_key in order, and the URLs that were never attempted."""
    entries: dict[str, Entry] = {}
    own = site_of(home)
    for row in rows:
        if row.url_key != home and not _counts(row.url_key, own):
            continue
        final = rows.final(row.url_key) if row.url_key != home else home
        target = rows.get(final) if final is not None else None
        if final is None or target is None or (final != home and not _counts(final, own)):
            continue
        entry = entries.setdefault(final, Entry(target))
        entry.listed |= row.in_sitemap
        entry.known |= row.known
        entry.linked |= row.linked
    if home not in entries:
        entries[home] = Entry(CrawledPage(home, home, "unreachable"))
    named = _canonical_targets(rows)
    kept = {url: entry for url, entry in sorted(entries.items()) if url == home or _stays(url, entry, named)}
    unattempted = [url for url, entry in kept.items() if url != home and entry.row.outcome == "not_attempted"]
    return {url: entry for url, entry in kept.items() if url not in set(unattempted)}, unattempted


def _counts(url: str, own: str) -> bool:
    return site_of(url) == own and not is_excluded(url) and not is_pagination(url)


def _canonical_targets(rows: Rows) -> set[str]:
    """Where canonicals lead, redirects followed."""
    wanted = {url for row in rows if row.facts is not None and is_readable(row) for url in canonical_urls(row.facts)}
    found = {key for url in wanted if url and (key := rows.find(url)) is not None}
    return {final for key in found if (final := rows.final(key)) is not None}


def _stays(url: str, entry: Entry, canonical_targets: set[str]) -> bool:
    row = entry.row
    if row.outcome == "not_html" and row.status == 200:  # noqa: PLR2004 - the status itself is the rule
        return False
    if row.status in _GONE:
        return entry.listed or entry.known or url in canonical_targets
    return True


def readable_facts(entry: Entry, site: SiteFacts, home_facts: PageFacts | None) -> PageFacts | None:
    """The facts of a page that answered with a body of its own; None otherwise, soft 404s included."""
    row = entry.row
    if row.facts is None or not is_readable(row):
        return None
    if row.facts is home_facts or not is_soft_404(row.facts, site.probe, home_facts):
        return row.facts
    return None


def is_soft_404(facts: PageFacts, probe: PageFacts | None, home: PageFacts | None) -> bool:
    """A 200 that says "not found": in so many words, by the answer to a made-up URL, or by having nothing on it."""
    if facts.raw_words == 0 and facts.words == 0 and not facts.images and not facts.scripts:
        return True
    if facts.words < _SHORT_ANSWER:
        heads = [facts.title or "", *(heading.text for heading in facts.headings if heading.level == 1)]
        if any(_says_not_found(head) for head in heads):
            return True
    if probe is None or not near_duplicates(facts, probe):
        return False
    return home is None or not near_duplicates(probe, home)


def _says_not_found(head: str) -> bool:
    parts = [normalised(part) for part in _SEPARATOR.split(head)]
    return any(part in NOT_FOUND_TITLES or part.startswith(_NOT_FOUND_PHRASES) for part in parts)
