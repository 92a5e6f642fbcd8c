"""The job of entities."""

from datetime import timedelta
from typing import ClassVar

from engineo.kernel.jobs import Job


class ExtractEntities(Job):
    """Read the entities off the pages of a finished crawl."""

    kind: ClassVar[str] = "entity_extraction.extract"
    queue: ClassVar[str] = "entity_queue"
    time_limit: ClassVar[timedelta] = timedelta(hours=1)

    project_id: str
    run_id: str
