"""Queue edge of the score."""

from engineo.features.deo_score.jobs import RecomputeDeoScore
from engineo.features.deo_score.service.recompute import Recompute
from engineo.kernel.jobs import Actor, JobContext


class RecomputeActor(Actor[RecomputeDeoScore]):
    """Computes and saves one score. A second run finds the request ended; after a crash it starts over."""

    job = RecomputeDeoScore

    def __init__(self, service: Recompute) -> None:
        self._service = service

    def perform(self, job: RecomputeDeoScore, context: JobContext) -> None:
        self._service.recompute(job, context)

    def gave_up(self, job: RecomputeDeoScore, context: JobContext, error: BaseException) -> None:
        self._service.gave_up(job, context.job_id, error)
