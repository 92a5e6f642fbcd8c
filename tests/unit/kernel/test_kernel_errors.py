"""Expected failures: their messages teach, their status and retry rule are what edges translate."""

from datetime import timedelta
from typing import ClassVar

import pytest

from engineo.kernel import errors
from engineo.kernel.cron import CronSpec
from engineo.kernel.errors import EngineOError, JobPostponedError
from engineo.kernel.flags import ProcessFlags
from engineo.kernel.jobs import Event, Job, JobMessage
from engineo.kernel.unit_of_work import Promises


class Promise(Job):
    kind: ClassVar[str] = "tests.promise"
    queue: ClassVar[str] = "tests"

    of: str


class Promised(Event):
    kind: ClassVar[str] = "tests.promised"


TABLE = {
    "EngineOError": (500, True),
    "InvalidInputError": (422, False),
    "NotFoundError": (404, False),
    "ConflictError": (409, False),
    "UnauthorizedError": (401, False),
    "UnavailableError": (503, True),
    "BootError": (500, False),
    "InvalidPayloadError": (500, False),
    "JobCancelledError": (500, False),
    "JobDoomedError": (500, False),
}


@pytest.mark.parametrize(("name", "meaning"), TABLE.items())
def test_status_and_retries(name: str, meaning: tuple[int, bool]) -> None:
    cls = getattr(errors, name)
    assert (cls.status, cls.retryable) == meaning
    assert cls().message == cls.__doc__.strip().split("\n")[0]
    assert cls("told apart").message == "told apart"
    assert str(cls("told apart")) == "told apart"


def test_every_error_is_in_the_table() -> None:
    classes = {name for name, cls in vars(errors).items() if isinstance(cls, type) and issubclass(cls, EngineOError)}
    assert classes == {*TABLE, "JobPostponedError"}


def test_a_postponement_knows_its_delay() -> None:
    postponed = JobPostponedError(timedelta(seconds=9), "the crawl runs")
    assert (postponed.delay, postponed.message) == (timedelta(seconds=9), "the crawl runs")


def test_promises_are_kept_in_order() -> None:
    promises = Promises()
    first = promises.send(Promise(of="p"))
    promises.emit(Promised())
    promises.send(Promise(of="q"), job_id="mine", delay=timedelta(seconds=2))
    assert [message.kind for message in promises.messages] == ["tests.promise", "tests.promised", "tests.promise"]
    assert promises.messages[0].job_id == first
    assert promises.messages[2] == JobMessage.of(Promise(of="q"), job_id="mine", delay=timedelta(seconds=2))


def test_flags_by_name() -> None:
    flags = ProcessFlags(cron=True, queue_processors=False, queue_events=False, queue_schedulers=True)
    assert flags.as_dict() == {
        "cron": True, "queue_processors": False, "queue_events": False, "queue_schedulers": True,
    }  # fmt: skip


def test_a_schedule_is_named_by_kind_and_line() -> None:
    assert CronSpec("0 3 * * *", Promise(of="p")).name == "tests.promise@0 3 * * *"
