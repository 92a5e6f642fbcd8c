"""`engineo inspect` and `engineo crawl`, and the module that they stand in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.integration.features.crawling.crawl_world import World
from tests.integration.features.crawling.static_site import Answer, StaticSite, html, moved
from typer.testing import CliRunner

from engineo.features.crawling.contracts import Crawler, CrawlReader
from engineo.features.crawling.errors import CannotInspectError
from engineo.features.crawling.module import CrawlingModule
from engineo.features.crawling.settings import CrawlSettings
from engineo.features.projects.contracts import LocalProjects, ProjectReader
from engineo.infra.database import Base
from engineo.kernel.errors import NotFoundError
from engineo.kernel.fetching import FetcherFactory
from engineo.kernel.module import ModuleSet, connect
from engineo.kernel.ports import Clock, Runtime, UnitOfWork


class Opened:
    """The port `Runtime` over a database that is open already; counts how often it was asked for."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.times = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        self.times += 1
        yield

    def migrate(self, revision: str) -> None:
        assert revision == "head"
        Base.metadata.create_all(self._world.database.engine)


@pytest.fixture
def runtime(world: World) -> Opened:
    return Opened(world)


@pytest.fixture
def modules(world: World, runtime: Opened) -> ModuleSet:
    given: dict[type, object] = {
        UnitOfWork: world.uow,
        Clock: world.clock,
        FetcherFactory: world.fetchers,
        ProjectReader: world.projects,
        LocalProjects: world.projects,
        CrawlSettings: world.settings,
        Runtime: runtime,
    }
    return connect({"crawling": CrawlingModule}, given)


@pytest.fixture
def app(modules: ModuleSet) -> typer.Typer:
    (commands,) = modules.collect("commands")
    assert isinstance(commands, typer.Typer)
    return commands


def run(app: typer.Typer, *arguments: str) -> Any:
    result = CliRunner().invoke(app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_module_builds_everything_it_lists(modules: ModuleSet) -> None:
    assert isinstance(modules.exported(CrawlReader), CrawlReader)
    assert isinstance(modules.exported(Crawler), Crawler)
    assert [actor.name for actor in modules.collect("actors")] == ["crawling.crawl", "crawling.delete_old_facts"]
    assert len(modules.collect("routers")) == 1


def test_help_opens_nothing(app: typer.Typer, runtime: Opened) -> None:
    assert run(app, "crawl", "--help").exit_code == 0
    assert run(app, "inspect", "--help").exit_code == 0
    assert runtime.times == 0


def test_inspect_a_url(app: typer.Typer, site: StaticSite, runtime: Opened) -> None:
    site.pages = {"/old": moved("/a"), "/a": html("A page", "/b")}
    result = run(app, "inspect", f"{site.origin}/old", "--json")
    shown = json.loads(result.stdout)
    assert (shown["status"], shown["finalUrl"], shown["facts"]["title"]) == (200, f"{site.origin}/a", "A page")
    assert [hop["status"] for hop in shown["redirects"]] == [301]
    assert shown["ttfbMs"] > 0
    table = run(app, "inspect", f"{site.origin}/a").stdout
    assert "A page" in table
    assert runtime.times == 0, "neither database nor queue"


def test_inspect_a_file(app: typer.Typer, tmp_path: Path, site: StaticSite) -> None:
    file = tmp_path / "page.html"
    file.write_text("<title>From disk</title><a href=/b>b</a>")
    shown = json.loads(run(app, "inspect", str(file), "--json", "--base", "https://shop.example/").stdout)
    assert (shown["status"], shown["facts"]["title"]) == (None, "From disk")
    assert site.requests == []


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/missing", "404"), ("/file.pdf", "not an HTML page"), ("/loop", "never end"), ("/off", "another site")],
)
def test_what_cannot_be_inspected_says_why(app: typer.Typer, site: StaticSite, path: str, reason: str) -> None:
    site.pages = {
        "/file.pdf": Answer("%PDF", headers={"Content-Type": "application/pdf"}),
        "/loop": moved("/loop"),
        "/off": moved("https://elsewhere.example/"),
    }
    with pytest.raises(CannotInspectError, match=reason):
        run(app, "inspect", f"{site.origin}{path}")


@pytest.mark.parametrize("target", ["no-such-file", "", "http://", "\x00", "file:///etc/passwd", "a b"])
def test_what_is_neither_a_file_nor_a_url(app: typer.Typer, target: str) -> None:
    with pytest.raises(CannotInspectError):
        run(app, "inspect", target)


def test_a_private_address_is_not_inspected(app: typer.Typer) -> None:
    with pytest.raises(CannotInspectError, match="CRAWL_ALLOW_PRIVATE_HOSTS"):
        run(app, "inspect", "http://169.254.169.254/latest/")


def test_crawl_a_url_here_and_now(app: typer.Typer, world: World, site: StaticSite) -> None:
    site.pages = {"/": html("Home", "/a"), "/a": html("A")}
    shown = json.loads(run(app, "crawl", site.origin, "--wait", "--json").stdout.splitlines()[-1])
    assert (shown["status"], shown["pagesFetched"], shown["origin"]) == ("finished", 2, site.origin)
    again = run(app, "crawl", shown["projectId"], "--wait").stdout
    assert "finished" in again
    assert world.kinds().count("crawling.crawl") == 2


def test_crawl_without_waiting_leaves_it_to_a_worker(app: typer.Typer, world: World, site: StaticSite) -> None:
    result = run(app, "crawl", site.origin)
    assert "queued" in result.stdout
    assert world.kinds() == ["crawling.crawl"]
    assert site.requests == []


def test_crawl_a_project_that_does_not_exist(app: typer.Typer) -> None:
    with pytest.raises(NotFoundError):
        run(app, "crawl", "5b0f7f0e-6a5e-4f0c-9f4e-0d1b7b6a1c22")
