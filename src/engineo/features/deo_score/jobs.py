"""Messages of the score."""

from datetime import timedelta
from typing import ClassVar

from engineo.features.deo_score.contracts import Reason
from engineo.kernel.jobs import Job


class RecomputeDeoScore(Job):
    """Compute a project's score from its latest finished crawl, once the crawl that was asked for has ended."""

    kind: ClassVar[str] = "deo_score.recompute"
    queue: ClassVar[str] = "deo_score_queue"
    time_limit: ClassVar[timedelta] = timedelta(minutes=10)

    project_id: str
    triggered_by_user_id: str | None = None
    reason: Reason = "manual"
