"""Settings: one small class per concern, read from the environment (and `.env` where there is one) at boot."""

import math
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from dotenv import dotenv_values
from pydantic import AfterValidator, AliasChoices, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from engineo.kernel.errors import BootError
from engineo.kernel.flags import ProcessFlags

Environment = Literal["development", "test", "staging", "production"]


class SettingsError(BootError):
    """The settings are not valid."""


class Settings(BaseSettings):
    """Base of all settings classes. Field names in upper case are the variables, unless aliased."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True, populate_by_name=True
    )


def _positive(value: float) -> float:
    if not 0 < value < math.inf:
        raise ValueError("must be a number greater than 0")
    return value


Seconds = Annotated[float, AfterValidator(_positive)]


class EnvironmentSettings(Settings):
    """Which environment this process runs in; decides what may be embedded and what must be set."""

    engineo_env: Environment = Field(
        default="development", validation_alias=AliasChoices("engineo_env", "ENGINEO_ENV", "NODE_ENV")
    )

    @property
    def is_local(self) -> bool:
        """Development and test: services may be embedded, migrations run by themselves."""
        return self.engineo_env in {"development", "test"}


class FlagSettings(Settings):
    """Which background parts this process runs."""

    enable_cron: bool = True
    enable_queue_processors: bool = True
    enable_queue_events: bool = False
    enable_queue_schedulers: bool = False

    def flags(self) -> ProcessFlags:
        return ProcessFlags(
            cron=self.enable_cron,
            queue_processors=self.enable_queue_processors,
            queue_events=self.enable_queue_events,
            queue_schedulers=self.enable_queue_schedulers,
        )


S = TypeVar("S", bound=Settings)


class LoadedSettings:
    """All settings of a process, by class."""

    def __init__(self, by_class: dict[type[Settings], Settings]) -> None:
        self._by_class = by_class

    def __getitem__(self, cls: type[S]) -> S:
        found = self._by_class[cls]
        if not isinstance(found, cls):
            raise TypeError(f"settings of {cls.__name__} are a {type(found).__name__}")
        return found

    def as_exports(self) -> dict[type, object]:
        return dict(self._by_class)


def env_file() -> Path | None:
    """`.env` of the working directory; never in the test environment, which must not depend on it."""
    environment = os.environ.get("ENGINEO_ENV") or os.environ.get("NODE_ENV")
    path = Path(".env")
    return path if environment != "test" and path.is_file() else None


def load(classes: Iterable[type[Settings]]) -> LoadedSettings:
    """Read every class, then report all problems at once. Raise `SettingsError`; values are never shown."""
    loaded: dict[type[Settings], Settings] = {}
    problems: list[str] = []
    source = env_file()
    for cls in classes:
        if cls in loaded:
            continue
        try:
            loaded[cls] = cls(_env_file=source)  # type: ignore[call-arg] # pydantic-settings' own argument
        except ValidationError as error:
            problems += [
                f"{_variable(item['loc'])}{item['msg'].removeprefix('Value error, ')}" for item in error.errors()
            ]
        except UnicodeDecodeError:
            problems.append(f"{source}: is not UTF-8 text")
            break
    if problems:
        raise SettingsError("settings are not valid:\n" + "\n".join(f"  - {problem}" for problem in problems))
    return LoadedSettings(loaded)


def _variable(location: tuple[Any, ...]) -> str:
    return f"{str(location[0]).upper()}: " if location else ""


def per_queue(queue: str, what: str, *, default: int, highest: int) -> int:
    """`QUEUE_<NAME>_<WHAT>` of the environment or `.env`, where <NAME> is the queue's name in upper case.

    Raise `SettingsError` for what is not a whole number from 1 to `highest`.
    """
    name = f"QUEUE_{re.sub('[^A-Z0-9]', '_', queue.upper())}_{what}"
    source = env_file()
    text = os.environ.get(name) or (dotenv_values(source).get(name) if source else None)
    if not text:
        return default
    if not text.isdigit() or not 1 <= int(text) <= highest:
        raise SettingsError(f"settings are not valid:\n  - {name}: must be a whole number from 1 to {highest}")
    return int(text)
