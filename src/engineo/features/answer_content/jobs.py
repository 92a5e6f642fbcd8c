"""The job of answers."""

from datetime import timedelta
from typing import ClassVar

from engineo.kernel.jobs import Job


class ExtractAnswers(Job):
    """Read the answers off the pages of a finished crawl."""

    kind: ClassVar[str] = "answer_content.extract"
    queue: ClassVar[str] = "answer_queue"
    time_limit: ClassVar[timedelta] = timedelta(hours=1)

    project_id: str
    run_id: str
