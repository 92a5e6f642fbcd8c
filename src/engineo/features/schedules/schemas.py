"""HTTP shapes of schedules."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints, model_validator

from engineo.features.schedules.contracts import Action
from engineo.features.schedules.domain.timing import LONGEST, SHORTEST
from engineo.infra.web import CamelModel

Cron = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    Field(
        description="Five fields (minute hour day month weekday), or @hourly, @daily, @weekly, @monthly, @yearly.",
        json_schema_extra={"format": "cron"},
    ),
]
TimeZone = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    Field(
        description="A name of the tz database, for the cron line.",
        json_schema_extra={"format": "time-zone"},
    ),
]


def _no_text(value: object) -> object:
    if isinstance(value, str):
        raise ValueError("Input should be a number")  # noqa: TRY004 - what pydantic turns into an error of the field
    return value


IntervalSeconds = Annotated[
    int,
    Field(ge=int(SHORTEST.total_seconds()), le=int(LONGEST.total_seconds()), description="Instead of a cron line."),
    BeforeValidator(_no_text),
]


def _never_null(schema: dict[str, Any]) -> None:
    """The schema of an optional field: it may be left out, but null is no value."""
    del schema["default"]
    value, _null = schema.pop("anyOf")
    schema.update(value)


def _left_out() -> Any:  # noqa: ANN401 - stands for any field's default
    return Field(default=None, json_schema_extra=_never_null)


class _ScheduleIn(CamelModel):
    @model_validator(mode="before")
    @classmethod
    def _no_nulls(cls, data: object) -> object:
        if isinstance(data, dict) and any(value is None for value in data.values()):
            raise ValueError("leave out what you do not set; null is no value here")
        return data


class CreateSchedule(_ScheduleIn):
    """Either `cron` or `intervalSeconds`."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["cron"]}, {"required": ["intervalSeconds"]}],
            "examples": [{"action": "recompute", "cron": "0 6 * * 1-5", "timezone": "Europe/Berlin"}],
        }
    )

    action: Action
    cron: Cron | None = _left_out()
    interval_seconds: IntervalSeconds | None = _left_out()
    timezone: TimeZone = "UTC"
    paused: StrictBool = False


class UpdateSchedule(_ScheduleIn):
    """What is left out stays as it is. `cron` replaces an interval, and the other way round."""

    model_config = ConfigDict(
        json_schema_extra={
            "not": {"required": ["cron", "intervalSeconds"]},
            "examples": [{"paused": True}],
        }
    )

    action: Action | None = _left_out()
    cron: Cron | None = _left_out()
    interval_seconds: IntervalSeconds | None = _left_out()
    timezone: TimeZone | None = _left_out()
    paused: StrictBool | None = _left_out()


class ScheduleOut(CamelModel):
    """`description` is the timing in words. `inactiveReason` says why `active` is false, and what to do."""

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


class ScheduleList(CamelModel):
    """All schedules of the project, oldest first."""

    items: list[ScheduleOut]
