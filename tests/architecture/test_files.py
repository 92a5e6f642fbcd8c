"""Rules that hold for files: their size, what may not stand in them, and what the deployment files must say."""

import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # it ships no types, and only this file needs it
from pydantic import AliasChoices

import engineo
from engineo.infra.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PYTHON = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "migrations").rglob("*.py"))]
MOST_LINES = 400
EXAMPLE = ROOT / ".env.example"
LINE = re.compile(r"^(?P<comment># )?(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.*)$")


def lines_with(pattern: str, *, but_in: str = "") -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        if not but_in or not path.as_posix().endswith(but_in)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(pattern, line)
    ]


def test_no_file_is_longer_than_the_hard_limit() -> None:
    sizes = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in PYTHON}
    assert {path: size for path, size in sizes.items() if size > MOST_LINES} == {}


def test_only_the_database_commits() -> None:
    assert lines_with(r"\.commit\(", but_in="engineo/infra/database.py") == []


def test_no_provider_is_built_twice_by_threads() -> None:
    assert lines_with(r"providers\.Singleton\b") == []


def test_nothing_is_wired_by_markers() -> None:
    assert lines_with(r"\bProvide\[|@inject\b|\.wire\(") == []


# --- deployment


def services_of(file: str) -> Any:
    return yaml.safe_load((ROOT / file).read_text())["services"]


def test_compose_starts_redis_7_without_append_only() -> None:
    (redis,) = services_of("docker-compose.redis.yml").values()
    assert redis["image"] == "redis:7-alpine"
    assert [port.split(":")[-2:] for port in redis["ports"]] == [["6379", "6379"]]
    command = redis["command"]
    assert command[command.index("--appendonly") + 1] == "no"


def render_service(name: str) -> tuple[Any, dict[str, Any]]:
    (service,) = [each for each in services_of("render.yaml") if each["name"] == name]
    return service, {each["key"]: each.get("value", each.get("sync")) for each in service["envVars"]}


RENDER = {
    "engineo-api": ("web", "main", "production", "engineo_prod"),
    "engineo-worker": ("worker", "main", "production", "engineo_prod"),
    "engineo-api-staging": ("web", "develop", "staging", "engineo_staging"),
    "engineo-worker-staging": ("worker", "develop", "staging", "engineo_staging"),
}


@pytest.mark.parametrize("name", RENDER)
def test_render_knows_each_service(name: str) -> None:
    kind, branch, environment, prefix = RENDER[name]
    service, variables = render_service(name)
    assert (service["type"], service["branch"]) == (kind, branch)
    assert (variables["NODE_ENV"], variables["REDIS_PREFIX"]) == (environment, prefix)
    assert variables["DATABASE_URL"] is False  # entered by hand: secrets do not stand in the repository
    assert variables["REDIS_URL"] is False
    assert service["maxShutdownDelaySeconds"] == 30
    if kind == "web":
        assert service["preDeployCommand"] == "python -m engineo.cli migrate"
        assert service["startCommand"] == "uvicorn --factory engineo.api_main:create_app --host 0.0.0.0 --port $PORT"
        assert service["healthCheckPath"] == "/health"
    else:
        assert service["startCommand"] == "python -m engineo.worker_main"


def test_render_lists_nothing_else_and_keeps_to_one_region() -> None:
    services = services_of("render.yaml")
    assert {service["name"] for service in services} == RENDER.keys()
    assert len({service["region"] for service in services}) == 1


def test_the_production_worker_does_all_background_work() -> None:
    _, variables = render_service("engineo-worker")
    for flag in ("ENABLE_CRON", "ENABLE_QUEUE_PROCESSORS", "ENABLE_QUEUE_SCHEDULERS"):
        assert variables[flag] == "true"


@pytest.mark.parametrize("name", ["engineo-api-staging", "engineo-worker-staging"])
def test_staging_leaves_redis_alone(name: str) -> None:
    _, variables = render_service(name)
    assert variables["ENABLE_CRON"] == variables["ENABLE_QUEUE_PROCESSORS"] == "false"


# --- environment variables


@cache
def settings_classes() -> list[type[Settings]]:
    """Every subclass that stands in a module of EngineO, whether or not something uses it yet."""
    for module in pkgutil.walk_packages(engineo.__path__, "engineo."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: list[type[Settings]] = []
    queue: list[type[Settings]] = [Settings]
    while queue:
        for cls in queue.pop().__subclasses__():
            queue.append(cls)
            if cls.__module__.startswith("engineo."):
                found.append(cls)
    return found


def variables_of(cls: type[Settings]) -> dict[str, list[str]]:
    """The names of each field's variable; the first is the one to write, the others are aliases."""
    names: dict[str, list[str]] = {}
    for field, info in cls.model_fields.items():
        alias = info.validation_alias
        given = alias.choices if isinstance(alias, AliasChoices) else [alias or field]
        names[field] = list(dict.fromkeys(str(choice).upper() for choice in given))
    return names


def example() -> dict[str, re.Match[str]]:
    matches = [match for line in EXAMPLE.read_text().splitlines() if (match := LINE.match(line))]
    names = [match["name"] for match in matches]
    assert len(names) == len(set(names)), "a variable stands twice"
    return {match["name"]: match for match in matches}


def test_every_variable_is_in_the_example_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, text = example(), EXAMPLE.read_text()
    monkeypatch.delenv("ENGINEO_ENV")
    bare = [cls() for cls in settings_classes()]
    for name, line in lines.items():
        if not line["comment"]:
            monkeypatch.setenv(name, line["value"])
    for unset in bare:
        cls = type(unset)
        shown = cls()
        for field, (name, *aliases) in variables_of(cls).items():
            default = getattr(unset, field)
            assert name in lines, f"{name} of {cls.__name__} is not in .env.example"
            # what has a default shows it; what has none is a comment
            assert bool(lines[name]["comment"]) == (default in (None, "", ())), f"{name} has the default {default!r}"
            assert getattr(shown, field) == default, f"{name} has the default {default!r}"
            assert all(alias in text for alias in aliases), f"{name} has the aliases {aliases}"


def test_every_variable_of_the_example_is_read_and_explained() -> None:
    read = {name for cls in settings_classes() for names in variables_of(cls).values() for name in names}
    assert example().keys() - read == set()
    previous = ""
    for line in EXAMPLE.read_text().splitlines():
        if match := LINE.match(line):
            # one line may explain several variables that stand together
            assert previous.startswith("# "), f"{match['name']} needs a line that explains it"
        else:
            previous = line


def test_redis_url_is_a_comment() -> None:
    assert "# REDIS_URL=redis://localhost:6379" in EXAMPLE.read_text().splitlines()


def test_the_test_environment_has_a_prefix_of_its_own() -> None:
    lines = (ROOT / ".env.test").read_text().splitlines()
    assert {"REDIS_URL=redis://localhost:6379", "REDIS_PREFIX=engineo_test"} <= set(lines)
