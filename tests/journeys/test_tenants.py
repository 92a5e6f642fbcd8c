"""Two people, one installation: to each of them the other's projects do not exist."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.journeys.stack import SMALL_SITE, Stack, running

# What may stand in a request for any operation: a valid body or parameter of one is just unknown to another.
BODIES: dict[str, dict[str, Any]] = {
    "PUT /projects/{project_id}/products": {"products": [{"externalId": "B2", "name": "Taken over"}]},
    "PATCH /projects/{project_id}": {"name": "taken over", "origin": "https://taken.example"},
    "POST /projects/{project_id}/schedules": {"action": "crawl", "cron": "@daily"},
    "PATCH /projects/{project_id}/schedules/{schedule_id}": {"paused": True},
    "POST /projects/{project_id}/deo-score/recompute": {"reason": "manual", "crawl": "always"},
}
UNKNOWN_IDS = st.one_of(
    st.uuids().map(str),
    st.sampled_from(["0", "none", "*", "%25", "..%2f..", "' OR 1=1 --", "a" * 500]),
    st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_characters="/?#%\\.\x7f"), min_size=1),
)


@dataclass
class World:
    """Ada owns a scored project; Bob has one of his own."""

    stack: Stack
    ada: httpx2.Client
    bob: httpx2.Client
    report: dict[str, Any]
    bobs_project: str
    operations: list[tuple[str, str]] = field(default_factory=list)

    @property
    def adas_ids(self) -> dict[str, str]:
        project_id = self.report["project"]["id"]
        lists = ("crawls", "schedules", "products", "findings")
        crawls, schedules, products, findings = (
            self.ada.get(f"/projects/{project_id}/{what}").json()["items"] for what in lists
        )
        return {
            "project_id": project_id,
            "crawl_id": crawls[0]["id"],
            "schedule_id": schedules[0]["id"],
            "product_id": products[0]["id"],
            "finding_id": findings[0]["id"],
        }

    def ask(self, client: httpx2.Client, operation: tuple[str, str], ids: dict[str, str]) -> httpx2.Response:
        method, path = operation
        return client.request(method, path.format(**ids), json=BODIES.get(f"{method} {path}"))


@pytest.fixture(scope="module")
def world(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("tenants")
    database, prefix = f"sqlite:///{folder / 'engineo.db'}", f"test_{uuid.uuid4().hex[:12]}"
    with running(SMALL_SITE, database_url=database, redis_url=redis_url, prefix=prefix, logs=folder) as stack:
        report = json.loads(stack.cli("score", stack.site.origin, "--json"))
        stack.start_api()
        ada = stack.api
        stack.key = stack.cli("keys", "create", "--email", "bob@shop.example").strip()
        with ada, stack.api as bob:
            own = bob.post("/projects", json={"origin": stack.site.origin}).json()["id"]
            made = World(stack, ada, bob, report, own)
            ada.post(f"/projects/{report['project']['id']}/schedules", json={"action": "crawl", "cron": "@daily"})
            lamp = {"products": [{"externalId": "A1", "name": "Lamp"}]}
            assert ada.put(f"/projects/{report['project']['id']}/products", json=lamp).status_code == 200
            paths = made.ada.get("/openapi.json").json()["paths"]
            made.operations = [
                (m.upper(), path) for path, each in paths.items() if "{project_id}" in path for m in each
            ]
            yield made


def told(response: httpx2.Response) -> dict[str, Any]:
    """The answer without what tells one request from another."""
    answer: dict[str, Any] = response.json()
    assert answer.pop("requestId")
    return {**answer, "headers": sorted(set(response.headers) - {"date"})}


def test_the_owner_sees_all_of_it(world: World) -> None:
    assert len(world.operations) >= 12
    for operation in world.operations:
        if operation[0] == "GET":
            assert world.ask(world.ada, operation, world.adas_ids).status_code == 200, operation


def test_a_foreign_project_answers_like_one_that_does_not_exist(world: World) -> None:
    before = world.ada.get(f"/projects/{world.adas_ids['project_id']}").json()
    crawls, schedules, products = (
        world.ada.get(f"/projects/{world.adas_ids['project_id']}/{what}").json()
        for what in ("crawls", "schedules", "products")
    )
    nowhere = {name: str(uuid.uuid4()) for name in world.adas_ids}
    for operation in world.operations:
        foreign, unknown = (world.ask(world.bob, operation, ids) for ids in (world.adas_ids, nowhere))
        assert foreign.status_code == 404, operation
        assert told(foreign) == told(unknown)
        assert world.report["project"]["name"] not in foreign.text
    assert world.ada.get(f"/projects/{world.adas_ids['project_id']}").json() == before
    assert world.ada.get(f"/projects/{world.adas_ids['project_id']}/crawls").json() == crawls
    assert world.ada.get(f"/projects/{world.adas_ids['project_id']}/schedules").json() == schedules
    assert world.ada.get(f"/projects/{world.adas_ids['project_id']}/products").json() == products


@pytest.mark.parametrize("name", ["crawl_id", "schedule_id", "product_id"])
def test_what_is_foreign_is_not_found_below_a_project_of_ones_own(world: World, name: str) -> None:
    for operation in world.operations:
        if f"{{{name}}}" in operation[1]:
            foreign, unknown = (
                world.ask(world.bob, operation, {"project_id": world.bobs_project, name: each})
                for each in (world.adas_ids[name], str(uuid.uuid4()))
            )
            assert foreign.status_code == 404, operation
            assert told(foreign) == told(unknown)


def test_lists_hold_only_ones_own(world: World) -> None:
    for cursor in (None, "", "0", world.adas_ids["project_id"][:-1]):
        found = world.bob.get("/projects", params={} if cursor is None else {"cursor": cursor}).json()["items"]
        assert {item["id"] for item in found} <= {world.bobs_project}


@given(project_id=UNKNOWN_IDS, other_id=UNKNOWN_IDS, data=st.data())
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_id_opens_anything(world: World, project_id: str, other_id: str, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(world.operations))
    who = data.draw(st.sampled_from([world.ada, world.bob]))
    others = ("crawl_id", "schedule_id", "product_id", "finding_id")
    response = world.ask(who, operation, {"project_id": project_id, **dict.fromkeys(others, other_id)})
    assert response.status_code in {404, 405}, response.text  # 405: the id made another path of it
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("variant", ["{}%00", "{} ", "{}%0a", "%20{}", "{}."])
def test_no_spelling_of_an_id_opens_it(world: World, variant: str) -> None:
    project_id = variant.format(world.adas_ids["project_id"])
    for client in (world.ada, world.bob):
        for operation in world.operations:
            answer = world.ask(client, operation, {**world.adas_ids, "project_id": project_id})
            assert answer.status_code in {404, 405}, (operation, answer.text)
