"""Many small jobs of which one in a hundred fails, and a worker process for them.

`python -m tests.integration.infra.many_jobs DATABASE_URL REDIS_URL PREFIX`
"""

import sys
import threading
from typing import ClassVar

from tests.integration.infra.conftest import World

from engineo.kernel.errors import ConflictError
from engineo.kernel.jobs import Actor, Job, JobContext
from engineo.kernel.policies import Retention


class Many(Job):
    kind: ClassVar[str] = "many.count"
    queue: ClassVar[str] = "many"
    retention: ClassVar[Retention] = Retention(completed_count=100_000)

    number: int


class Counter(Actor[Many]):
    """Counting twice changes nothing."""

    job = Many

    def perform(self, job: Many, context: JobContext) -> int:
        if job.number % 100 == 0:
            raise ConflictError(f"{context.job_id} is one in a hundred")
        return job.number


if __name__ == "__main__":
    World(*sys.argv[1:]).processors(Counter(), threads=3).start()
    threading.Event().wait(600)
