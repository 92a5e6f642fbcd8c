"""Rows of pages: the frontier of a run and its facts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engineo.features.crawling.models import CrawlPageRow
from engineo.features.crawling.repository.runs import session_of
from engineo.kernel.ports import Work

AnyRow = sa.Row[*tuple[Any, ...]]
_PAGES = cast("sa.Table", CrawlPageRow.__table__)
_STREAM_ROWS = 50  # facts of one page can be megabytes


@dataclass(frozen=True, slots=True)
class Discovery:
    """A URL that a run has learned of. `outcome` is not_attempted, or disallowed where robots.txt keeps us out."""

    url_key: str
    url: str
    outcome: str = "not_attempted"
    depth: int | None = None
    in_sitemap: bool = False
    sitemap_lastmod: datetime | None = None
    linked: bool = False
    known: bool = False
    blocked_agents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What became of one URL; `facts` as stored. Names are those of the columns."""

    url_key: str
    outcome: str
    status: int | None = None
    final_key: str | None = None
    final_url: str | None = None
    redirects: tuple[tuple[str, int, str], ...] = ()
    content_type: str | None = None
    ttfb_ms: float | None = None
    total_ms: float | None = None
    transfer_bytes: int | None = None
    body_bytes: int | None = None
    fetched_at: datetime | None = None
    not_modified: bool = False
    error: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    facts: Mapping[str, Any] | None = None
    facts_version: int | None = None

    def values(self) -> dict[str, Any]:
        columns = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "url_key"}
        return {**columns, "redirects": [list(hop) for hop in self.redirects], "state": "done"}


class PageRepository:
    """Rows of `crawl_pages`."""

    def add(self, work: Work, run_id: str, found: Sequence[Discovery], *, position: int, room: int) -> int:
        """Insert at most `room` new URLs from `position` on and mark those known already; return how many were new."""
        session = session_of(work)
        present = self._present(session, run_id, [discovery.url_key for discovery in found])
        fresh = [discovery for discovery in found if discovery.url_key not in present][: max(room, 0)]
        if fresh:
            rows = [_row(run_id, discovery, position + offset) for offset, discovery in enumerate(fresh)]
            session.execute(_insert(session).on_conflict_do_nothing(), rows)
        again = [discovery for discovery in found if discovery.url_key in present]
        if again:
            session.connection().execute(_MARK_AGAIN, [_marks(run_id, discovery) for discovery in again])
        return len(fresh)

    def save(self, work: Work, run_id: str, page: FetchedPage) -> bool:
        """False when the URL has its facts already, or is not part of the run."""
        statement = (
            sa.update(_PAGES)
            .where(_PAGES.c.run_id == run_id, _PAGES.c.url_key == page.url_key, _PAGES.c.state == "pending")
            .values(**page.values())
        )
        return cast("sa.CursorResult[Any]", session_of(work).execute(statement)).rowcount == 1

    def next_pending(
        self, work: Work, run_id: str, *, limit: int, max_depth: int, only_known: bool
    ) -> Sequence[AnyRow]:
        """(url_key, url, depth) by clicks from home, then in order of discovery; those without a depth come last.

        The depth limit is for what links lead to: listed and known URLs are wanted at any depth.
        """
        wanted = sa.or_(
            _PAGES.c.depth.is_(None), _PAGES.c.depth <= max_depth, _PAGES.c.in_sitemap, _PAGES.c.known
        )  # fmt: skip
        query = (
            sa.select(_PAGES.c.url_key, _PAGES.c.url, _PAGES.c.depth)
            .where(_PAGES.c.run_id == run_id, _PAGES.c.state == "pending", wanted)
            .order_by(_PAGES.c.depth.asc().nulls_last(), _PAGES.c.position)
            .limit(limit)
        )
        return session_of(work).execute(query.where(_PAGES.c.known) if only_known else query).all()

    def count_pending(self, work: Work, run_id: str, *, known: bool = False) -> int:
        query = sa.select(sa.func.count()).where(_PAGES.c.run_id == run_id, _PAGES.c.state == "pending")
        return session_of(work).scalar(query.where(_PAGES.c.known) if known else query) or 0

    def last_position(self, work: Work, run_id: str) -> int:
        return session_of(work).scalar(sa.select(sa.func.max(_PAGES.c.position)).where(_PAGES.c.run_id == run_id)) or 0

    def find(self, work: Work, run_id: str, url_key: str) -> AnyRow | None:
        query = sa.select(_PAGES).where(_PAGES.c.run_id == run_id, _PAGES.c.url_key == url_key)
        return session_of(work).execute(query).one_or_none()

    def find_done(self, work: Work, run_id: str, url_key: str) -> FetchedPage | None:
        """What became of a URL, without its facts; None while it is pending or not of the run."""
        names = [name for name in FetchedPage.__dataclass_fields__ if name != "facts"]
        query = sa.select(*(_PAGES.c[name] for name in names)).where(
            _PAGES.c.run_id == run_id, _PAGES.c.url_key == url_key, _PAGES.c.state == "done"
        )
        row = session_of(work).execute(query).one_or_none()
        if row is None:
            return None
        hops = tuple((url, status, target) for url, status, target in row.redirects or ())
        return FetchedPage(**{**row._mapping, "redirects": hops})  # noqa: SLF001 - a named tuple's way to its fields

    def answered_before(self, work: Work, run_id: str, *, limit: int) -> Sequence[AnyRow]:
        """(url_key, url) that answered 200 in that run, and those it knew from before and never came to."""
        answered = sa.and_(_PAGES.c.status == 200, _PAGES.c.final_key == _PAGES.c.url_key)  # noqa: PLR2004 - OK
        waiting = sa.and_(_PAGES.c.known, _PAGES.c.state == "pending")
        return (
            session_of(work)
            .execute(
                sa.select(_PAGES.c.url_key, _PAGES.c.url)
                .where(_PAGES.c.run_id == run_id, sa.or_(answered, waiting))
                .order_by(_PAGES.c.position)
                .limit(limit)
            )
            .all()
        )

    def find_stored(self, work: Work, run_id: str, url_key: str, version: int) -> AnyRow | None:
        """(etag, last_modified) of a page whose facts that run has in this version, and which has either of them."""
        return (
            session_of(work)
            .execute(
                sa.select(_PAGES.c.etag, _PAGES.c.last_modified).where(
                    _PAGES.c.run_id == run_id, _PAGES.c.url_key == url_key, _PAGES.c.facts_version == version,
                    sa.or_(_PAGES.c.etag.is_not(None), _PAGES.c.last_modified.is_not(None)),
                )
            )
            .one_or_none()
        )  # fmt: skip

    def stream(self, work: Work, run_id: str, url_keys: Collection[str] | None = None) -> Iterator[AnyRow]:
        """All rows in order of url_key, or some, a few at a time; no cursor stays open between them."""
        query = sa.select(_PAGES).where(_PAGES.c.run_id == run_id).order_by(_PAGES.c.url_key).limit(_STREAM_ROWS)
        if url_keys is not None:
            wanted = sorted(url_keys)
            for start in range(0, len(wanted), _STREAM_ROWS):
                chunk = query.where(_PAGES.c.url_key.in_(wanted[start : start + _STREAM_ROWS]))
                yield from session_of(work).execute(chunk).all()
            return
        rows = session_of(work).execute(query).all()
        while rows:
            yield from rows
            rows = session_of(work).execute(query.where(_PAGES.c.url_key > rows[-1].url_key)).all()

    def list(self, work: Work, run_id: str, *, limit: int, after: str | None, outcome: str | None) -> Sequence[AnyRow]:
        """Rows in order of url_key from after `after` on: of the facts only `title` and `words`."""
        facts = _PAGES.c.facts
        columns = [column for column in _PAGES.c if column is not facts]
        query = sa.select(
            *columns, facts["title"].as_string().label("title"), facts["words"].as_integer().label("words")
        ).where(_PAGES.c.run_id == run_id)
        if after is not None:
            query = query.where(_PAGES.c.url_key > after)
        if outcome is not None:
            query = query.where(_PAGES.c.outcome == outcome)
        return session_of(work).execute(query.order_by(_PAGES.c.url_key).limit(limit)).all()

    @staticmethod
    def _present(session: Session, run_id: str, url_keys: Sequence[str]) -> set[str]:
        present: set[str] = set()
        for start in range(0, len(url_keys), 500):
            chunk = url_keys[start : start + 500]
            query = sa.select(_PAGES.c.url_key).where(_PAGES.c.run_id == run_id, _PAGES.c.url_key.in_(chunk))
            present.update(session.scalars(query))
        return present


def _insert(session: Session) -> Any:  # noqa: ANN401 - the two dialects' inserts share no type
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(_PAGES)


def _row(run_id: str, found: Discovery, position: int) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "position": position,
        "state": "done" if found.outcome == "disallowed" else "pending",
        **{name: getattr(found, name) for name in found.__dataclass_fields__},
        "blocked_agents": list(found.blocked_agents),
    }


# Columns of a URL found again: a flag once set stays, and the fewest clicks count.
_DEPTH = sa.bindparam("new_depth", type_=sa.Integer())
_MARK_AGAIN = (
    sa.update(_PAGES)
    .where(_PAGES.c.run_id == sa.bindparam("of_run"), _PAGES.c.url_key == sa.bindparam("of_key"))
    .values(
        depth=sa.case(
            (_PAGES.c.depth.is_(None), _DEPTH), (_PAGES.c.depth > _DEPTH, _DEPTH), else_=_PAGES.c.depth
        ),
        linked=sa.or_(_PAGES.c.linked, sa.bindparam("new_linked", type_=sa.Boolean())),
        in_sitemap=sa.or_(_PAGES.c.in_sitemap, sa.bindparam("new_in_sitemap", type_=sa.Boolean())),
        known=sa.or_(_PAGES.c.known, sa.bindparam("new_known", type_=sa.Boolean())),
        sitemap_lastmod=sa.func.coalesce(
            _PAGES.c.sitemap_lastmod, sa.bindparam("new_lastmod", type_=_PAGES.c.sitemap_lastmod.type)
        ),
    )
)  # fmt: skip


def _marks(run_id: str, found: Discovery) -> dict[str, Any]:
    return {
        "of_run": run_id,
        "of_key": found.url_key,
        "new_depth": found.depth,
        "new_linked": found.linked,
        "new_in_sitemap": found.in_sitemap,
        "new_known": found.known,
        "new_lastmod": found.sitemap_lastmod,
    }
