"""When a schedule runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from engineo.features.schedules.errors import InvalidTimingError
from engineo.kernel.cron import CronLine, time_zone

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=366)
UNITS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}  # in seconds


@dataclass(frozen=True, slots=True)
class Timing:
    """A cron line, read in a time zone, or an interval in seconds."""

    cron: str | None
    interval_seconds: int | None
    timezone: str = "UTC"

    def check(self) -> None:
        """Raise `InvalidInputError`, saying what to write instead."""
        time_zone(self.timezone)
        if self.cron is not None and self.interval_seconds is None:
            CronLine(self.cron, self.timezone)
        elif self.cron is not None or self.interval_seconds is None or not SHORTEST <= self._interval <= LONGEST:
            raise InvalidTimingError

    def first_run(self, now: datetime) -> datetime:
        """The first run of a schedule that begins now."""
        return self._line.next_slot(now) if self.cron is not None else now + self._interval

    def run_after(self, slot: datetime, now: datetime) -> datetime:
        """The run after the one of `slot`, which is sent at `now`: runs missed in between are not made up one by one.

        An interval keeps its beat: its runs are whole intervals apart, however late one of them was.
        """
        if self.cron is not None:
            return self._line.next_slot(max(slot, now))
        missed = max(timedelta(0), now - slot) // self._interval
        return slot + (missed + 1) * self._interval

    def explain(self) -> str:
        """In words: "At 09:00 on Monday through Friday (Europe/Berlin)", "Every 6 hours"."""
        if self.cron is not None:
            return f"{CronLine(self.cron).explain()} ({self.timezone})"
        seconds = self.interval_seconds or 0
        unit = next(unit for unit, length in UNITS.items() if seconds % length == 0)
        count = seconds // UNITS[unit]
        return f"Every {unit}" if count == 1 else f"Every {count} {unit}s"

    @property
    def _line(self) -> CronLine:
        return CronLine(self.cron or "", self.timezone)

    @property
    def _interval(self) -> timedelta:
        return timedelta(seconds=self.interval_seconds or 0)
