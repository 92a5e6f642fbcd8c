"""Settings: read from the environment, all problems at once, and never a value in a message."""

import importlib
import pkgutil
from pathlib import Path

import pytest

import engineo
from engineo.infra.broker import QueueSettings
from engineo.infra.database import DatabaseSettings
from engineo.infra.redis import RedisSettings
from engineo.infra.settings import EnvironmentSettings, FlagSettings, Settings, SettingsError, env_file, load

SECRET = "hunter2-very-secret"


def problem(*classes: type[Settings]) -> str:
    with pytest.raises(SettingsError) as caught:
        load(classes)
    assert SECRET not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert SECRET not in repr(caught.value)
    return caught.value.message


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    del empty_folder
    monkeypatch.delenv("ENGINEO_ENV")
    loaded = load([EnvironmentSettings, FlagSettings, QueueSettings])
    assert loaded[EnvironmentSettings].engineo_env == "development"
    assert loaded[FlagSettings].flags().as_dict() == {
        "cron": True, "queue_processors": True, "queue_events": False, "queue_schedulers": False,
    }  # fmt: skip
    assert loaded[QueueSettings].lease.total_seconds() == 15


@pytest.mark.parametrize(
    ("variables", "environment", "local"),
    [
        ({"ENGINEO_ENV": "production"}, "production", False),
        ({"NODE_ENV": "staging"}, "staging", False),
        ({"NODE_ENV": "test"}, "test", True),
        ({"ENGINEO_ENV": "staging", "NODE_ENV": "production"}, "staging", False),
        ({"ENGINEO_ENV": "", "NODE_ENV": "production"}, "production", False),
        ({}, "development", True),
    ],
)
def test_the_environment_and_its_alias(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path, variables: dict[str, str], environment: str, *, local: bool
) -> None:
    del empty_folder
    monkeypatch.delenv("ENGINEO_ENV")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings = load([EnvironmentSettings])[EnvironmentSettings]
    assert (settings.engineo_env, settings.is_local) == (environment, local)


def test_all_problems_are_reported_at_once_and_no_value_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {
        "ENGINEO_ENV": SECRET,
        "ENABLE_CRON": SECRET,
        "ENABLE_QUEUE_PROCESSORS": "perhaps",
        "REDIS_URL": f"https://default:{SECRET}@eu1.upstash.io",
        "REDIS_PORT": SECRET,
        "REDIS_QUEUE_DB": "16",
        "REDIS_PREFIX": f"{SECRET} with spaces",
        "DATABASE_URL": f"mysql://user:{SECRET}@db/name",
        "WORKER_THREADS": "0",
        "QUEUE_LEASE_SECONDS": "-1",
        "SHUTDOWN_TIMEOUT": "0",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    message = problem(EnvironmentSettings, FlagSettings, RedisSettings, DatabaseSettings, QueueSettings)
    first, *lines = message.splitlines()
    assert first == "settings are not valid:"
    assert {line.removeprefix("  - ").partition(":")[0] for line in lines} == set(variables)


@pytest.mark.parametrize(
    ("variable", "value", "cls"),
    [
        *(("ENABLE_CRON", value, FlagSettings) for value in ("tru", "2", "ja", "null", "-1", "[]")),
        *(("REDIS_PORT", value, RedisSettings) for value in ("0", "65536", "6379.5", "six", "-1", "1e3")),
        *(("REDIS_CACHE_DB", value, RedisSettings) for value in ("-1", "16", "two")),
        *(("REDIS_MAX_RETRIES_PER_REQUEST", value, RedisSettings) for value in ("-1", "null", "21")),
        *(("QUEUE_LEASE_SECONDS", value, QueueSettings) for value in ("0", "-3", "nan", "inf", "soon")),
        *(("WORKER_THREADS", value, QueueSettings) for value in ("0", "257", "all")),
        ("DATABASE_POOL_SIZE", "0", DatabaseSettings),
        ("DATABASE_POOL_SIZE", "-1", DatabaseSettings),
    ],
)
def test_bad_values_are_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, cls: type[Settings]
) -> None:
    monkeypatch.setenv(variable, value)
    assert problem(cls).splitlines()[1].startswith(f"  - {variable}: ")


@pytest.mark.parametrize(
    ("text", "on"), [("true", True), ("TRUE", True), ("1", True), ("false", False), ("0", False), ("", True)]
)
def test_booleans_as_people_write_them(monkeypatch: pytest.MonkeyPatch, text: str, *, on: bool) -> None:
    monkeypatch.setenv("ENABLE_CRON", text)
    assert load([FlagSettings])[FlagSettings].enable_cron is on


def all_settings() -> list[type[Settings]]:
    for module in pkgutil.walk_packages(engineo.__path__, "engineo."):
        if module.name.endswith("settings") or module.name.startswith("engineo.infra."):
            importlib.import_module(module.name)
    return [cls for cls in Settings.__subclasses__() if cls.__module__.startswith("engineo.")]


@pytest.mark.parametrize("value", [SECRET, f"redis://:{SECRET}@[", f"postgresql://u:{SECRET}/x@h:{SECRET}/d", "{", "é"])
def test_whatever_every_variable_holds_the_problems_are_one_message(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    classes = all_settings()
    for cls in classes:
        for field in cls.model_fields:
            monkeypatch.setenv(field.upper(), value)
    assert len(problem(*classes).splitlines()) > len(classes)


def test_a_settings_class_that_was_not_loaded_is_a_bug() -> None:
    loaded = load([FlagSettings, FlagSettings])
    assert list(loaded.as_exports()) == [FlagSettings]
    with pytest.raises(KeyError):
        _ = loaded[QueueSettings]


# --- .env


def test_the_file_is_read_if_it_is_there(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    monkeypatch.delenv("ENGINEO_ENV")
    assert env_file() is None
    (empty_folder / ".env").write_text("WORKER_THREADS=3\nSOMETHING_ELSE=x\nREDIS_PREFIX=\n# REDIS_PORT=1\n")
    assert load([QueueSettings])[QueueSettings].worker_threads == 3
    assert load([RedisSettings])[RedisSettings].redis_prefix == "engineo"
    monkeypatch.setenv("WORKER_THREADS", "4")
    assert load([QueueSettings])[QueueSettings].worker_threads == 4


def test_the_environment_of_the_process_is_stronger_than_the_file(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path
) -> None:
    monkeypatch.delenv("ENGINEO_ENV")
    monkeypatch.setenv("NODE_ENV", "production")
    (empty_folder / ".env").write_text("ENGINEO_ENV=development\n")
    assert load([EnvironmentSettings])[EnvironmentSettings].engineo_env == "production"


@pytest.mark.parametrize("variable", ["ENGINEO_ENV", "NODE_ENV"])
def test_the_file_is_never_read_in_tests(monkeypatch: pytest.MonkeyPatch, empty_folder: Path, variable: str) -> None:
    monkeypatch.delenv("ENGINEO_ENV")
    monkeypatch.setenv(variable, "test")
    (empty_folder / ".env").write_text("WORKER_THREADS=3\n")
    assert load([QueueSettings])[QueueSettings].worker_threads is None


def test_a_folder_of_that_name_is_no_file(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    monkeypatch.delenv("ENGINEO_ENV")
    (empty_folder / ".env").mkdir()
    assert env_file() is None


def test_a_file_that_is_no_text_is_one_clear_message(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    monkeypatch.delenv("ENGINEO_ENV")
    (empty_folder / ".env").write_bytes(b"REDIS_PASSWORD=hunter2\xff\xfe\n")
    assert ".env" in problem(RedisSettings)
