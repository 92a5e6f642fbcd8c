"""Stored schedules with real processes: each slot once, whoever runs it and whatever becomes of Redis."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.journeys.stack import SMALL_SITE, Stack, eventually, running
from tests.services import RedisService

from engineo.features.schedules.models import ScheduleRow
from engineo.infra.database import Database, parse_url

SCHEDULERS = {"ENABLE_QUEUE_SCHEDULERS": "true"}


@pytest.fixture
def stack(postgres_url: str, redis_url: str, redis_prefix: str, tmp_path: Path) -> Iterator[Stack]:
    with running(SMALL_SITE, database_url=postgres_url, redis_url=redis_url, prefix=redis_prefix, logs=tmp_path) as it:
        yield it


class Schedule:
    """One schedule, seen through the API, and its row."""

    def __init__(self, stack: Stack, project_id: str, **body: Any) -> None:
        self._stack = stack
        listed = f"/projects/{project_id}/schedules"
        self.created = stack.call(
            "POST", listed, {"intervalSeconds": 86_400, "action": "recompute", **body}, expect=201
        )
        self._path = f"{listed}/{self.created['id']}"

    def read(self) -> dict[str, Any]:
        return self._stack.call("GET", self._path)

    def change(self, **body: Any) -> dict[str, Any]:
        """Rings, also when nothing is changed."""
        return self._stack.call("PATCH", self._path, body)

    def write(self, **values: Any) -> None:
        """Write the row, past the API: nobody is told."""
        with self._database() as database, database.transaction() as session:
            session.execute(sa.update(ScheduleRow).where(ScheduleRow.id == self.created["id"]).values(**values))

    def is_due(self) -> str:
        """Make it due a second ago; the slot as it is logged."""
        slot = datetime.now(UTC) - timedelta(seconds=1)
        self.write(next_run_at=slot)
        return slot.isoformat()

    def runs(self) -> list[str]:
        """The slots that were run, by any process, as the logs say; earliest first."""
        lines = [json.loads(line) for line in self._stack.log().splitlines() if '"schedules.run.sent"' in line]
        return sorted(line["slot"] for line in lines if line["schedule_id"] == self.created["id"])

    @contextmanager
    def _database(self) -> Iterator[Database]:
        database = Database(parse_url(self._stack.environment["DATABASE_URL"]))
        try:
            yield database
        finally:
            database.close()


def scored_times(stack: Stack, project_id: str, times: int) -> None:
    eventually(lambda: len(stack.snapshots(project_id)) == times, what=f"score {times}")


def test_two_processes_run_each_slot_once(stack: Stack) -> None:
    stack.start_api()
    workers = [stack.start_worker(**SCHEDULERS) for _ in range(2)]
    project_id = stack.create_project()
    stack.recompute(project_id)
    stack.scored(project_id)
    schedule = Schedule(stack, project_id)
    eventually(lambda: schedule.read()["active"], what="a process that runs schedules")
    slots = []
    for scores in (2, 3):
        slots.append(schedule.is_due())
        schedule.change()
        scored_times(stack, project_id, scores)
        assert schedule.runs() == slots
    read = schedule.read()
    assert datetime.fromisoformat(read["nextRunAt"]) > datetime.now(UTC)
    assert read["lastRunAt"] > slots[-1][:19]

    workers[0].kill()
    slots.append(schedule.is_due())
    schedule.change()
    scored_times(stack, project_id, 4)  # by the other one
    assert schedule.runs() == slots


def test_a_short_beat_is_kept_by_several_processes_without_a_slot_twice(stack: Stack) -> None:
    stack.start_api()
    for _ in range(2):
        stack.start_worker(ENABLE_QUEUE_PROCESSORS="false", **SCHEDULERS)
    schedule = Schedule(stack, stack.create_project(), action="crawl")
    beat = timedelta(seconds=1)
    begin = datetime.now(UTC) + beat
    schedule.write(interval_seconds=1, next_run_at=begin)
    schedule.change()
    eventually(lambda: len(schedule.runs()) >= 4, what="four runs")
    schedule.change(paused=True)
    runs = schedule.runs()
    beats = [(datetime.fromisoformat(slot) - begin) / beat for slot in runs]
    assert sorted(beats) == sorted(set(beats))
    assert all(number.is_integer() for number in beats)
    late = [json.loads(line)["late_seconds"] for line in stack.log().splitlines() if '"schedules.run.sent"' in line]
    assert min(late) >= 0


def test_whether_it_runs_is_told_as_it_is(postgres_url: str, own_redis: RedisService, tmp_path: Path) -> None:
    with running(SMALL_SITE, database_url=postgres_url, redis_url=own_redis.url, prefix="it", logs=tmp_path) as stack:
        stack.start_api()
        schedule = Schedule(stack, stack.create_project())
        assert not schedule.created["active"]
        assert "start one with ENABLE_QUEUE_SCHEDULERS=true" in schedule.created["inactiveReason"]
        worker = stack.start_worker(ENABLE_QUEUE_PROCESSORS="false", **SCHEDULERS)
        eventually(lambda: schedule.read()["active"], what="a process that runs schedules")
        own_redis.stop()
        read = schedule.read()
        assert not read["active"]
        assert "Redis at 127.0.0.1" in read["inactiveReason"]
        slot = schedule.is_due()
        schedule.change()  # nobody hears it
        own_redis.start()
        eventually(lambda: schedule.runs() == [slot], what="the run, once Redis is back")
        worker.terminate()
        assert worker.wait(30) == 0
        eventually(lambda: not schedule.read()["active"], what="nobody runs schedules")


def test_a_flushed_redis_loses_no_run(postgres_url: str, own_redis: RedisService, tmp_path: Path) -> None:
    with running(SMALL_SITE, database_url=postgres_url, redis_url=own_redis.url, prefix="it", logs=tmp_path) as stack:
        stack.start_api()
        stack.start_worker(ENABLE_QUEUE_PROCESSORS="false", **SCHEDULERS)
        project_id = stack.create_project()
        schedule = Schedule(stack, project_id)
        slot = schedule.is_due()
        schedule.change()
        eventually(lambda: schedule.runs() == [slot], what="the run")
        with own_redis.client() as client:
            client.flushall()
        stack.start_worker()
        assert stack.scored(project_id)["recompute"]["reason"] == "scheduled"
        assert len(stack.snapshots(project_id)) == 1
        assert schedule.runs() == [slot]
