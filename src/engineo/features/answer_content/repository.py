"""All SQL of answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engineo.features.answer_content.models import AnswerExtractionRow, AnswerPageRow
from engineo.kernel.ports import Work

_PAGES = cast("sa.Table", AnswerPageRow.__table__)


class AnswerRepository:
    def find_extraction(self, work: Work, project_id: str) -> AnswerExtractionRow | None:
        return _session(work).get(AnswerExtractionRow, project_id)

    def request(self, work: Work, project_id: str, run_id: str) -> bool:
        """Note that answers of a run are wanted; False when that was known already."""
        row = self.find_extraction(work, project_id)
        if row is None:
            _session(work).add(AnswerExtractionRow(project_id=project_id, requested_run_id=run_id, summary={}))
            return True
        if row.requested_run_id == run_id:
            return False
        row.requested_run_id = run_id
        return True

    def delete_pages(self, work: Work, project_id: str, *, run_id: str | None = None, but: str | None = None) -> None:
        """The pages of a run, or of all runs `but` one."""
        of_run = _PAGES.c.run_id == run_id if run_id is not None else _PAGES.c.run_id != but
        _session(work).execute(sa.delete(_PAGES).where(_PAGES.c.project_id == project_id, of_run))

    def add_pages(self, work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            _session(work).execute(sa.insert(_PAGES), list(rows))

    def save_extraction(
        self, work: Work, project_id: str, run_id: str, summary: Mapping[str, Any], *, at: datetime
    ) -> None:
        _session(work).merge(
            AnswerExtractionRow(
                project_id=project_id, requested_run_id=run_id, run_id=run_id, computed_at=at, summary=dict(summary)
            )
        )

    def list(
        self, work: Work, project_id: str, run_id: str, *, limit: int, after: int, open_bits: int | None,
        products: bool,
    ) -> Sequence[AnswerPageRow]:  # fmt: skip
        """In order of their positions, from after `after` on. `open_bits`: pages that leave one of these open."""
        query = sa.select(AnswerPageRow).where(
            AnswerPageRow.project_id == project_id, AnswerPageRow.run_id == run_id, AnswerPageRow.position > after
        )
        if open_bits is not None:
            query = query.where(AnswerPageRow.open_bits.bitwise_and(open_bits) != 0)
        if products:
            query = query.where(AnswerPageRow.product)
        return _session(work).scalars(query.order_by(AnswerPageRow.position).limit(limit)).all()


def _session(work: Work) -> Session:
    return cast("Session", work.session)
