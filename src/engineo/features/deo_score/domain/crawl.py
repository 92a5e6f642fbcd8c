"""Reads the rows of one crawl, once and in order, and keeps what scoring needs of each."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from engineo.features.crawling.contracts import CrawledPage, SiteFacts
from engineo.features.deo_score.domain.catalogue import Catalogue
from engineo.features.deo_score.domain.reader import Reader, Seen
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.rows import Row, Rows


@runtime_checkable
class Pages(Protocol):
    """The rows of a crawl, each url_key once, streamed in order of url_key; and some of them once more."""

    def __iter__(self) -> Iterator[CrawledPage]: ...

    def some(self, url_keys: Collection[str]) -> Iterable[CrawledPage]: ...


class HeldPages:
    """Rows in memory, in any order; rows given twice are one."""

    def __init__(self, rows: Iterable[CrawledPage]) -> None:
        by_key: dict[str, CrawledPage] = {}
        for row in rows:
            other = by_key.get(row.url_key)
            by_key[row.url_key] = row if other is None or other == row else min(other, row, key=repr)
        self._rows = dict(sorted(by_key.items()))

    def __iter__(self) -> Iterator[CrawledPage]:
        return iter(self._rows.values())

    def some(self, url_keys: Collection[str]) -> Iterable[CrawledPage]:
        return [self._rows[key] for key in url_keys if key in self._rows]


@dataclass(frozen=True, slots=True)
class Crawl:
    """A crawl that was read. `probe` is the answer to a made-up URL, where that was a page."""

    facts: SiteFacts
    rows: Rows
    probe: Reading | None
    reader: Reader
    pages: Pages

    def again(self, url_keys: Collection[str]) -> Iterator[tuple[str, CrawledPage]]:
        """The pages of these rows, with their facts once more. A body may have come with the row that led to it."""
        carriers = {row.final_key: row.url_key for row in self.rows if row.final_key in url_keys}
        wanted = dict.fromkeys((*url_keys, *(carriers[key] for key in url_keys if key in carriers)))
        for page in self.pages.some(list(wanted)):
            key = page.final_key or page.url_key
            if page.facts is not None and key in url_keys:
                yield key, page


def read_crawl(
    facts: SiteFacts,
    pages: Iterable[CrawledPage],
    as_of: datetime,
    known_types: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
    look: Callable[[Seen], None] | None = None,
) -> Crawl:
    """`look` is shown every page that has a body, while all that it says is at hand."""
    source = pages if isinstance(pages, Pages) else HeldPages(pages)
    reader = Reader(facts, as_of, known_types or {}, catalogue)
    rows: list[Row] = []
    for page in source:
        row, seen = reader.read(page)
        rows.append(row)
        if seen is not None and look is not None:
            look(seen)
    probe = None
    if facts.probe is not None:
        _, seen = reader.read(CrawledPage(facts.origin, facts.origin, "html", status=200, facts=facts.probe))
        probe = seen.reading if seen is not None else None
    return Crawl(facts, Rows(rows), probe, reader, source)
