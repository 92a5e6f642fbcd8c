"""Running what is due: each slot once however many processes run schedules, in the transaction that sends its job."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs
from tests.integration.features.schedules.schedule_world import (
    START,
    ScheduleWorld,
    Send,
    create_project,
    create_schedule,
)

from engineo.features.crawling.models import CrawlRunRow
from engineo.features.deo_score.contracts import Reason
from engineo.features.deo_score.models import RequestRow
from engineo.features.projects.contracts import ProjectView
from engineo.features.schedules.repository import DueSlot, ScheduleRepository
from engineo.infra.schedulers import StoredSchedules
from engineo.kernel.errors import UnavailableError
from engineo.kernel.ports import Work

HOUR = timedelta(hours=1)


@pytest.fixture
def processes(world: ScheduleWorld) -> Iterator[list[ScheduleWorld]]:
    """Four that run schedules on one database, each with connections of its own."""
    with ExitStack() as closing:
        others = [ScheduleWorld(world.url, now=world.now) for _ in range(3)]
        for other in others:
            closing.callback(other.close)
        yield [world, *others]


def at_once(processes: list[ScheduleWorld]) -> int:
    """Every process runs what is due, all at the same time; how many runs there were."""
    together = threading.Barrier(len(processes))
    counts: list[int] = []

    def run(process: ScheduleWorld) -> None:
        together.wait(10)
        counts.append(process.run_all())

    threads = [threading.Thread(target=run, args=(process,)) for process in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(counts) == len(processes)
    return sum(counts)


def all_of(world: ScheduleWorld, model: type[Any]) -> list[Any]:
    with world.database.session(read_only=True) as session:
        return list(session.scalars(sa.select(model)))


# --- what a run asks for


def test_a_recompute_is_requested_with_the_crawl_that_it_needs(world: ScheduleWorld, me: Send, project: str) -> None:
    created = create_schedule(me, project, cron="0 13 * * *")
    assert world.runs.next_due() == datetime.fromisoformat("2026-05-07T13:00Z")
    assert world.run_all() == 0
    world.move(minutes=30)
    assert world.run_all() == 1
    assert sorted(world.outbox()) == ["crawling.crawl", "deo_score.recompute"]
    assert sorted(message.kind for message in world.sent) == world.outbox()
    (request,) = all_of(world, RequestRow)
    assert (request.project_id, request.reason, request.triggered_by_user_id) == (project, "scheduled", None)
    read = me("GET", f"/projects/{project}/schedules/{created['id']}").json()
    assert (read["lastRunAt"], read["nextRunAt"]) == ("2026-05-07T13:04:56Z", "2026-05-08T13:00:00Z")
    assert read["updatedAt"] == created["updatedAt"]  # nobody changed it
    assert world.run_all() == 0


def test_a_crawl_is_requested_and_joins_one_that_runs(world: ScheduleWorld, me: Send, project: str) -> None:
    create_schedule(me, project, action="crawl", intervalSeconds=60)
    for _ in range(3):
        world.move(minutes=1)
        assert world.run_all() == 1
    (run,) = all_of(world, CrawlRunRow)
    assert (run.project_id, run.reason) == (project, "scheduled")
    assert world.outbox() == ["crawling.crawl"]


def test_runs_that_nobody_has_worked_collapse_into_one_recompute(world: ScheduleWorld, me: Send, project: str) -> None:
    for minute in range(5):
        create_schedule(me, project, cron=f"{minute} * * * *")
    world.move(hours=3)
    assert world.run_all() == 5
    assert len(all_of(world, RequestRow)) == 1
    assert world.outbox().count("deo_score.recompute") == 1


# --- each slot once


def test_processes_that_race_run_each_slot_once(processes: list[ScheduleWorld]) -> None:
    world = processes[0]
    me = world.person("me@shop.example")
    projects = [create_project(me, f"shop{number}") for number in range(12)]
    for project in projects:
        create_schedule(me, project, intervalSeconds=3600)
    for slots in range(1, 4):
        world.move(hours=1)
        assert at_once(processes) == len(projects)
        assert [row.next_run_at for row in world.rows()] == [START + (slots + 1) * HOUR] * len(projects)
        with world.database.transaction() as session:  # as if each had been worked
            session.execute(sa.update(RequestRow).values(status="completed"))
        assert world.outbox().count("deo_score.recompute") == slots * len(projects)


class Away:
    """A `ScoreRequester` whose database is away."""

    def request_within(self, work: Work, project: ProjectView, reason: Reason) -> str:
        del work, project, reason
        raise UnavailableError


def test_a_run_whose_transaction_fails_is_still_due(world: ScheduleWorld, me: Send, project: str) -> None:
    create_schedule(me, project, intervalSeconds=3600)
    world.move(hours=1)
    with pytest.raises(UnavailableError):
        world.runs_with(scores=Away()).run_due(world.now.moment)
    assert world.outbox() == []
    assert (world.rows()[0].next_run_at, world.rows()[0].last_run_at) == (START + HOUR, None)
    assert world.run_all() == 1
    assert world.outbox().count("deo_score.recompute") == 1


class Broken:
    """A `ScoreRequester` with a bug that shows whenever it is asked."""

    def request_within(self, work: Work, project: ProjectView, reason: Reason) -> str:
        work.session.execute(sa.delete(CrawlRunRow))  # what is done so far is undone
        raise ZeroDivisionError(f"{project.id}: {reason}")


def test_one_that_cannot_be_run_keeps_back_no_other(world: ScheduleWorld, me: Send, project: str) -> None:
    create_schedule(me, project, action="crawl", intervalSeconds=1800)
    world.move(minutes=30)
    world.run_all()
    create_schedule(me, project, action="recompute", intervalSeconds=1799)
    other = create_project(me, "other")
    create_schedule(me, other, action="crawl", intervalSeconds=1800)
    world.move(minutes=30)
    with capture_logs() as logs:
        assert world.runs_with(scores=Broken()).run_due(world.now.moment) == 3
    assert "schedules.run.failed" in {line["event"] for line in logs}
    assert all(row.next_run_at and row.next_run_at > world.now.moment for row in world.rows())
    assert {run.project_id for run in all_of(world, CrawlRunRow)} == {project, other}
    assert world.outbox() == ["crawling.crawl"] * 2


# --- missed runs


def test_what_was_missed_is_made_up_once_and_then_the_next_slot(world: ScheduleWorld, me: Send, project: str) -> None:
    created = create_schedule(me, project, cron="0 * * * *")
    world.move(days=3)
    assert world.run_all() == 1
    read = me("GET", f"/projects/{project}/schedules/{created['id']}").json()
    assert (read["lastRunAt"], read["nextRunAt"]) == ("2026-05-10T12:34:56Z", "2026-05-10T13:00:00Z")
    world.move(minutes=26)
    assert world.run_all() == 1


def test_a_paused_schedule_misses_its_runs_for_good(world: ScheduleWorld, me: Send, project: str) -> None:
    created = create_schedule(me, project, cron="0 * * * *")
    path = f"/projects/{project}/schedules/{created['id']}"
    me("PATCH", path, json={"paused": True})
    world.move(days=3)
    assert world.runs.next_due() is None
    assert world.run_all() == 0
    me("PATCH", path, json={"paused": False})
    assert world.run_all() == 0
    world.move(minutes=26)
    assert world.run_all() == 1


def test_a_row_paused_by_hand_does_not_run(world: ScheduleWorld, me: Send, project: str) -> None:
    created = create_schedule(me, project, intervalSeconds=60)
    world.set_row(created["id"], paused=True)
    world.move(hours=1)
    assert world.runs.next_due() is None
    assert world.runs.run_due(world.now.moment) == 0
    assert me("GET", f"/projects/{project}/schedules/{created['id']}").json()["nextRunAt"] is None


def test_a_zone_that_this_machine_does_not_know_is_looked_at_again(
    world: ScheduleWorld, me: Send, project: str
) -> None:
    created = create_schedule(me, project, cron="0 * * * *")
    world.set_row(created["id"], timezone="Moon/Sea")
    world.move(hours=1)
    assert world.run_all() == 1
    assert world.rows()[0].next_run_at == world.now.moment + HOUR
    items = me("GET", f"/projects/{project}/schedules").json()["items"]
    assert items[0]["description"] == "At the start of every hour (Moon/Sea)"
    repaired = me("PATCH", f"/projects/{project}/schedules/{created['id']}", json={"timezone": "UTC"}).json()
    assert repaired["nextRunAt"] == "2026-05-07T14:00:00Z"


def test_a_slot_whose_schedule_is_changed_or_gone_is_not_run(world: ScheduleWorld, me: Send, project: str) -> None:
    kept, changed, gone = (create_schedule(me, project, intervalSeconds=60) for _ in range(3))
    world.move(minutes=1)

    class Slow(ScheduleRepository):
        """Time enough for the owner between what is found and what is done."""

        def list_due(self, work: Work, now: datetime, limit: int) -> Sequence[DueSlot]:
            found = super().list_due(work, now, limit)
            assert {due.schedule_id for due in found} == {kept["id"], changed["id"], gone["id"]}
            me("PATCH", f"/projects/{project}/schedules/{changed['id']}", json={"cron": "@daily"})
            me("DELETE", f"/projects/{project}/schedules/{gone['id']}")
            return found

    assert world.runs_with(schedules=Slow()).run_due(world.now.moment) == 1
    assert {row.id: row.last_run_at for row in world.rows()} == {kept["id"]: world.now.moment, changed["id"]: None}


# --- with the part that runs them


def test_nothing_asks_the_database_until_a_run_is_due(world: ScheduleWorld, me: Send, project: str) -> None:
    create_schedule(me, project, intervalSeconds=3600)
    part = StoredSchedules([world.runs], world.bell, world.now)
    queries: list[str] = []
    sa.event.listen(world.database.engine, "before_cursor_execute", lambda *given: queries.append(given[2]))
    assert part.run_due() == HOUR
    assert len([query for query in queries if query.startswith("SELECT")]) == 1
    assert "min(schedules.next_run_at)" in queries[-1]


def test_a_change_by_another_process_runs_without_waiting(world: ScheduleWorld, me: Send, project: str) -> None:
    part = StoredSchedules([world.runs], world.bell, world.now)
    part.start()
    created = create_schedule(me, project, action="crawl", intervalSeconds=3600)
    world.move(hours=1)
    me("PATCH", f"/projects/{project}/schedules/{created['id']}", json={})
    assert world.sent_something.wait(10)
    part.stop(10.0)
    assert [message.kind for message in world.sent] == ["crawling.crawl"]
