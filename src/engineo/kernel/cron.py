"""Schedules: what a cron line means, when it fires, and which runs are made up after a pause.

Pure functions of the moments they are given. A line is read as Debian's cron reads it, with two additions that make the
days of the clock change predictable:

- A line that names hours (`30 2 * * *`, `*/15 2 * * *`, `0 */2 * * *`) means wall clock time. The hour that comes twice
  in autumn fires the first time only; what falls into the spring gap fires once, when the gap ends.
- A line that runs in every hour (`0 * * * *`, `*/10 * * * *`) means elapsed time: it fires in both autumn hours, and
  the hour that the spring skips is not made up.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import chain, repeat
from typing import Literal
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from engineo.kernel.errors import InvalidInputError
from engineo.kernel.jobs import Job

ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
LONGEST_LINE = 120
FIELDS = 5
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
A_PAST_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 - wall clock time: a line that fires does so within 50 years

MissedRuns = Literal["skip", "once", "all"]
"""Runs whose moment passed while nobody could send them: none is made up, the newest is, or each is."""

ON_TIME = timedelta(minutes=1)  # a slot that is not older than this was not missed, whatever the policy says
MOST_MADE_UP = 100


@dataclass(frozen=True, slots=True)
class CronLine:
    """Five fields (minute hour day month weekday) or one of `ALIASES`, read in a time zone of the tz database.

    Raise `InvalidInputError` for a line that never fires and for a zone that there is not.
    """

    expression: str
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        time_zone(self.timezone)
        try:
            if len(self.expression) > LONGEST_LINE or len(self._fields.split()) != FIELDS:
                raise CronSimError  # noqa: TRY301 - said below, as for every other reason
            next(CronSim(self._fields, A_PAST_MOMENT))
        except (CronSimError, StopIteration):
            raise InvalidInputError(
                f"{self.expression[:LONGEST_LINE]!r} is not a cron line that ever fires; expected five fields (minute "
                f"hour day month weekday) or one of {', '.join(ALIASES)}"
            ) from None

    def next_slot(self, after: datetime) -> datetime:
        """The first slot strictly after `after`, in UTC, on a whole minute."""
        if not self._in_every_hour:
            return self._first_wall_time(after)
        return min(self._first_elapsed_time(after, fold) for fold in (0, 1))

    def slots(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """Every slot after `after` up to and including `until`, oldest first."""
        while (after := self.next_slot(after)) <= until:
            yield after

    def newest_slots(self, after: datetime, until: datetime, most: int) -> list[datetime]:
        """The last `most` of `slots(after, until)`, oldest first, without walking through all of them."""
        for window in chain((timedelta(hours=2**n) for n in range(16)), repeat(until - after)):
            start = max(after, until - window)
            found = deque(self.slots(start, until), maxlen=most)
            if start == after or len(found) == most:
                break
        return list(found)

    def is_slot(self, moment: datetime) -> bool:
        return self.next_slot(moment - timedelta.resolution) == moment

    def explain(self) -> str:
        """In words: "At 09:00 on Monday through Friday"."""
        words: str = CronSim(self._fields, A_PAST_MOMENT).explain()
        return words

    @property
    def _fields(self) -> str:
        return ALIASES.get(self.expression, self.expression)

    @property
    def _in_every_hour(self) -> bool:
        hours: set[int] = CronSim(self._fields, A_PAST_MOMENT).hours
        return len(hours) == DAY // timedelta(hours=1)

    def _first_wall_time(self, after: datetime) -> datetime:
        zone = time_zone(self.timezone)
        for wall in self._walls(after.astimezone(zone)):
            while not _exists(wall, zone):
                wall += MINUTE  # noqa: PLW2901 - the end of the gap stands for all that falls into it
            moment = wall.replace(tzinfo=zone).astimezone(UTC)
            if moment > after:  # else the hour comes again, and its slots have passed
                return moment
        raise AssertionError  # pragma: no cover - `_walls` ends with an error

    def _first_elapsed_time(self, after: datetime, fold: int) -> datetime:
        """The first slot, if of every wall clock time that comes twice only pass `fold` counted."""
        zone = time_zone(self.timezone)
        local = after.astimezone(zone)
        if fold:
            # where the clock is about to be set back, times that have passed come once more
            local -= max(timedelta(0), _offset(after, zone) - _offset(after + DAY, zone))
        for wall in self._walls(local):
            moment = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
            if moment > after and _exists(wall, zone):
                return moment
        raise AssertionError  # pragma: no cover - `_walls` ends with an error

    def _walls(self, local: datetime) -> Iterator[datetime]:
        """The wall clock times of the line after that of `local`, as if no clock were ever set."""
        yield from CronSim(self._fields, local.replace(tzinfo=None, fold=0))
        raise InvalidInputError(f"{self.expression!r} does not fire within 50 years")


def time_zone(name: str) -> tzinfo:
    """A zone of the tz database. Raise `InvalidInputError` for a name that is none."""
    if name == "UTC":
        return UTC  # also where there is no tz database
    # these mean something else on each machine, and are on some only
    if not name.startswith(("posix", "right/", "localtime")):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            pass
    raise InvalidInputError(f"{name[:80]!r} is an unknown time zone; expected a name like UTC or Europe/Berlin")


def _offset(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _exists(wall: datetime, zone: tzinfo) -> bool:
    """False in the gap of spring."""
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == wall


@dataclass(frozen=True, slots=True)
class CronSpec:
    """A declared schedule: when, in which time zone, which job, and what becomes of runs that were missed."""

    expression: str
    job: Job
    timezone: str = "UTC"
    missed: MissedRuns = "once"

    @property
    def name(self) -> str:
        """Tells schedules apart, and says across restarts that they are the same."""
        return f"{self.job.kind}@{self.expression}"

    @property
    def line(self) -> CronLine:
        """Raise `InvalidInputError` for a line or a zone that is none."""
        return CronLine(self.expression, self.timezone)


def slots_to_fire(line: CronLine, missed: MissedRuns, after: datetime, now: datetime) -> list[datetime]:
    """Which slots of `after` < slot <= `now` to fire now, oldest first: those on time, and those that are made up."""
    newest = line.newest_slots(after, now, MOST_MADE_UP if missed == "all" else 1)
    return [slot for slot in newest if missed != "skip" or now - slot <= ON_TIME]
