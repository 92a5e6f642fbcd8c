"""The composition root: the only place where kernel, infrastructure and the module list meet."""

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
import structlog

import engineo.infra.outbox  # noqa: F401 - its table belongs to the metadata
from engineo.infra import logging as logging_infra
from engineo.infra.broker import QueueSettings
from engineo.infra.cron import CronClock
from engineo.infra.database import Base
from engineo.infra.platform import SETTINGS, Platform
from engineo.infra.processors import QueueProcessors
from engineo.infra.queue_events import QueueEvents
from engineo.infra.schedulers import StoredSchedules
from engineo.infra.settings import EnvironmentSettings, FlagSettings, LoadedSettings, Settings, load
from engineo.infra.worker_pool import WorkerPool
from engineo.kernel.flags import ProcessFlags
from engineo.kernel.lifecycle import Component, Supervisor
from engineo.kernel.module import Module, ModuleSet, connect, needs_of
from engineo.kernel.ports import HealthCheck
from engineo.kernel.process import HealthChecks, ProcessInfo, Role
from engineo.modules import MODULES

log = structlog.get_logger(__name__)


def load_modules(names: Sequence[str] = MODULES) -> dict[str, type[Module]]:
    return {name: cast("type[Module]", importlib.import_module(f"{name}.module").MODULE) for name in names}


def settings_classes(modules: Mapping[str, type[Module]]) -> list[type[Settings]]:
    """The platform's settings, and every settings class that a module needs."""
    wanted = [i for module in modules.values() for i in needs_of(module).values() if issubclass(i, Settings)]
    return list(dict.fromkeys([*SETTINGS, FlagSettings, logging_infra.LogSettings, *wanted]))


def metadata() -> sa.MetaData:
    """All tables of all modules."""
    for name in MODULES:
        if importlib.util.find_spec(f"{name}.models") is not None:
            importlib.import_module(f"{name}.models")
    return Base.metadata


class CollectedHealthChecks:
    """The port `HealthChecks`, filled once the modules are connected."""

    def __init__(self) -> None:
        self.checks: Sequence[HealthCheck] = ()

    def all(self) -> Sequence[HealthCheck]:
        return self.checks


@dataclass(frozen=True, slots=True)
class Application:
    """One process: its modules, connected to its platform. First `open`, then `start`, at last `stop`."""

    process: ProcessInfo
    settings: LoadedSettings
    platform: Platform
    modules: ModuleSet
    supervisor: Supervisor

    def open(self) -> None:
        """Open what everything stands on. Raise `BootError` or `UnavailableError`, saying what to do."""
        log.info(
            "process.boot.flags",
            role=self.process.role,
            environment=self.process.environment,
            **{f"enable_{flag}": on for flag, on in self.process.flags.as_dict().items()},
        )
        try:
            self.platform.open()
        except BaseException:
            self.platform.close()
            raise

    def start(self) -> None:
        """Start the background parts. Raise `BootError` or `UnavailableError` when a worker's cannot work."""
        self.supervisor.start()

    def stop(self, timeout: float) -> None:
        self.supervisor.stop(timeout)
        self.platform.close()


def build(
    role: Role,
    *,
    queues: Sequence[str] | None = None,
    threads: int | None = None,
    processes: int = 1,
    share: tuple[int, int] = (0, 1),
    name: str | None = None,
    modules: Mapping[str, type[Module]] | None = None,
) -> Application:
    """Read the settings and connect the modules. Raise `BootError` naming every problem; open nothing."""
    modules = modules or load_modules()
    settings = load(settings_classes(modules))
    environment = settings[EnvironmentSettings]
    logging_infra.configure(settings[logging_infra.LogSettings], local=environment.is_local)
    flags = settings[FlagSettings].flags()
    if role == "cli":
        flags = ProcessFlags(cron=False, queue_processors=False, queue_events=False, queue_schedulers=False)
    process = ProcessInfo(
        role, environment.engineo_env, flags, tuple(queues) if queues else None, threads, processes, share, name
    )  # fmt: skip
    platform = Platform(settings, process)
    checks = CollectedHealthChecks()
    given = {**settings.as_exports(), **platform.exports(), ProcessInfo: process, HealthChecks: checks}
    connected = connect(modules, given)
    checks.checks = connected.collect("health_checks")
    components = [
        platform.relay,
        *connected.collect("components"),
        *_background(process, settings, platform, connected),
    ]
    return Application(process, settings, platform, connected, Supervisor(components, _log_stop_error))


def _background(
    process: ProcessInfo, settings: LoadedSettings, platform: Platform, modules: ModuleSet
) -> list[Component]:
    """The parts that the flags choose. A part that is off is not even built."""
    if process.processes > 1:
        return [WorkerPool(process, platform.jobs)]
    parts: list[Component] = []
    if process.flags.cron:
        parts.append(CronClock(modules.collect("crons"), platform.jobs, platform.clock))
    if process.flags.queue_events:
        parts.append(QueueEvents(platform.jobs, modules.collect("listeners")))
    if process.flags.queue_processors:
        actors = modules.collect("actors")
        queue_settings = settings[QueueSettings]
        parts.append(
            QueueProcessors(
                platform.jobs, actors, platform.database, queue_settings,
                queues=process.queues, threads=process.threads, share=process.share, name=process.name,
                needs_redis=process.role == "worker", about=_identity(process, platform),
            )
        )  # fmt: skip
    if process.flags.queue_schedulers:
        parts.append(StoredSchedules(modules.collect("schedulers"), platform.bell, platform.clock))
    return parts


def _identity(process: ProcessInfo, platform: Platform) -> dict[str, Any]:
    """What tells two processes' settings apart when jobs wait and nobody works them."""
    return {
        "role": process.role,
        "flags": process.flags.as_dict(),
        "started_at": platform.clock.now().isoformat(),
        **platform.redis_identity(),
    }


def _log_stop_error(name: str, error: BaseException) -> None:
    log.error("process.component.stop_failed", component=name, exc_info=error)
