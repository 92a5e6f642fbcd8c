"""Running the schedules that are due. Each slot is run by one transaction, which also sends its job."""

from datetime import datetime, timedelta

import structlog

from engineo.features.crawling.contracts import Crawler
from engineo.features.deo_score.contracts import ScoreRequester
from engineo.features.projects.contracts import ProjectReader
from engineo.features.schedules.domain.timing import Timing
from engineo.features.schedules.models import ScheduleRow
from engineo.features.schedules.repository import DueSlot, ScheduleRepository
from engineo.kernel.errors import InvalidInputError, UnavailableError
from engineo.kernel.ports import UnitOfWork, Work

log = structlog.get_logger(__name__)

BATCH = 100
LOOK_AGAIN = timedelta(hours=1)


class ScheduleRuns:
    """The port `ScheduleSource`.

    A slot is claimed by a compare-and-set on the schedule's row, in the transaction that promises the job: however many
    processes run schedules, and whatever becomes of Redis, it is run once. Runs that were missed are made up by one.
    """

    def __init__(
        self,
        uow: UnitOfWork,
        projects: ProjectReader,
        schedules: ScheduleRepository,
        crawler: Crawler,
        scores: ScoreRequester,
    ) -> None:
        self._uow = uow
        self._projects = projects
        self._schedules = schedules
        self._crawler = crawler
        self._scores = scores

    def next_due(self) -> datetime | None:
        with self._uow(read_only=True) as work:
            return self._schedules.next_due(work)

    def run_due(self, now: datetime) -> int:
        """A batch of what is due, earliest first. One that cannot be run does not keep back the others."""
        with self._uow(read_only=True) as work:
            slots = self._schedules.list_due(work, now, BATCH)
        return sum(self._run(due, now) for due in slots)

    def _run(self, due: DueSlot, now: datetime) -> bool:
        try:
            with self._uow() as work:
                row = self._claim(work, due, now)
                if row is None:
                    return False
                self._send(work, row)
        except UnavailableError:
            raise
        except Exception as error:
            # a bug of one project's; the slot would be due for ever, and keep every later one waiting
            log.exception(
                "schedules.run.failed", schedule_id=due.schedule_id, project_id=due.project_id, reason=str(error)
            )
            with self._uow() as work:
                return self._claim(work, due, now) is not None
        log.info(
            "schedules.run.sent",
            schedule_id=due.schedule_id,
            project_id=due.project_id,
            action=row.action,
            slot=due.slot.isoformat(),
            late_seconds=(now - due.slot).total_seconds(),
        )
        return True

    def _claim(self, work: Work, due: DueSlot, now: datetime) -> ScheduleRow | None:
        self._projects.lock(work, due.project_id)  # before the schedule's row, as whoever changes or deletes it does
        row = self._schedules.find_due(work, due)
        if row is None:
            return None
        next_run_at = _next_run(row, due.slot, now)
        return row if self._schedules.claim(work, due, now=now, next_run_at=next_run_at) else None

    def _send(self, work: Work, row: ScheduleRow) -> None:
        project = self._projects.get_any(work, row.project_id)
        if row.action == "crawl":
            self._crawler.request(work, project.id, project.origin, "scheduled")
        else:
            self._scores.request_within(work, project, "scheduled")


def _next_run(row: ScheduleRow, slot: datetime, now: datetime) -> datetime:
    timing = Timing(row.cron, row.interval_seconds, row.timezone)
    try:
        return timing.run_after(slot, now)
    except InvalidInputError as error:  # this machine's tz database lacks the zone; the next machine's may not
        log.exception("schedules.timing.unreadable", schedule_id=row.id, reason=error.message)
        return now + LOOK_AGAIN
