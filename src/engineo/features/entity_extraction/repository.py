"""All SQL of entities."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engineo.features.entity_extraction.models import EntityExtractionRow, EntityRow
from engineo.kernel.ports import Work

_ENTITIES = cast("sa.Table", EntityRow.__table__)
_BATCH = 500


class EntityRepository:
    def find_extraction(self, work: Work, project_id: str) -> EntityExtractionRow | None:
        return _session(work).get(EntityExtractionRow, project_id)

    def request(self, work: Work, project_id: str, run_id: str) -> bool:
        """Note that entities of a run are wanted; False when that was known already."""
        row = self.find_extraction(work, project_id)
        if row is None:
            _session(work).add(EntityExtractionRow(project_id=project_id, requested_run_id=run_id, counts={}))
            return True
        if row.requested_run_id == run_id:
            return False
        row.requested_run_id = run_id
        return True

    def replace(
        self,
        work: Work,
        project_id: str,
        run_id: str,
        entities: Iterable[Mapping[str, Any]],
        *,
        at: datetime,
        pages: int,
    ) -> None:
        """The project's entities are these, by column, and no others."""
        session = _session(work)
        session.execute(sa.delete(_ENTITIES).where(_ENTITIES.c.project_id == project_id))
        counts: dict[str, int] = {}
        rows = iter(entities)
        while batch := list(islice(rows, _BATCH)):
            session.execute(sa.insert(_ENTITIES), batch)
            for row in batch:
                counts[row["kind"]] = counts.get(row["kind"], 0) + 1
        session.merge(
            EntityExtractionRow(
                project_id=project_id, requested_run_id=run_id, run_id=run_id, computed_at=at, pages=pages,
                counts=counts,
            )
        )  # fmt: skip

    def list(
        self, work: Work, project_id: str, *, limit: int, after: int, kind: str | None, conflicting: bool
    ) -> Sequence[EntityRow]:
        """In order of their positions, from after `after` on."""
        query = sa.select(EntityRow).where(EntityRow.project_id == project_id, EntityRow.position > after)
        if kind is not None:
            query = query.where(EntityRow.kind == kind)
        if conflicting:
            query = query.where(EntityRow.conflicting)
        return _session(work).scalars(query.order_by(EntityRow.position).limit(limit)).all()


def _session(work: Work) -> Session:
    return cast("Session", work.session)
