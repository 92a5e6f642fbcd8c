"""Ten thousand jobs, one in a hundred failing; three processes, one of them killed: every count is exact."""

import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.integration.infra.many_jobs import Many
from tests.integration.infra.recording import Eventually

from engineo.infra.broker.store import State
from engineo.kernel.jobs import JobMessage

NUMBER = 10_000


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """No job of these has a row."""
    return sqlite_url


def test_ten_thousand_jobs_end_once_each(world: Any, eventually: Eventually) -> None:
    store = world.jobs.store
    messages = [JobMessage.of(Many(number=number)) for number in range(NUMBER)]
    for start in range(0, NUMBER, 1000):
        added = world.jobs.enqueue(*messages[start : start + 1000])
        assert all(each.added for each in added)
    assert store.counts(Many.queue)[State.WAITING] == NUMBER

    url = world.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.integration.infra.many_jobs", url, world.redis_url, world.prefix]
    with ExitStack() as closing:

        def start_worker() -> "subprocess.Popen[bytes]":
            worker = closing.enter_context(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL))
            closing.callback(worker.kill)
            return worker

        workers = [start_worker() for _ in range(3)]
        eventually(lambda: store.counts(Many.queue)[State.COMPLETED] > NUMBER / 10, within=60)
        workers[0].kill()
        start_worker()
        eventually(lambda: store.unfinished(Many.queue) == 0, within=90)

    counts = {state: number for state, number in store.counts(Many.queue).items() if number}
    assert counts == {State.COMPLETED: NUMBER * 99 // 100, State.FAILED: NUMBER // 100}
    failing = {message.job_id for message in messages[::100]}
    assert set(world.ids(State.FAILED)) == failing
    ends = Counter((event.name, event.job_id) for event in world.events("completed", "failed"))
    assert ends == Counter(
        ("failed" if message.job_id in failing else "completed", message.job_id) for message in messages
    )
    assert all("is one in a hundred" in about["error"] for about in world.dead())
