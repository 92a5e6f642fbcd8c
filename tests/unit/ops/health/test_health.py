"""Is this process well: what is said, how quickly, and where."""

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from tests.services import free_port

from engineo.infra.broker import JobQueue
from engineo.infra.database import Database, parse_url
from engineo.infra.redis import RedisSettings
from engineo.kernel.errors import BootError
from engineo.kernel.flags import ProcessFlags
from engineo.kernel.ports import HealthCheck, HealthReport
from engineo.kernel.process import ProcessInfo, Role
from engineo.ops.health.checks import Remembered, database_check, redis_check
from engineo.ops.health.port import HealthPort
from engineo.ops.health.service import HealthService
from engineo.ops.health.settings import HealthSettings

ALL_OFF = ProcessFlags(cron=False, queue_processors=False, queue_events=False, queue_schedulers=False)
PROCESSORS = ProcessFlags(cron=False, queue_processors=True, queue_events=False, queue_schedulers=False)


class Checks:
    def __init__(self, *checks: HealthCheck) -> None:
        self._checks = checks

    def all(self) -> Sequence[HealthCheck]:
        return self._checks


def process(role: Role = "worker", flags: ProcessFlags = PROCESSORS) -> ProcessInfo:
    return ProcessInfo(role, "test", flags)


def fixed(name: str, status: str, **details: Any) -> Remembered:
    return Remembered(name, lambda: HealthReport(status, details))


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def queue_at(closing: ExitStack, url: str) -> JobQueue:
    jobs = JobQueue.on_redis(url, RedisSettings())
    closing.callback(jobs.close)
    return jobs


# --- the report


@pytest.mark.parametrize(
    ("statuses", "whole"),
    [
        ([], "ok"),
        (["ok", "ok"], "ok"),
        (["ok", "unused"], "ok"),
        (["ok", "down"], "degraded"),
        (["degraded", "ok"], "degraded"),
        (["anything else"], "degraded"),
    ],
)
def test_the_whole_is_well_when_every_part_is(statuses: list[str], whole: str) -> None:
    checks = [fixed(f"part{number}", status) for number, status in enumerate(statuses)]
    assert HealthService(Checks(*checks), process()).report()["status"] == whole


def test_the_report_shows_parts_flags_and_role() -> None:
    report = HealthService(Checks(fixed("redis", "down", reason="away")), process("api")).report()
    assert report["redis"] == {"status": "down", "reason": "away"}
    assert report["flags"] == {
        "ENABLE_CRON": False, "ENABLE_QUEUE_PROCESSORS": True,
        "ENABLE_QUEUE_EVENTS": False, "ENABLE_QUEUE_SCHEDULERS": False,
    }  # fmt: skip
    assert (report["role"], report["environment"]) == ("api", "test")


# --- checks


def test_an_answer_is_remembered_for_a_while() -> None:
    asked: list[int] = []

    def ask() -> HealthReport:
        asked.append(1)
        return HealthReport("ok", {"count": len(asked)})

    long, short = Remembered("a", ask), Remembered("b", ask, keep=timedelta(0))
    assert [long.check().details["count"] for _ in range(3)] == [1, 1, 1]
    assert short.check().details["count"] == 2
    threading.Event().wait(0.001)
    assert short.check().details["count"] == 3


def test_a_check_that_hangs_is_down_within_a_second_and_asked_once() -> None:
    release, asked = threading.Event(), threading.Semaphore(0)

    def ask() -> HealthReport:
        asked.release()
        release.wait(20)
        return HealthReport("ok", {})

    check = Remembered("slow", ask, patience=timedelta(milliseconds=50))
    started = time.monotonic()
    reports = [check.check() for _ in range(5)]
    assert time.monotonic() - started < 1
    assert {(report.status, report.details["reason"]) for report in reports} == {("down", "no answer within 0.05 s")}
    assert asked.acquire(timeout=1)
    assert not asked.acquire(blocking=False)
    release.set()
    assert check._running is not None
    check._running.join(5)
    assert check.check().status == "ok"


def test_redis_and_database_that_answer(closing: ExitStack, redis_url: str, tmp_path: Path) -> None:
    database = Database(parse_url(f"sqlite:///{tmp_path / 'x.db'}"))
    closing.callback(database.close)
    for check in (redis_check(queue_at(closing, redis_url), process()), database_check(database)):
        report = check.check()
        assert report.status == "ok"
        assert 0 <= report.details["latencyMs"] < 1000


def test_what_is_away_is_down_and_no_password_is_told(closing: ExitStack) -> None:
    database = Database(parse_url("postgresql://u:hunter2@127.0.0.1:1/db"))
    closing.callback(database.close)
    jobs = queue_at(closing, "redis://:hunter2@127.0.0.1:1")
    for check in (redis_check(jobs, process()), database_check(database)):
        report = check.check()
        assert report.status == "down"
        assert "hunter2" not in str(report)


def test_a_redis_that_accepts_and_never_answers(closing: ExitStack) -> None:
    silent = closing.enter_context(socket.create_server(("127.0.0.1", 0)))
    settings = RedisSettings(redis_command_timeout_ms=2000, redis_max_retries_per_request=0)
    jobs = JobQueue.on_redis(f"redis://127.0.0.1:{silent.getsockname()[1]}", settings)
    check = redis_check(jobs, process())
    started = time.monotonic()
    assert check.check().status == "down"
    assert time.monotonic() - started < 1.8
    assert check._running is not None
    check._running.join(10)
    jobs.close()


@pytest.mark.parametrize(
    ("role", "flags", "status"),
    [("worker", ALL_OFF, "unused"), ("worker", PROCESSORS, "down"), ("api", ALL_OFF, "down")],
)
def test_a_worker_with_all_parts_off_does_not_touch_redis(
    closing: ExitStack, role: Role, flags: ProcessFlags, status: str
) -> None:
    jobs = queue_at(closing, "redis://127.0.0.1:1")
    assert redis_check(jobs, process(role, flags)).check().status == status


# --- the port


def ask(port: int, path: str, method: str = "GET") -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def port_part(port: int | None, role: Role = "worker") -> HealthPort:
    settings = HealthSettings(health_port=port, health_host="127.0.0.1")
    return HealthPort(HealthService(Checks(fixed("redis", "ok")), process(role)), settings, process(role))


def test_a_worker_answers_on_its_port(closing: ExitStack) -> None:
    port = free_port()
    part = port_part(port)
    closing.callback(part.stop, 1.0)
    part.start()
    part.start()
    for path in ("/health", "/health?verbose=1"):
        status, body = ask(port, path)
        assert (status, json.loads(body)["status"]) == (200, "ok")
    assert ask(port, "/")[0] == ask(port, "/health/../etc")[0] == 404
    assert ask(port, "/health", "POST")[0] == 501
    part.stop(1.0)
    part.stop(1.0)
    with pytest.raises(ConnectionRefusedError):
        ask(port, "/health")


def test_a_port_that_is_taken_is_one_clear_message(closing: ExitStack) -> None:
    taken = closing.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
    part = port_part(taken)
    with pytest.raises(BootError, match=rf"^HEALTH_PORT {taken} cannot be opened: "):
        part.start()
    part.stop(1.0)


@pytest.mark.parametrize(("role", "port"), [("api", True), ("cli", True), ("worker", False)])
def test_no_port_where_none_is_wanted(role: Role, port: bool) -> None:
    number = free_port()
    part = port_part(number if port else None, role)
    part.start()
    with pytest.raises(ConnectionRefusedError):
        ask(number, "/health")
    part.stop(1.0)
