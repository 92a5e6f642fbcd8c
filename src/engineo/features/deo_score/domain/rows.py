"""The rows of one crawl, looked up by address, with redirects followed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.url_rules import url_key

_MOST_HOPS = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One URL of a crawl: what became of it, and what is kept of the page it answered with."""

    url_key: str
    url: str
    outcome: str
    status: int | None = None
    final_key: str | None = None
    final_url: str | None = None
    hops: int = 0
    in_sitemap: bool = False
    sitemap_lastmod: datetime | None = None
    linked: bool = False
    known: bool = False
    blocked_agents: tuple[str, ...] = ()
    ttfb_ms: float | None = None
    transfer_bytes: int | None = None  # the body's own size where that of the transfer is not known
    fetched_at: datetime | None = None
    not_modified: bool = False
    error: str | None = None
    reading: Reading | None = None

    @property
    def is_readable(self) -> bool:
        """A 200 HTML answer that was read; 304 counts as 200 with the stored facts."""
        return self.outcome == "html" and self.reading is not None and self.answered

    @property
    def answered(self) -> bool:
        return self.status == 200 or self.not_modified  # noqa: PLR2004 - the status itself is the rule

    @property
    def redirects(self) -> int:
        """How many redirects the URL takes; at least one where it ends elsewhere."""
        return max(self.hops, int(self.final_key is not None and self.final_key != self.url_key))


class Rows:
    """One row per url_key, sorted. The order in which rows come changes nothing."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = {row.url_key: row for row in sorted(rows, key=lambda row: row.url_key)}
        answers = [row for row in self._rows.values() if row.final_key not in {None, row.url_key}]
        for row in answers:
            self._add_answer(row)
        if answers:
            self._rows = dict(sorted(self._rows.items()))
        self._aliases = {row.url: key for key, row in reversed(self._rows.items()) if row.url != key}

    def _add_answer(self, row: Row) -> None:
        """Where only the redirecting URL has a row, its answer is the row of the URL it led to."""
        final = str(row.final_key)
        there = self._rows.get(final)
        if there is None or (there.outcome == "not_attempted" and row.outcome != "not_attempted"):
            self._rows[final] = replace(
                row,
                url_key=final,
                url=row.final_url or final,
                hops=0,
                in_sitemap=there is not None and there.in_sitemap,
                linked=there is not None and there.linked,
                known=there is not None and there.known,
                sitemap_lastmod=there.sitemap_lastmod if there is not None else None,
            )

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, key: str) -> Row | None:
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
        row = self._rows.get(key)
        if row is not None and row.final_key == key and row.outcome == "html":
            return key
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

    def revised(self, rows: Iterable[Row], dropped: frozenset[str] = frozenset()) -> "Rows":
        """The same rows but for those given (by url_key), and without those dropped."""
        new = {row.url_key: row for row in rows}
        return Rows([*(row for row in self if row.url_key not in new and row.url_key not in dropped), *new.values()])
