"""Projects and keys over HTTP, on both databases."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient
from tests.services import PostgresService

from engineo.bootstrap import metadata
from engineo.features.projects.contracts import LOCAL_USER, ApiKeys, LocalProjects
from engineo.features.projects.errors import KeyNotFoundError
from engineo.features.projects.models import ApiKeyRow
from engineo.features.projects.module import ProjectsModule
from engineo.features.projects.service import KeyService, ProjectService
from engineo.infra.clock import SystemClock
from engineo.infra.database import Base, Database, parse_url
from engineo.infra.outbox import OutboxRow
from engineo.infra.unit_of_work import SqlUnitOfWork
from engineo.infra.web import create_app
from engineo.kernel.errors import InvalidInputError
from engineo.kernel.jobs import JobMessage
from engineo.kernel.module import connect
from engineo.kernel.ports import Authenticator, Clock, Runtime, UnitOfWork

TABLES = ("users", "api_keys", "projects", "outbox")


class Running:
    """The port `Runtime` where everything is open already."""

    def running(self) -> AbstractContextManager[None]:
        return nullcontext()

    def migrate(self, revision: str) -> None:
        """The tables are there."""


class Shop:
    """The API with the real module, its database, and a key per person."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.relayed: list[JobMessage] = []
        self.uow = SqlUnitOfWork(database, self._relay)
        given: dict[type, object] = {UnitOfWork: self.uow, Clock: SystemClock(), Runtime: Running()}
        modules = connect({"projects": ProjectsModule}, given)
        self.keys: KeyService = modules.exported(ApiKeys)
        self.projects: ProjectService = modules.exported(LocalProjects)
        app = create_app(modules.collect("routers"), modules.exported(Authenticator))
        self.client = TestClient(app, raise_server_exceptions=False)

    def _relay(self, messages: Sequence[JobMessage]) -> None:
        self.relayed += messages

    def person(self, email: str) -> Callable[..., Any]:
        """Sends requests with a key of that person."""
        token = self.keys.create(email).token

        def send(method: str, path: str, **arguments: Any) -> Any:
            return self.client.request(method, path, headers={"Authorization": f"Bearer {token}"}, **arguments)

        return send

    def log_in(self, token: str) -> int:
        authorization = {b"Authorization": b"Bearer " + token.encode()}
        return self.client.get("/projects", headers=authorization).status_code


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all tests of this file; each begins with empty tables."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('projects') / 'engineo.db'}"
        else:
            server: PostgresService = request.getfixturevalue("postgres_server")
            url = server.create_database()
            stack.callback(server.drop_database, url)
        opened = Database(parse_url(url))
        stack.callback(opened.close)
        metadata()
        Base.metadata.create_all(opened.engine, tables=[Base.metadata.tables[name] for name in TABLES])
        yield opened


@pytest.fixture
def shop(database: Database) -> Shop:
    with database.engine.begin() as connection:
        for name in reversed(TABLES):
            connection.execute(sa.delete(Base.metadata.tables[name]))
    return Shop(database)


@pytest.fixture
def me(shop: Shop) -> Callable[..., Any]:
    return shop.person("me@shop.example")


def create(send: Callable[..., Any], **body: Any) -> dict[str, Any]:
    response = send("POST", "/projects", json={"origin": "https://shop.example", **body})
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


# --- projects


def test_create_read_change_delete(shop: Shop, me: Callable[..., Any]) -> None:
    created = create(me, origin="HTTP://Shop.example:8080/path", name=" My shop ")
    path = f"/projects/{created['id']}"
    assert created == {
        "id": created["id"], "name": "My shop", "origin": "http://shop.example:8080",
        "createdAt": created["createdAt"], "currentDeoScore": None, "currentDeoScoreComputedAt": None,
    }  # fmt: skip
    assert created["createdAt"].endswith("Z")
    assert me("GET", path).json() == created
    assert me("GET", "/projects").json() == {"items": [created], "nextCursor": None}
    changed = me("PATCH", path, json={"name": "Other"}).json()
    assert (changed["name"], changed["origin"]) == ("Other", created["origin"])
    changed = me("PATCH", path, json={"origin": "shop.example"}).json()
    assert (changed["name"], changed["origin"]) == ("Other", "https://shop.example")
    assert me("PATCH", path, json={}).json() == changed
    deleted = me("DELETE", path)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert me("GET", path).status_code == 404
    assert me("DELETE", path).status_code == 404
    assert [message.kind for message in shop.relayed] == ["projects.deleted"]
    assert dict(shop.relayed[0].payload) == {"project_id": created["id"]}
    with shop.database.session(read_only=True) as session:
        assert session.scalars(sa.select(OutboxRow.kind)).all() == ["projects.deleted"]


def test_a_name_is_the_host_unless_it_is_given(me: Callable[..., Any]) -> None:
    assert create(me)["name"] == "shop.example"


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_somebody_elses_project_is_not_found(shop: Shop, me: Callable[..., Any], method: str) -> None:
    created = create(me)
    other = shop.person("other@shop.example")
    body = {"json": {"name": "mine now"}} if method == "PATCH" else {}
    found = other(method, f"/projects/{created['id']}", **body)
    missing = other(method, "/projects/00000000-0000-0000-0000-000000000000", **body)
    assert found.status_code == missing.status_code == 404
    assert found.json()["detail"] == missing.json()["detail"]
    assert me("GET", f"/projects/{created['id']}").json() == created
    assert other("GET", "/projects").json()["items"] == []


def test_two_keys_of_one_person_see_the_same(shop: Shop, me: Callable[..., Any]) -> None:
    created = create(me)
    assert shop.person(" ME@shop.example ")("GET", f"/projects/{created['id']}").json() == created


def test_pages(me: Callable[..., Any]) -> None:
    ids = sorted(create(me, name=str(number))["id"] for number in range(7))
    seen, cursor, sizes = [], None, []
    while True:
        page = me("GET", "/projects", params={"limit": 3, **({"cursor": cursor} if cursor else {})}).json()
        sizes.append(len(page["items"]))
        seen += [item["id"] for item in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert (seen, sizes) == (ids, [3, 3, 1])
    assert me("GET", "/projects", params={"limit": 7}).json()["nextCursor"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=-1", "limit=x", "limit=1e2", "cursor=" + "x" * 65])
def test_pages_that_there_are_not(me: Callable[..., Any], query: str) -> None:
    assert me("GET", f"/projects?{query}").status_code == 422


NAMES = [
    "<script>alert(1)</script>",
    "'; DROP TABLE projects; --",
    "Ünï😀",
    "x" * 200,
    "{{7*7}}",
    "\u202egnp.exe",
    "%s",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_text_and_nothing_more(me: Callable[..., Any], name: str) -> None:
    created = create(me, name=name)
    assert created["name"] == name
    assert me("GET", f"/projects/{created['id']}").json()["name"] == name


HOSTILE: list[dict[str, Any]] = [
    {"name": "a\0b"}, {"name": "\0"}, {"name": ""}, {"name": "  "}, {"name": "x" * 201}, {"name": 7}, {"name": ["x"]},
    {"origin": ""}, {"origin": None}, {"origin": "ftp://x"}, {"origin": "https://a\0b"}, {"origin": "x" * 3000},
    {"origin": {"a": 1}}, {"ownerId": "somebody"}, {"owner_id": "somebody"}, {"currentDeoScore": 100}, {"id": "mine"},
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE, ids=lambda body: ascii(body)[:40])
def test_hostile_bodies_are_refused(shop: Shop, me: Callable[..., Any], body: dict[str, Any]) -> None:
    created = create(me)
    response = me("POST", "/projects", json={"origin": "https://shop.example", **body})
    assert response.status_code == 422, response.text
    if body != {"origin": None}:
        assert me("PATCH", f"/projects/{created['id']}", json=body).status_code == 422
    assert len(me("GET", "/projects").json()["items"]) == 1
    surrogates = b'{"origin": "https://shop.example", "name": "\\ud800"}'
    headers = {"Authorization": f"Bearer {shop.keys.create().token}", "Content-Type": "application/json"}
    assert shop.client.post("/projects", content=surrogates, headers=headers).status_code == 422


@pytest.mark.parametrize("part", ["%00", "%ff", "x" * 5000, "..%2f..", "%F0%9F%98%80", "'%20OR%201=1"])
def test_hostile_ids_and_cursors_are_the_clients_fault(me: Callable[..., Any], part: str) -> None:
    create(me)
    assert me("GET", f"/projects/{part}").status_code in {404, 422}
    assert me("GET", f"/projects?cursor={part}").status_code in {200, 422}
    assert me("DELETE", f"/projects/{part}").status_code in {404, 422}


# --- keys


def test_a_key_is_stored_as_its_hash_only(shop: Shop) -> None:
    issued = shop.keys.create("me@shop.example", "laptop")
    assert issued.token.startswith("eo_")
    assert len(issued.token) == 3 + 43  # 32 bytes in base64
    with shop.database.session(read_only=True) as session:
        tables = [Base.metadata.tables[name] for name in TABLES]
        stored = [str(value) for table in tables for row in session.execute(sa.select(table)) for value in row]
    assert hashlib.sha256(issued.token.encode()).hexdigest() in stored
    assert [value for value in stored if issued.token[9:] in value or value in issued.token[9:]] == []
    assert issued.token[:9] in stored  # the hint


def test_keys_differ(shop: Shop) -> None:
    assert len({shop.keys.create().token for _ in range(20)}) == 20


def test_a_revoked_key_opens_nothing_and_stays_revoked(shop: Shop) -> None:
    kept, revoked = shop.keys.create(), shop.keys.create()
    assert shop.log_in(revoked.token) == 200
    shop.keys.revoke(revoked.id)
    assert (shop.log_in(revoked.token), shop.log_in(kept.token)) == (401, 200)
    first = {row.id: row.revoked_at for row, _ in shop.keys.list_keys()}
    shop.keys.revoke(revoked.id)
    assert {row.id: row.revoked_at for row, _ in shop.keys.list_keys()} == first
    with pytest.raises(KeyNotFoundError, match="engineo keys list"):
        shop.keys.revoke("unknown")


TOKENS = ["", "eo_", "eo_x", "eo_" + "x" * 43, "eo_" + "x" * 1_000_000, "x" * 46, "eo_" + "\0" * 43, "eo_" + "é" * 43,
          "eo_" + "😀" * 20, "eo_'; DROP TABLE api_keys; --" + "x" * 30, "null", "eo_ " + "x" * 43]  # fmt: skip


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: ascii(token[:12]))
def test_malformed_keys_are_401(shop: Shop, token: str) -> None:
    assert shop.log_in(token) == 401


def test_a_key_is_not_its_hash_nor_its_hint_nor_another_case(shop: Shop) -> None:
    token = shop.keys.create().token
    digest = hashlib.sha256(token.encode()).hexdigest()
    for wrong in (digest, f"eo_{digest}", token[:9], token.swapcase(), token + "x", token[:-1]):
        assert shop.log_in(wrong) == 401


@pytest.mark.parametrize("email", ["", "me", "@", "a@", "@b", "a b@c", "a@b@c", "x" * 65 + "@b", "a@" + "b" * 256])
def test_what_is_no_address_gets_no_key(shop: Shop, email: str) -> None:
    with pytest.raises(InvalidInputError, match="is not an e-mail address"):
        shop.keys.create(email)
    assert not shop.keys.any_exist()


def test_a_database_that_is_away_is_503(shop: Shop) -> None:
    nowhere = SqlUnitOfWork(Database(parse_url("postgresql://u:hunter2@127.0.0.1:1/db")), lambda _: None)
    modules = connect({"projects": ProjectsModule}, {UnitOfWork: nowhere, Clock: SystemClock(), Runtime: Running()})
    client = TestClient(create_app(modules.collect("routers"), modules.exported(Authenticator)))
    response = client.get("/projects", headers={"Authorization": f"Bearer {shop.keys.create().token}"})
    assert response.status_code == 503
    assert "127.0.0.1" in response.json()["detail"]
    assert "hunter2" not in response.text


# --- the local user, several at once


def test_the_local_users_projects(shop: Shop) -> None:
    with shop.uow() as work:
        first = shop.projects.find_or_create(work, "https://shop.example", "Shop")
        again = shop.projects.find_or_create(work, "shop.example/path")
    assert first == again
    assert [view.id for view in shop.projects.list_local()] == [first.id]
    assert shop.person(LOCAL_USER)("GET", f"/projects/{first.id}").status_code == 200
    shop.projects.delete_local(first.id)
    assert shop.projects.list_local() == []


def test_keys_for_one_new_person_made_at_once(shop: Shop) -> None:
    together = threading.Barrier(8)

    def make(_: int) -> str:
        together.wait(10)
        return shop.keys.create("new@shop.example").token

    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(make, range(8)))
    assert [shop.log_in(token) for token in tokens] == [200] * 8
    with shop.database.session(read_only=True) as session:
        assert len(set(session.scalars(sa.select(ApiKeyRow.user_id)))) == 1
