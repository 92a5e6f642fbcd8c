"""The rows of one crawl, looked up by address, with redirects followed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engineo.features.crawling.contracts import CrawledPage
from engineo.features.deo_score.domain.url_rules import url_key

_MOST_HOPS = 20


class Rows:
    """One row per url_key. The order in which rows come, and rows given twice, change nothing."""

    def __init__(self, rows: Iterable[CrawledPage]) -> None:
        by_key: dict[str, CrawledPage] = {}
        for row in rows:
            other = by_key.get(row.url_key)
            by_key[row.url_key] = row if other is None or other == row else min(other, row, key=repr)
        self._rows = dict(sorted(by_key.items()))
        for row in tuple(self._rows.values()):
            self._add_answer(row)
        self._rows = dict(sorted(self._rows.items()))
        self._aliases = {row.url: key for key, row in reversed(self._rows.items()) if row.url != key}

    def _add_answer(self, row: CrawledPage) -> None:
        """Where only the redirecting URL has a row, its answer is the row of the URL it led to."""
        final = row.final_key
        if final is None or final == row.url_key:
            return
        there = self._rows.get(final)
        if there is None or (there.outcome == "not_attempted" and row.outcome != "not_attempted"):
            self._rows[final] = replace(
                row,
                url_key=final,
                url=row.final_url or final,
                redirects=(),
                in_sitemap=there is not None and there.in_sitemap,
                linked=there is not None and there.linked,
                known=there is not None and there.known,
                sitemap_lastmod=there.sitemap_lastmod if there is not None else None,
            )

    def __iter__(self) -> Iterator[CrawledPage]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, key: str) -> CrawledPage | None:
        return self._rows.get(key)

    def find(self, url: str) -> str | None:
        """The url_key of the row of an absolute URL, however it is written; None where there is no row."""
        if url in self._rows:
            return url
        if (alias := self._aliases.get(url)) is not None:
            return alias
        key = url_key(url)
        return key if key in self._rows else None

    def final(self, key: str) -> str | None:
        """Where a row's redirects end on this site; its own key without any or in a loop; None when they leave."""
        seen = {key}
        for _ in range(_MOST_HOPS):
            row = self._rows.get(key)
            if row is None or row.outcome == "redirect_loop":
                return key
            if row.outcome == "redirected_off_site":
                return None
            if row.final_key is None or row.final_key in seen:
                return key
            key = row.final_key
            seen.add(key)
        return key

    def revised(self, pages: dict[str, CrawledPage], dropped: frozenset[str]) -> "Rows":
        """The same rows but for those in `pages` (by url_key), and without those dropped."""
        return Rows(
            [row for row in self if row.url_key not in pages and row.url_key not in dropped] + [*pages.values()]
        )


def is_readable(row: CrawledPage) -> bool:
    """A 200 HTML answer whose facts are there; 304 counts as 200 with the stored facts."""
    return row.outcome == "html" and row.facts is not None and (row.status == 200 or row.not_modified)  # noqa: PLR2004 - the status itself is the rule


def redirects(row: CrawledPage) -> int:
    """How many redirects a row's URL takes; at least one where it ends elsewhere."""
    moved = row.final_key is not None and row.final_key != row.url_key
    return max(len(row.redirects), int(moved))
