"""What other features may know of schedules."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Action = Literal["crawl", "recompute"]
"""What a schedule asks for: a crawl of the site, or a new score (with a crawl where the last one is stale)."""


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """A stored schedule. Exactly one of `cron` and `interval_seconds` is set; `next_run_at` is None while paused.

    `active` says whether it runs at present; where it does not, `inactive_reason` says why and what to do.
    """

    id: str
    project_id: str
    action: Action
    cron: str | None
    interval_seconds: int | None
    timezone: str
    description: str
    paused: bool
    active: bool
    inactive_reason: str | None
    next_run_at: datetime | None
    last_run_at: datetime | None
    created_at: datetime
    updated_at: datetime
