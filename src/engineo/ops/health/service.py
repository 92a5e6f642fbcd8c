"""The health of one process, from the checks of all modules."""

from typing import Any

from engineo import __version__
from engineo.kernel.process import HealthChecks, ProcessInfo


class HealthService:
    """`report()` has a line per check and the process's flags; it holds no secret."""

    def __init__(self, checks: HealthChecks, process: ProcessInfo) -> None:
        self._checks = checks
        self._process = process

    def report(self) -> dict[str, Any]:
        reports = {check.name: check.check() for check in self._checks.all()}
        well = all(report.status in {"ok", "unused"} for report in reports.values())
        flags = self._process.flags
        return {
            "status": "ok" if well else "degraded",
            **{name: {"status": report.status, **report.details} for name, report in reports.items()},
            "flags": {
                "ENABLE_CRON": flags.cron,
                "ENABLE_QUEUE_PROCESSORS": flags.queue_processors,
                "ENABLE_QUEUE_EVENTS": flags.queue_events,
                "ENABLE_QUEUE_SCHEDULERS": flags.queue_schedulers,
            },
            "role": self._process.role,
            "environment": self._process.environment,
            "version": __version__,
        }
