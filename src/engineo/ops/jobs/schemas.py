"""HTTP shapes of jobs."""

from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field

from engineo.infra.web import CamelModel
from engineo.kernel.job_registry import JobState


class JobOut(CamelModel):
    """A job of a project of the caller's. Completed jobs are kept for a day, failed ones for a week."""

    model_config = ConfigDict(from_attributes=True)

    job_id: str
    queue: str
    kind: str
    state: JobState
    project_id: str
    attempt: int = Field(description="1 for the first execution.")
    progress: Any = None
    result: Any = None
    error: str | None = None
    log: list[str] = Field(default=[], description="The last lines that the job wrote.")
    added_at: datetime | None = None
    due_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
