"""Expected failures of schedules."""

from engineo.kernel.errors import ConflictError, InvalidInputError, NotFoundError


class ScheduleNotFoundError(NotFoundError):
    """There is no such schedule in this project, or it is not yours."""


class TooManySchedulesError(ConflictError):
    """The project has as many schedules as it may have; delete one first."""


class InvalidTimingError(InvalidInputError):
    """A schedule has either a cron line or an interval of at least 60 seconds; send one of them."""
