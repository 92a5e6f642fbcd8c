"""Requesting runs: one active run per project, whoever asks and however often."""

import threading
from datetime import timedelta

import pytest
from tests.integration.features.crawling.crawl_world import World
from tests.integration.features.crawling.static_site import StaticSite, html

from engineo.features.crawling.actors import CrawlActor
from engineo.features.crawling.contracts import CrawlFinished
from engineo.features.crawling.errors import CrawlEndedError, CrawlNotFoundError, SiteNotReadError
from engineo.features.crawling.jobs import CrawlSite
from engineo.features.crawling.service.runs import ABANDONED_AFTER, Requested
from engineo.kernel.errors import NotFoundError, UnavailableError


class Context:
    """A job's view of itself."""

    job_id = "job"
    attempt = 1
    postponed = 0

    def should_stop(self) -> bool:
        return False

    def progress(self, value: object) -> None:
        """Nobody looks."""

    def log(self, line: str) -> None:
        """Nobody reads."""


def actor(world: World) -> CrawlActor:
    return CrawlActor(world.crawler, world.runs)


def test_twenty_requests_at_once_are_one_run(any_world: World, site: StaticSite) -> None:
    world = any_world
    project = world.project(site.origin)
    owner = world.owner(project)
    together = threading.Barrier(20)
    answers: list[Requested] = []

    def ask() -> None:
        together.wait(10)
        answers.append(world.runs.request_owned(project, owner))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 20
    assert len({answer.run.id for answer in answers}) == 1
    assert sum(not answer.deduplicated for answer in answers) == 1
    assert [(message.kind, message.job_id) for message in world.sent] == [("crawling.crawl", answers[0].run.id)]


def test_a_request_for_a_project_that_does_not_exist_is_an_error(any_world: World) -> None:
    with pytest.raises(NotFoundError), any_world.uow() as work:
        any_world.runs.request(work, "5b0f7f0e-6a5e-4f0c-9f4e-0d1b7b6a1c22", "https://x.example", "manual")


def test_a_rolled_back_request_leaves_nothing(world: World, site: StaticSite) -> None:
    project = world.project(site.origin)

    def ask_and_fail() -> None:
        with world.uow() as work:
            world.runs.request(work, project, site.origin, "manual")
            raise UnavailableError

    with pytest.raises(UnavailableError):
        ask_and_fail()
    assert world.sent == []
    assert world.runs.list_owned(project, world.owner(project), 10) == []


def test_a_run_that_nobody_ever_worked_on_gives_way(world: World, site: StaticSite) -> None:
    project = world.project(site.origin)
    first = world.request(project)
    with world.uow() as work:
        row = world.runs._get(work, first.id)
        row.requested_at = world.clock.now() - ABANDONED_AFTER - timedelta(minutes=1)
    second = world.request(project)
    assert second.id != first.id
    assert world.summary(first).status == "failed"


def test_runs_are_listed_newest_first_and_to_their_owner_only(world: World, site: StaticSite) -> None:
    site.pages = {"/": html("Home")}
    first = world.crawl(site.origin)
    second = world.again(first)
    owner = world.owner(first.project_id)
    stranger = world.owner(world.project("https://stranger.example"))
    assert [run.id for run in world.runs.list_owned(first.project_id, owner, 10)] == [second.id, first.id]
    assert [run.id for run in world.runs.list_owned(first.project_id, owner, 1)] == [second.id]
    for refused in (
        lambda: world.runs.list_owned(first.project_id, stranger, 10),
        lambda: world.runs.get_owned(first.project_id, stranger, first.id),
        lambda: world.runs.list_pages_owned(first.project_id, stranger, first.id, limit=1, after=None, outcome=None),
        lambda: world.runs.cancel_owned(first.project_id, stranger, first.id),
        lambda: world.runs.request_owned(first.project_id, stranger),
    ):
        with pytest.raises(NotFoundError):
            refused()


def test_a_run_of_another_project_is_not_found(world: World, site: StaticSite) -> None:
    site.pages = {"/": html("Home")}
    run = world.crawl(site.origin)
    other = world.project("https://other.example")
    for run_id in (run.id, "nonsense", "\x00", "5b0f7f0e-6a5e-4f0c-9f4e-0d1b7b6a1c22"):
        with pytest.raises(CrawlNotFoundError):
            world.runs.get_owned(other, world.owner(other), run_id)


def test_cancelling(world: World, site: StaticSite) -> None:
    project = world.project(site.origin)
    owner = world.owner(project)
    run = world.request(project)
    assert world.runs.cancel_owned(project, owner, run.id).status == "cancelled"
    with pytest.raises(CrawlEndedError):
        world.runs.cancel_owned(project, owner, run.id)
    assert world.kinds() == ["crawling.crawl", CrawlFinished.kind]
    assert world.crawler.crawl(run.id).status == "cancelled"
    assert site.requests == []
    with world.uow(read_only=True) as work, pytest.raises(SiteNotReadError):
        world.runs.site(work, run.id)


def test_the_actor_works_the_run_and_does_nothing_the_second_time(world: World, site: StaticSite) -> None:
    site.pages = {"/": html("Home")}
    run = world.request(world.project(site.origin))
    job = CrawlSite.parse(world.sent[0].payload)
    actor(world).perform(job, Context())
    assert world.summary(run).status == "finished"
    asked = len(site.requests)
    actor(world).perform(job, Context())
    assert len(site.requests) == asked


def test_the_actor_does_nothing_for_a_project_that_is_gone(world: World, site: StaticSite) -> None:
    project = world.project(site.origin)
    run = world.request(project)
    world.projects.delete(world.owner(project), project)
    actor(world).perform(CrawlSite(run_id=run.id, project_id=project), Context())
    assert site.requests == []


def test_a_job_that_gave_up_fails_its_run_once(world: World, site: StaticSite) -> None:
    project = world.project(site.origin)
    run = world.request(project)
    job = CrawlSite(run_id=run.id, project_id=project)
    actor(world).gave_up(job, Context(), UnavailableError("the database was away"))
    actor(world).gave_up(job, Context(), ValueError("something else"))
    failed = world.summary(run)
    assert (failed.status, failed.error) == ("failed", "the database was away")
    assert world.kinds().count(CrawlFinished.kind) == 1
    assert world.request(project).id != run.id
