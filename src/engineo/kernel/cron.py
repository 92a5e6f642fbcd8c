"""Declared schedules: a cron line and the job that it sends."""

from dataclasses import dataclass

from engineo.kernel.jobs import Job


@dataclass(frozen=True, slots=True)
class CronSpec:
    """`expression` has five fields (minute hour day month weekday), read in `timezone`."""

    expression: str
    job: Job
    timezone: str = "UTC"

    @property
    def name(self) -> str:
        return f"{self.job.kind}@{self.expression}"
