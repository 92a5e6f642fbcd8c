"""What stored scores rest on, as far as it is kept."""

from collections.abc import Mapping
from typing import Any

from engineo.features.deo_score.domain.evidence import Evidence, evidence_of
from engineo.features.deo_score.models import FindingRow, SnapshotRow
from engineo.features.deo_score.repository import FindingRepository
from engineo.kernel.ports import Work

_MOST_URLS = 20_000  # of one finding that are compared page by page


class ScoreEvidence:
    def __init__(self, findings: FindingRepository) -> None:
        self._findings = findings

    def of(self, work: Work, before: SnapshotRow, after: SnapshotRow) -> tuple[Evidence, Evidence]:
        """What both scores rest on: their findings, with all pages of those whose number has changed."""
        if not all("findings" in score.details for score in (before, after)):  # a score of an older release
            return evidence_of(before.details), evidence_of(after.details)
        old, new = ({row.check_id: row for row in self._findings.list(work, score.id)} for score in (before, after))
        changed = {check_id for check_id in old.keys() | new.keys() if _count(old, check_id) != _count(new, check_id)}
        first, second = (
            evidence_of({**score.details, "fixes": [self._check(work, row, full=row.check_id in changed)
                                                    for row in rows.values() if row.details.get("signal")]})
            for score, rows in ((before, old), (after, new))
        )  # fmt: skip
        return first, second

    def _check(self, work: Work, row: FindingRow, *, full: bool) -> dict[str, Any]:
        """A finding in the shape of a fix. Of old scores only the worst pages are kept."""
        shown = [page["url"] for page in row.details.get("worst") or ()]
        urls = self._findings.urls(work, row.snapshot_id, row.check_id, start=0, limit=_MOST_URLS) if full else ()
        return {
            "id": row.check_id,
            "title": row.details.get("title"),
            "signal": row.details["signal"],
            "points": row.points,
            "count": row.count,
            "urls": [url for url, _ in urls] or shown,
        }


def _count(rows: Mapping[str, FindingRow], check_id: str) -> int:
    row = rows.get(check_id)
    return 0 if row is None else row.count
