"""All SQL of products."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engineo.features.products.models import ProductRow
from engineo.kernel.ports import Work

AnyRow = sa.Row[*tuple[Any, ...]]
_PRODUCTS = cast("sa.Table", ProductRow.__table__)
_STREAMED = 1000
_NAMED = 500  # ids in one statement


@dataclass(frozen=True, slots=True)
class Counts:
    total: int
    active: int


class ProductRepository:
    def digests(self, work: Work, project_id: str, external_ids: Sequence[str]) -> dict[str, str]:
        """Of those products that exist, by external id."""
        query = sa.select(_PRODUCTS.c.external_id, _PRODUCTS.c.digest).where(
            _PRODUCTS.c.project_id == project_id, _PRODUCTS.c.external_id.in_(external_ids)
        )
        return {row.external_id: row.digest for row in _session(work).execute(query)}

    def add(self, work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
        """New products; values by column."""
        if rows:
            _session(work).execute(sa.insert(_PRODUCTS), list(rows))

    def save(self, work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
        """Products that exist; values by column."""
        if not rows:
            return
        statement = sa.update(_PRODUCTS).where(
            _PRODUCTS.c.project_id == sa.bindparam("of_project"), _PRODUCTS.c.external_id == sa.bindparam("of_id")
        )
        keyed = [{**row, "of_project": row["project_id"], "of_id": row["external_id"]} for row in rows]
        _session(work).connection().execute(statement, keyed)

    def delete_others(self, work: Work, project_id: str, kept: Collection[str]) -> int:
        """Delete every product whose external id is not in `kept`; return how many there were."""
        query = sa.select(_PRODUCTS.c.external_id).where(_PRODUCTS.c.project_id == project_id)
        gone = [external_id for external_id in _session(work).scalars(query) if external_id not in kept]
        for start in range(0, len(gone), _NAMED):
            _session(work).execute(
                sa.delete(_PRODUCTS).where(
                    _PRODUCTS.c.project_id == project_id, _PRODUCTS.c.external_id.in_(gone[start : start + _NAMED])
                )
            )
        return len(gone)

    def delete(self, work: Work, project_id: str, product_id: str) -> bool:
        statement = sa.delete(_PRODUCTS).where(_PRODUCTS.c.project_id == project_id, _PRODUCTS.c.id == product_id)
        return cast("sa.CursorResult[Any]", _session(work).execute(statement)).rowcount == 1

    def delete_all(self, work: Work, project_id: str) -> int:
        statement = sa.delete(_PRODUCTS).where(_PRODUCTS.c.project_id == project_id)
        return cast("sa.CursorResult[Any]", _session(work).execute(statement)).rowcount

    def find(self, work: Work, project_id: str, product_id: str) -> AnyRow | None:
        query = sa.select(_PRODUCTS).where(_PRODUCTS.c.project_id == project_id, _PRODUCTS.c.id == product_id)
        return _session(work).execute(query).one_or_none()

    def count(self, work: Work, project_id: str) -> Counts:
        active = sa.func.count(sa.case((_PRODUCTS.c.active, 1)))
        query = sa.select(sa.func.count(), active).where(_PRODUCTS.c.project_id == project_id)
        total, active_ones = _session(work).execute(query).one()
        return Counts(total, active_ones)

    def list(
        self, work: Work, project_id: str, *, limit: int, after: str | None = None, only_active: bool = False
    ) -> Sequence[AnyRow]:
        """In order of their external ids, from after `after` on."""
        query = sa.select(_PRODUCTS).where(_PRODUCTS.c.project_id == project_id)
        if after is not None:
            query = query.where(_PRODUCTS.c.external_id > after)
        if only_active:
            query = query.where(_PRODUCTS.c.active)
        return _session(work).execute(query.order_by(_PRODUCTS.c.external_id).limit(limit)).all()

    def stream(self, work: Work, project_id: str) -> Iterator[AnyRow]:
        """The active ones in order of their external ids, some at a time; no cursor stays open between them."""
        after = None
        while rows := self.list(work, project_id, limit=_STREAMED, after=after, only_active=True):
            yield from rows
            after = rows[-1].external_id


def _session(work: Work) -> Session:
    return cast("Session", work.session)
