"""The HTTP edge of crawling."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.integration.features.crawling.crawl_world import World
from tests.integration.features.crawling.static_site import StaticSite, html, moved

from engineo.features.crawling.routes import build_router
from engineo.infra.web import create_app
from engineo.kernel.ports import Principal

UNKNOWN = "5b0f7f0e-6a5e-4f0c-9f4e-0d1b7b6a1c22"


class Owners:
    """The port `Authenticator`: the token is the user's id."""

    def authenticate(self, token: str) -> Principal | None:
        return Principal(token, "key") if token else None


class Api:
    def __init__(self, world: World, project: str) -> None:
        self.client = TestClient(create_app([build_router(world.runs)], Owners()), raise_server_exceptions=False)
        self.headers = {"Authorization": f"Bearer {world.owner(project)}"}
        self.root = f"/projects/{project}"

    def call(self, method: str, path: str, **params: Any) -> tuple[int, Any]:
        answer = self.client.request(method, f"{self.root}{path}", headers=self.headers, params=params)
        return answer.status_code, answer.json()


@pytest.fixture
def project(any_world: World, site: StaticSite) -> str:
    return any_world.project(site.origin)


@pytest.fixture
def api(any_world: World, project: str) -> Api:
    return Api(any_world, project)


def test_from_the_request_to_the_pages(api: Api, any_world: World, project: str, site: StaticSite) -> None:
    site.pages = {"/": html("Home", "/a", "/old", "/gone"), "/a": html("A"), "/old": moved("/a")}
    status, accepted = api.call("POST", "/crawl")
    crawl = accepted["crawlId"]
    assert (status, accepted) == (
        202,
        {"projectId": project, "crawlId": crawl, "status": "queued", "enqueued": True, "deduplicated": False},
    )
    assert api.call("POST", "/crawl") == (202, {**accepted, "deduplicated": True})
    assert api.call("GET", f"/crawls/{crawl}")[1]["site"] is None

    any_world.crawler.crawl(crawl)
    status, detail = api.call("GET", f"/crawls/{crawl}")
    assert status == 200
    assert (detail["status"], detail["stopReason"], detail["pagesFetched"], detail["pagesKnown"]) == (
        "finished", "complete", 4, 4,
    )  # fmt: skip
    assert detail["seconds"] > 0
    assert (detail["site"]["origin"], detail["site"]["robotsStatus"]) == (site.origin, 404)
    listed = api.call("GET", "/crawls")[1]["items"]
    assert [run["id"] for run in listed] == [crawl]

    _, pages = api.call("GET", f"/crawls/{crawl}/pages")
    assert pages["nextCursor"] is None
    rows = {row["url"].removeprefix(site.origin): row for row in pages["items"]}
    assert (rows["/a"]["outcome"], rows["/a"]["status"], rows["/a"]["title"]) == ("html", 200, "A")
    assert rows["/a"]["words"] is not None
    assert rows["/old"]["redirects"] == [{"url": f"{site.origin}/old", "status": 301, "target": f"{site.origin}/a"}]
    assert (rows["/gone"]["outcome"], rows["/gone"]["title"]) == ("http_error", None)


def test_pages_come_in_pages(api: Api, any_world: World, project: str, site: StaticSite) -> None:
    site.pages = {"/": html("Home", *(f"/{n}" for n in range(7)))} | {f"/{n}": html("P") for n in range(5)}
    run = any_world.crawler.crawl(any_world.request(project).id)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for size in (3, 3, 2):
        _, part = api.call("GET", f"/crawls/{run.id}/pages", limit=3, **cursor)
        assert len(part["items"]) == size
        seen += [row["urlKey"] for row in part["items"]]
        cursor = {"cursor": part["nextCursor"]}
    assert cursor == {"cursor": None}
    assert seen == sorted(seen)
    assert len(set(seen)) == 8
    _, failed = api.call("GET", f"/crawls/{run.id}/pages", outcome="http_error")
    assert [row["url"].removeprefix(site.origin) for row in failed["items"]] == ["/5", "/6"]


def test_cancel(api: Api) -> None:
    crawl = api.call("POST", "/crawl")[1]["crawlId"]
    status, cancelled = api.call("POST", f"/crawls/{crawl}/cancel")
    assert (status, cancelled["status"]) == (200, "cancelled")
    assert api.call("POST", f"/crawls/{crawl}/cancel")[0] == 409


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/crawls/{UNKNOWN}"),
        ("GET", f"/crawls/{UNKNOWN}/pages"),
        ("POST", f"/crawls/{UNKNOWN}/cancel"),
        ("GET", "/crawls/not-an-id"),
        ("GET", "/crawls/%00"),
    ],
)
def test_a_crawl_that_does_not_exist_is_404(api: Api, method: str, path: str) -> None:
    assert api.call(method, path)[0] == 404


def test_someone_elses_project_is_404(api: Api, any_world: World) -> None:
    api.headers = {"Authorization": f"Bearer {any_world.owner(any_world.project('https://other.example'))}"}
    crawl = f"/crawls/{UNKNOWN}"
    for method, path in (("POST", "/crawl"), ("GET", "/crawls"), ("GET", crawl), ("GET", f"{crawl}/pages")):
        status, problem = api.call(method, path)
        assert (status, problem["status"]) == (404, 404)
    assert any_world.sent == []


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/crawls", {"limit": 0}),
        ("/crawls", {"limit": 101}),
        (f"/crawls/{UNKNOWN}/pages", {"limit": 0}),
        (f"/crawls/{UNKNOWN}/pages", {"outcome": "fine"}),
        (f"/crawls/{UNKNOWN}/pages", {"cursor": "a\x00b"}),
        (f"/crawls/{UNKNOWN}/pages", {"cursor": "x" * 3000}),
    ],
)
def test_parameters_that_do_not_fit_are_422(api: Api, path: str, params: dict[str, Any]) -> None:
    assert api.call("GET", path, **params)[0] == 422


def test_without_a_key_nothing_is_told(api: Api) -> None:
    api.headers = {}
    assert api.call("POST", "/crawl")[0] == 401
