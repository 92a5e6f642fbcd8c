"""The API of projects and products with a key per person; nothing else of the platform."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import httpx2
from starlette.testclient import TestClient

from engineo.features.products.contracts import ProductReader
from engineo.features.products.module import ProductsModule
from engineo.features.products.settings import ProductSettings
from engineo.features.projects.contracts import ApiKeys
from engineo.features.projects.module import ProjectsModule
from engineo.infra import migrations
from engineo.infra.clock import SystemClock
from engineo.infra.database import Database, parse_url
from engineo.infra.unit_of_work import SqlUnitOfWork
from engineo.infra.web import create_app
from engineo.kernel.jobs import JobMessage
from engineo.kernel.module import connect
from engineo.kernel.ports import Authenticator, Clock, Runtime, UnitOfWork

CSV = {"Content-Type": "text/csv"}


class Open:
    """The port `Runtime` where everything is open already."""

    def running(self) -> AbstractContextManager[None]:
        return nullcontext()

    def migrate(self, revision: str) -> None:
        """The tables are there."""


class ProductWorld:
    def __init__(self, url: str, **settings: int) -> None:
        self.sent: list[JobMessage] = []
        self.database = Database(parse_url(url))
        migrations.upgrade(self.database.url)
        self.uow = SqlUnitOfWork(self.database, self._relay)
        given: dict[type, object] = {
            UnitOfWork: self.uow, Clock: SystemClock(), Runtime: Open(), ProductSettings: ProductSettings(**settings),
        }  # fmt: skip
        self.modules = connect({"projects": ProjectsModule, "products": ProductsModule}, given)
        self.reader: ProductReader = self.modules.exported(ProductReader)
        app = create_app(self.modules.collect("routers"), self.modules.exported(Authenticator))
        self.client = TestClient(app, raise_server_exceptions=False)
        self.me, self.other = self.key("me@shop.example"), self.key("other@shop.example")
        self.project = self.send("POST", "/projects", json={"origin": "https://shop.example"}).json()["id"]
        self.path = f"/projects/{self.project}/products"

    def _relay(self, messages: Sequence[JobMessage]) -> None:
        self.sent += messages

    def key(self, email: str) -> str:
        keys: ApiKeys = self.modules.exported(ApiKeys)
        return keys.create(email).token

    def send(self, method: str, path: str, *, key: str = "", **arguments: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {key or self.me}", **arguments.pop("headers", {})}
        response: httpx2.Response = self.client.request(method, path, headers=headers, **arguments)
        return response

    def put(self, body: Any, query: str = "", *, expect: int = 200, kind: str = "") -> dict[str, Any]:
        """Import a list as JSON, and text or bytes as CSV."""
        content = json.dumps({"products": body}).encode() if isinstance(body, list) else body
        kind = kind or ("application/json" if isinstance(body, list) else "text/csv")
        response = self.send("PUT", f"{self.path}{query}", content=content, headers={"Content-Type": kind})
        assert response.status_code == expect, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def products(self, query: str = "?limit=500") -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.send("GET", f"{self.path}{query}").json()["items"]
        return items

    def events(self) -> list[dict[str, Any]]:
        return [dict(message.payload) for message in self.sent if message.kind == "products.changed"]

    def close(self) -> None:
        self.database.close()
