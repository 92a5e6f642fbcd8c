"""Schedules over HTTP, on both databases."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.integration.features.schedules.schedule_world import ScheduleWorld, Send, create_project, create_schedule
from tests.memory_bell import MemoryBell

from engineo.features.schedules.service.editing import MOST_PER_PROJECT
from engineo.kernel.ports import SCHEDULES_CHANGED

NOBODY = "no process runs schedules now; start one with ENABLE_QUEUE_SCHEDULERS=true"


def heard() -> None:
    """Listening is enough."""


def path_of(schedule: dict[str, Any]) -> str:
    return f"/projects/{schedule['projectId']}/schedules/{schedule['id']}"


# --- create, read, change, delete


def test_a_cron_schedule_from_creation_to_deletion(me: Send, project: str) -> None:
    created = create_schedule(me, project, cron="0 9 * * 1-5", timezone="Europe/Berlin")
    assert created == {
        "id": created["id"], "projectId": project, "action": "recompute", "cron": "0 9 * * 1-5",
        "intervalSeconds": None, "timezone": "Europe/Berlin",
        "description": "At 09:00 on Monday through Friday (Europe/Berlin)", "paused": False, "active": False,
        "inactiveReason": NOBODY, "nextRunAt": "2026-05-08T07:00:00Z",
        "lastRunAt": None, "createdAt": "2026-05-07T12:34:56Z", "updatedAt": "2026-05-07T12:34:56Z",
    }  # fmt: skip
    assert me("GET", path_of(created)).json() == created
    assert me("GET", f"/projects/{project}/schedules").json() == {"items": [created]}
    deleted = me("DELETE", path_of(created))
    assert (deleted.status_code, deleted.content) == (204, b"")
    for method in ("DELETE", "GET"):
        assert me(method, path_of(created)).status_code == 404
    assert me("PATCH", path_of(created), json={}).status_code == 404
    assert me("GET", f"/projects/{project}/schedules").json() == {"items": []}


def test_an_interval_begins_with_its_creation(me: Send, project: str) -> None:
    created = create_schedule(me, project, action="crawl", intervalSeconds=5400)
    assert (created["cron"], created["intervalSeconds"], created["timezone"]) == (None, 5400, "UTC")
    assert (created["description"], created["nextRunAt"]) == ("Every 90 minutes", "2026-05-07T14:04:56Z")


def test_an_alias_is_kept_as_it_was_written(me: Send, project: str) -> None:
    created = create_schedule(me, project, cron=" @daily ")
    assert (created["cron"], created["description"]) == ("@daily", "At 00:00 every day (UTC)")


def test_a_change_of_the_timing_begins_now(world: ScheduleWorld, me: Send, project: str) -> None:
    path = path_of(create_schedule(me, project, intervalSeconds=3600))
    world.move(minutes=10)
    changed = me("PATCH", path, json={"intervalSeconds": 7200}).json()
    assert (changed["nextRunAt"], changed["updatedAt"]) == ("2026-05-07T14:44:56Z", "2026-05-07T12:44:56Z")
    changed = me("PATCH", path, json={"cron": "30 * * * *"}).json()
    assert (changed["cron"], changed["intervalSeconds"], changed["nextRunAt"]) == (
        "30 * * * *", None, "2026-05-07T13:30:00Z",
    )  # fmt: skip
    changed = me("PATCH", path, json={"timezone": "Asia/Kolkata"}).json()  # half an hour off
    assert changed["nextRunAt"] == "2026-05-07T13:00:00Z"
    changed = me("PATCH", path, json={"intervalSeconds": 60}).json()
    assert (changed["cron"], changed["intervalSeconds"]) == (None, 60)


def test_a_change_of_anything_else_leaves_the_next_run_where_it_is(
    world: ScheduleWorld, me: Send, project: str
) -> None:
    created = create_schedule(me, project, intervalSeconds=3600)
    world.move(minutes=10)
    for body in ({}, {"action": "crawl"}, {"intervalSeconds": 3600}, {"timezone": "UTC"}, {"paused": False}):
        changed = me("PATCH", path_of(created), json=body).json()
        assert changed["nextRunAt"] == created["nextRunAt"], body
    assert changed["action"] == "crawl"


def test_a_paused_schedule_has_no_next_run_and_begins_anew(world: ScheduleWorld, me: Send, project: str) -> None:
    world.bell.listen(SCHEDULES_CHANGED, heard)
    path = path_of(create_schedule(me, project, intervalSeconds=3600))
    paused = me("PATCH", path, json={"paused": True}).json()
    assert (paused["paused"], paused["nextRunAt"], paused["active"]) == (True, None, False)
    assert paused["inactiveReason"] == "the schedule is paused"
    world.move(minutes=10)
    assert me("PATCH", path, json={"intervalSeconds": 60}).json()["nextRunAt"] is None
    resumed = me("PATCH", path, json={"paused": False}).json()
    assert (resumed["nextRunAt"], resumed["active"]) == ("2026-05-07T12:45:56Z", True)
    born = create_schedule(me, project, paused=True)
    assert (born["paused"], born["nextRunAt"]) == (True, None)


# --- who may


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_somebody_elses_schedule_is_not_found(world: ScheduleWorld, me: Send, project: str, method: str) -> None:
    created = create_schedule(me, project)
    other = world.person("other@shop.example")
    own = create_project(other, "own")
    body = {"json": {"paused": True}} if method == "PATCH" else {}
    answers = [
        other(method, path, **body)
        for path in (
            path_of(created),
            f"/projects/{own}/schedules/{created['id']}",  # below a project of one's own
            f"/projects/{own}/schedules/{uuid.uuid4()}",
            f"/projects/{uuid.uuid4()}/schedules/{created['id']}",
        )
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert answers[1].json()["detail"] == answers[2].json()["detail"]
    assert me("GET", path_of(created)).json() == created
    assert other("GET", f"/projects/{project}/schedules").status_code == 404
    made = other("POST", f"/projects/{project}/schedules", json={"action": "crawl", "cron": "@daily"})
    assert made.status_code == 404
    assert len(world.rows()) == 1


def test_a_deleted_project_takes_its_schedules_along(world: ScheduleWorld, me: Send, project: str) -> None:
    create_schedule(me, project)
    assert me("DELETE", f"/projects/{project}").status_code == 204
    assert world.rows() == []


def test_a_project_has_twenty_schedules_at_most_however_quickly_they_are_made(
    world: ScheduleWorld, me: Send, project: str
) -> None:
    def make(_: int) -> Any:
        return me("POST", f"/projects/{project}/schedules", json={"action": "crawl", "cron": "@daily"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(make, range(MOST_PER_PROJECT + 5)))
    assert sorted(answer.status_code for answer in answers) == [201] * MOST_PER_PROJECT + [409] * 5
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.headers["content-type"] == "application/problem+json"
    assert "delete one first" in refused.json()["detail"]
    items = me("GET", f"/projects/{project}/schedules").json()["items"]
    assert len(items) == MOST_PER_PROJECT
    assert me("DELETE", path_of(items[0])).status_code == 204
    assert make(0).status_code == 201
    assert len(world.rows()) == MOST_PER_PROJECT


# --- whether it runs at present


def test_active_says_whether_a_process_runs_schedules(world: ScheduleWorld, me: Send, project: str) -> None:
    path = path_of(create_schedule(me, project))
    stop = world.bell.listen(SCHEDULES_CHANGED, heard)
    read = me("GET", path).json()
    assert (read["active"], read["inactiveReason"]) == (True, None)
    stop()
    read = me("GET", path).json()
    assert (read["active"], read["inactiveReason"]) == (False, NOBODY)


def test_without_redis_everything_works_and_says_that_it_is_not_known(
    world: ScheduleWorld, me: Send, project: str
) -> None:
    assert isinstance(world.bell, MemoryBell)
    world.bell.go_away()
    created = create_schedule(me, project)
    assert not created["active"]
    assert created["inactiveReason"].startswith("it is not known whether a process runs schedules now: ")
    assert me("PATCH", path_of(created), json={"action": "crawl"}).status_code == 200
    assert me("GET", f"/projects/{project}/schedules").status_code == 200
    assert me("DELETE", path_of(created)).status_code == 204


def test_processes_are_woken_by_what_may_run(world: ScheduleWorld, me: Send, project: str) -> None:
    assert isinstance(world.bell, MemoryBell)
    rung = world.bell.rung
    path = path_of(create_schedule(me, project))
    assert rung == [SCHEDULES_CHANGED]
    me("PATCH", path, json={"cron": "@hourly"})
    assert len(rung) == 2
    me("GET", path)
    me("PATCH", path, json={"paused": True})
    me("DELETE", path)
    create_schedule(me, project, paused=True)
    me("POST", f"/projects/{project}/schedules", json={"action": "crawl", "cron": "never"})
    assert len(rung) == 2


# --- hostile input

FINE = {"action": "crawl", "cron": "@daily"}
HOSTILE: list[dict[str, Any]] = [
    {}, {"action": "crawl"}, {"cron": "@daily"}, {**FINE, "intervalSeconds": 60}, {**FINE, "action": "delete"},
    {**FINE, "action": None}, {**FINE, "cron": None}, {**FINE, "cron": ""}, {**FINE, "cron": "  "}, {**FINE, "cron": 5},
    {**FINE, "cron": "* * * * * *"}, {**FINE, "cron": "0 0 31 2 *"}, {**FINE, "cron": "* * * * *\0"},
    {**FINE, "cron": "1," * 4000 + "1 * * * *"}, {**FINE, "cron": "9" * 5000}, {**FINE, "cron": ["@daily"]},
    {**FINE, "timezone": "Moon/Sea"}, {**FINE, "timezone": ""}, {**FINE, "timezone": None}, {**FINE, "timezone": "\0"},
    {**FINE, "timezone": "../../etc/passwd"}, {**FINE, "timezone": "x" * 65}, {**FINE, "timezone": "Europe"},
    {**FINE, "paused": None}, {**FINE, "paused": "yes"}, {**FINE, "paused": 1},
    {**FINE, "nextRunAt": "2026-01-01T00:00Z"}, {**FINE, "projectId": "x"}, {**FINE, "id": "x"},
    {**FINE, "active": True},
    *({"action": "crawl", "intervalSeconds": seconds}
      for seconds in (59, 0, -60, 10**30, 31_622_401, 60.5, "60", True, None, [60], {"a": 1})),
    {"action": "crawl", "intervalSeconds": 60, "timezone": "Moon/Sea"},
    {"action": "crawl", "intervalSeconds": 60, "cron": None},
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE, ids=lambda body: ascii(body)[:48])
def test_hostile_bodies_are_refused(world: ScheduleWorld, me: Send, project: str, body: dict[str, Any]) -> None:
    created = create_schedule(me, project)
    response = me("POST", f"/projects/{project}/schedules", json=body)
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert len(response.text) < 3000
    if not body.items() <= {**FINE}.items():  # which are changes that one may make
        assert me("PATCH", path_of(created), json=body).status_code == 422
    assert me("GET", f"/projects/{project}/schedules").json() == {"items": [created]}
    assert len(world.rows()) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'"x"', b'{"action": "crawl", "cron": "\\ud800"}'])
def test_bodies_that_are_no_objects_are_refused(me: Send, project: str, body: bytes) -> None:
    assert me("POST", f"/projects/{project}/schedules", content=body).status_code == 422


@pytest.mark.parametrize("part", ["%00", "%ff", "x" * 5000, "..%2f..", "%F0%9F%98%80", "'%20OR%201=1", "*"])
def test_hostile_ids_are_not_found(me: Send, project: str, part: str) -> None:
    create_schedule(me, project)
    for method, body in (("GET", {}), ("PATCH", {"json": {"paused": True}}), ("DELETE", {})):
        assert me(method, f"/projects/{project}/schedules/{part}", **body).status_code == 404
    assert len(me("GET", f"/projects/{project}/schedules").json()["items"]) == 1
