"""The modules of the product fit together: everything builds, every job is known, every route asks who is there."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from dependency_injector import providers
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

import engineo
from engineo import bootstrap
from engineo.infra.web import create_app
from engineo.kernel.jobs import Actor, Event, Job, Subscriber
from engineo.kernel.module import Module
from engineo.kernel.ports import Authenticator, Bell, Clock, Principal, Queue, Runtime, UnitOfWork
from engineo.kernel.process import HealthChecks, ProcessInfo, Role
from engineo.modules import MODULES

# What is on the wire. A kind is for ever: queued jobs carry it. A field may be added with a default, never renamed.
KINDS: dict[str, tuple[str, dict[str, bool]]] = {  # kind: its queue, and whether each field must be there
    "answer_content.extract": ("answer_queue", {"project_id": True, "run_id": True}),
    "crawling.crawl": ("crawl", {"project_id": True, "run_id": True}),
    "crawling.finished": (
        "events", {"project_id": True, "run_id": True, "status": True, "pages": True},
    ),
    "crawling.delete_old_facts": ("maintenance", {}),
    "deo_score.dropped": (
        "events",
        {
            "project_id": True, "snapshot_id": True, "previous_snapshot_id": True, "overall": True,
            "previous_overall": True, "points": True, "components": True, "lines": True,
        },
    ),
    "deo_score.recompute": (
        "deo_score_queue", {"project_id": True, "triggered_by_user_id": False, "reason": False},
    ),
    "deo_score.recomputed": (
        "events", {"project_id": True, "snapshot_id": True, "overall": True, "reason": True},
    ),
    "entity_extraction.extract": ("entity_queue", {"project_id": True, "run_id": True}),
    "products.changed": (
        "events", {"project_id": True, "created": True, "updated": True, "deleted": True, "total": True},
    ),
    "projects.deleted": ("events", {"project_id": True}),
}  # fmt: skip
LISTS = ("routers", "actors", "crons", "schedulers", "listeners", "commands", "components", "health_checks")
OPEN_ROUTES = {"/health"}


class Nobody:
    """An authenticator that knows no key."""

    def authenticate(self, token: str) -> Principal | None:
        del token
        return None


@pytest.fixture
def application(engineo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[bootstrap.Application]:
    monkeypatch.setenv("ENGINEO_ENV", "test")
    assert not engineo_home.exists()
    with ExitStack() as stack:
        built = bootstrap.build("cli")
        stack.callback(built.platform.close)
        yield built


@pytest.fixture
def api(application: bootstrap.Application) -> FastAPI:
    return create_app(application.modules.collect("routers"), Nobody())


def containers(application: bootstrap.Application) -> dict[str, Any]:
    return dict(application.modules._connected)


def test_every_module_is_named_once_and_has_its_file() -> None:
    assert len(set(MODULES)) == len(MODULES)
    for name, module in bootstrap.load_modules().items():
        assert issubclass(module, Module), name


def test_every_folder_with_a_module_is_in_the_list() -> None:
    found = {
        name.removesuffix(".module")
        for package in ("features", "ops")
        for _, name, _ in pkgutil.walk_packages([str(Path(engineo.__path__[0]) / package)], f"engineo.{package}.")
        if name.endswith(".module")
    }
    assert found == set(MODULES)


def test_every_provider_of_every_module_builds(application: bootstrap.Application) -> None:
    for name, container in containers(application).items():
        for attribute, provider in container.providers.items():
            assert provider() is not None, f"{name}.{attribute}"


@pytest.mark.parametrize("role", ["api", "worker"])
def test_building_a_process_opens_nothing(engineo_home: Path, role: Role) -> None:
    built = bootstrap.build(role)
    assert [path for path in engineo_home.rglob("*") if path.is_file()] == []
    built.platform.close()


def test_everything_exported_is_what_it_says(application: bootstrap.Application) -> None:
    for name, container in containers(application).items():
        for interface, provider in container.exports.kwargs.items():
            assert isinstance(provider(), interface), f"{name} exports {interface.__name__}"


def test_services_that_hold_state_are_built_once(application: bootstrap.Application) -> None:
    for container in containers(application).values():
        for provider in container.providers.values():
            assert type(provider) is not providers.Singleton
            if isinstance(provider, providers.ThreadSafeSingleton):
                assert provider() is provider()


def test_the_platform_gives_what_it_promises(application: bootstrap.Application) -> None:
    for interface in (Bell, Clock, Queue, Runtime, UnitOfWork):
        assert isinstance(application.platform.exports()[interface], interface)
    assert isinstance(application.process, ProcessInfo)
    assert isinstance(application.modules.exported(Authenticator), Authenticator)
    (service,) = [c for name, c in containers(application).items() if name == "engineo.ops.health"]
    assert isinstance(service.checks(), HealthChecks)
    assert {check.name for check in service.checks().all()} >= {"redis", "database"}


@pytest.mark.parametrize("kind", LISTS)
def test_every_list_builds(application: bootstrap.Application, kind: str) -> None:
    assert isinstance(application.modules.collect(kind), list)


# --- jobs


def job_classes() -> list[type[Job]]:
    """Every job of the product that has a kind."""
    for module in pkgutil.walk_packages(engineo.__path__, "engineo."):
        if not module.name.endswith(("__main__", "_main")):
            importlib.import_module(module.name)
    found, waiting = [], [Job]
    while waiting:
        for cls in waiting.pop().__subclasses__():
            waiting.append(cls)
            if cls.__module__.startswith("engineo.") and hasattr(cls, "kind"):
                found.append(cls)
    return found


def test_kinds_are_unique_and_the_wire_is_as_it_was() -> None:
    classes = job_classes()
    assert len({cls.kind for cls in classes}) == len(classes)
    now = {
        cls.kind: (cls.queue, {name: field.is_required() for name, field in cls.model_fields.items()})
        for cls in classes
    }  # fmt: skip
    assert now == KINDS


def test_kinds_are_named_by_feature_and_verb() -> None:
    for cls in job_classes():
        feature, _, verb = cls.kind.partition(".")
        assert cls.__module__.startswith(f"engineo.features.{feature}.")
        assert verb.isidentifier()
        assert len(cls.kind) <= 120


def test_every_job_has_one_actor_and_every_cron_a_job_of_the_list(application: bootstrap.Application) -> None:
    actors: list[Actor[Any]] = application.modules.collect("actors")
    assert len({actor.name for actor in actors}) == len(actors)
    assert {actor.job.kind for actor in actors} <= KINDS.keys()
    assert {a.job.kind for a in actors if not isinstance(a, Subscriber)} == {
        cls.kind for cls in job_classes() if not issubclass(cls, Event)
    }
    assert {spec.job.kind for spec in application.modules.collect("crons")} <= KINDS.keys()


# --- routes


def routes_of(api: FastAPI) -> Iterator[tuple[str, str]]:
    for path, operations in api.openapi()["paths"].items():
        for method in operations:
            yield method.upper(), path


def test_every_route_but_health_asks_who_is_there(api: FastAPI) -> None:
    client = TestClient(api, raise_server_exceptions=False)
    asked = list(routes_of(api))
    assert len(asked) > 10
    for method, path in asked:
        response = client.request(method, path.replace("{", "").replace("}", ""), json={})
        if path in OPEN_ROUTES:
            assert response.status_code == 200, path
        else:
            # before anything else of the request is looked at, and without the database
            assert response.status_code == 401, f"{method} {path} answers {response.status_code}"
            assert response.headers["WWW-Authenticate"] == "Bearer"


def test_no_route_hides_from_the_documents(api: FastAPI) -> None:
    hidden = [route.path for route in api.routes if isinstance(route, APIRoute) and not route.include_in_schema]
    assert hidden == []


def test_the_documents_say_which_routes_ask(api: FastAPI) -> None:
    for path, operations in api.openapi()["paths"].items():
        for method, operation in operations.items():
            assert bool(operation.get("security")) == (path not in OPEN_ROUTES), f"{method} {path}"
            assert operation.get("summary"), f"{method} {path}"
            assert operation.get("tags"), f"{method} {path}"
