"""Runs survive their workers: stopped, killed, or beside another."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.integration.features.crawling.crawl_world import World
from tests.integration.features.crawling.static_site import StaticSite, html

from engineo.features.crawling.contracts import CrawlFinished, CrawlSummary
from engineo.features.crawling.models import CrawlPageRow, CrawlRunRow
from engineo.features.crawling.service.crawl import MAX_RESTARTS
from engineo.kernel.errors import JobPostponedError

PATIENCE_SECONDS = 30.0
WORKER = """
import sys
sys.path.insert(0, {root!r})
from tests.integration.features.crawling.crawl_world import World
World({url!r}, [{endpoint!r}], create=False).crawler.crawl({run!r})
"""


def wait_until(met: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(PATIENCE_SECONDS / 0.02)):
        if met():
            return
        pause.wait(0.02)
    raise AssertionError(f"not within {PATIENCE_SECONDS} s")


def fill(site: StaticSite, count: int = 30) -> list[str]:
    paths = [f"/p/{n:02}" for n in range(count)]
    site.pages = {"/": html("Home", *paths), **{path: html(f"Page {path}", "/") for path in paths}}
    return paths


def start_worker(world: World, site: StaticSite, run: CrawlSummary) -> "subprocess.Popen[bytes]":
    root = str(Path(__file__).parents[4])
    code = WORKER.format(root=root, url=world.url, endpoint=site.endpoint, run=run.id)
    return subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "ENGINEO_ENV": "test"})


def expire_lease(world: World, run: CrawlSummary) -> None:
    """What half a minute without its worker does."""
    past = world.clock.now() - timedelta(seconds=1)
    with world.database.session() as session, session.begin():
        session.execute(sa.update(CrawlRunRow).where(CrawlRunRow.id == run.id).values(lease_expires_at=past))


def test_a_run_that_is_killed_twice_ends_with_every_page_fetched_once(any_world: World, site: StaticSite) -> None:
    world = any_world
    paths = fill(site)
    run = world.request(world.project(site.origin))
    saved: set[str] = set()
    for held in (paths[10:], paths[20:]):
        site.hold(*held)
        worker = start_worker(world, site, run)
        expected = 1 + len(paths) - len(held)
        wait_until(lambda expected=expected: world.count(run.id, "done") == expected)  # type: ignore[misc]
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
        assert world.summary(run).status == "running"
        saved = {path for path, page in world.pages(run).items() if page.outcome == "html"}
        assert len(saved) == expected
        expire_lease(world, run)
    before = site.counts
    site.release()
    ended = world.crawler.crawl(run.id)

    assert (ended.status, ended.stop_reason, ended.pages_fetched) == ("finished", "complete", 31)
    pages = world.pages(run)
    assert {path for path, page in pages.items() if page.outcome == "html"} == {"/", *paths}
    assert all(page.facts is not None for page in pages.values())
    assert {path: site.counts[path] - before[path] for path in saved} == dict.fromkeys(saved, 0)
    with world.database.session(read_only=True) as session:
        rows = session.scalars(sa.select(CrawlPageRow.url_key).where(CrawlPageRow.run_id == run.id)).all()
    assert len(rows) == len(set(rows)) == 31
    assert world.kinds().count(CrawlFinished.kind) == 1


def test_a_stopped_run_is_handed_back_and_goes_on(world: World, site: StaticSite) -> None:
    paths = fill(site)
    run = world.request(world.project(site.origin))
    site.hold(*paths[12:])
    with pytest.raises(JobPostponedError) as stopped:
        # all four tasks wait for held pages: the others are done
        world.crawler.crawl(run.id, should_stop=lambda: sum(site.counts[path] for path in paths[12:]) == 4)
    assert stopped.value.delay == timedelta(0)
    row = world.row(run)
    assert (row.status, row.lease_owner, row.restarts) == ("running", None, 0)
    saved = {path for path, page in world.pages(run).items() if page.outcome == "html"}
    assert saved == {"/", *paths[:12]}, "everything that was answered is saved"
    elapsed = row.elapsed_seconds

    before = site.counts
    site.release()
    ended = world.crawler.crawl(run.id)
    assert (ended.status, ended.pages_fetched) == ("finished", 31)
    assert all(site.counts[path] == before[path] for path in saved)
    assert site.counts["/robots.txt"] == 1, "a resumed run obeys the robots.txt that it has read"
    assert world.row(run).elapsed_seconds > elapsed > 0


def test_a_stop_during_the_survey_keeps_the_home_page(world: World, site: StaticSite) -> None:
    fill(site, 3)
    run = world.request(world.project(site.origin))
    site.hold("/llms.txt")
    with pytest.raises(JobPostponedError):
        world.crawler.crawl(run.id, should_stop=lambda: "/llms.txt" in site.requests)
    site.release()
    assert world.crawler.crawl(run.id).pages_fetched == 4
    assert site.counts["/"] == 1


def test_two_workers_on_one_run_are_one(any_world: World, site: StaticSite) -> None:
    world = any_world
    paths = fill(site)
    run = world.request(world.project(site.origin))
    site.hold(*paths)
    first = threading.Thread(target=world.crawler.crawl, args=(run.id,))
    first.start()
    wait_until(lambda: world.count(run.id, "pending") > 0)
    with pytest.raises(JobPostponedError) as refused:
        world.crawler.crawl(run.id)
    assert timedelta(0) < refused.value.delay <= timedelta(seconds=30)
    site.release()
    first.join(PATIENCE_SECONDS)
    assert world.summary(run).status == "finished"
    assert max(site.counts.values()) == 1


def test_a_worker_whose_lease_was_taken_writes_nothing_more(world: World, site: StaticSite) -> None:
    paths = fill(site)
    run = world.request(world.project(site.origin))
    site.hold(*paths)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            world.crawler.crawl(run.id)
        except JobPostponedError as error:
            errors.append(error)

    first = threading.Thread(target=work)
    first.start()
    wait_until(lambda: world.count(run.id, "pending") > 0)
    with world.database.session() as session, session.begin():
        session.execute(sa.update(CrawlRunRow).where(CrawlRunRow.id == run.id).values(lease_owner="somebody-else"))
    site.release()
    first.join(PATIENCE_SECONDS)
    assert len(errors) == 1, "its job comes back, should the other worker die"
    assert world.row(run).lease_owner == "somebody-else"
    assert world.count(run.id, "done") == 1
    assert world.summary(run).status == "running"


@pytest.mark.parametrize("ending", ["cancelled", "deleted"])
def test_a_run_that_ends_from_outside_stops_its_worker(any_world: World, site: StaticSite, ending: str) -> None:
    world = any_world
    paths = fill(site)
    project = world.project(site.origin)
    run = world.request(project)
    site.hold(*paths)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            world.crawler.crawl(run.id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            errors.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    wait_until(lambda: world.count(run.id, "pending") > 0)
    if ending == "cancelled":
        world.runs.cancel_owned(project, world.owner(project), run.id)
    else:
        world.projects.delete(world.owner(project), project)
    worker.join(PATIENCE_SECONDS)
    assert not worker.is_alive()
    if ending == "cancelled":
        assert errors == []
        assert world.summary(run).status == "cancelled"
        assert world.request(project).id != run.id, "the project may be crawled again"
    else:
        assert [type(error).__name__ for error in errors] == ["CrawlNotFoundError"]


def test_a_run_that_never_gets_anywhere_fails(world: World, site: StaticSite) -> None:
    run = world.request(world.project(site.origin))
    with world.database.session() as session, session.begin():
        session.execute(sa.update(CrawlRunRow).where(CrawlRunRow.id == run.id).values(restarts=MAX_RESTARTS))
    ended = world.crawler.crawl(run.id)
    assert (ended.status, ended.stop_reason) == ("failed", "failed")
    assert str(MAX_RESTARTS) in (ended.error or "")
    assert site.requests == []
