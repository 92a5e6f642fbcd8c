"""The module system: a module says what it needs, what it offers and what it runs.

    class ScoreModule(Module):
        uow = needs(UnitOfWork)
        service = providers.Factory(ScoreService, uow=uow)
        exports = providers.Dict({ScoreReader: service})
        routers = providers.List(providers.Factory(build_router, service=service))

`connect` fills every `needs(...)` from what the others export and refuses, before anything starts, a need that
nobody exports, two exporters of one interface, and a cycle. There is no wiring by decorator: routers and actors are
built by the container and close over their service.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from dependency_injector import containers, providers

from engineo.kernel.errors import BootError


class WiringError(BootError):
    """The modules do not fit together."""


class Need(providers.Dependency):  # type: ignore[type-arg]
    """A placeholder for an interface that another module or the platform exports."""


def needs(interface: type) -> Any:  # noqa: ANN401 - stands in for an instance of the interface
    """Declare a need. Interfaces that are Protocols must be `@runtime_checkable`."""
    return Need(instance_of=interface)


class Module(containers.DeclarativeContainer):
    """Base of all modules. Each list is read only by the processes that it concerns."""

    exports = providers.Dict({})
    routers = providers.List()  # the API
    actors = providers.List()  # ENABLE_QUEUE_PROCESSORS
    crons = providers.List()  # ENABLE_CRON
    schedulers = providers.List()  # ENABLE_QUEUE_SCHEDULERS
    listeners = providers.List()  # ENABLE_QUEUE_EVENTS
    commands = providers.List()  # the CLI
    components = providers.List()  # every long-running process
    health_checks = providers.List()  # every process that answers /health


def needs_of(module: type[Module]) -> dict[str, type]:
    """The interfaces that a module needs, by attribute."""
    return {
        name: cast("type", provider.instance_of)
        for name, provider in module.providers.items()
        if isinstance(provider, Need)
    }


class ModuleSet:
    """Modules that fit together, in the order of their names in `modules`."""

    def __init__(self, connected: Mapping[str, Any]) -> None:
        self._connected = connected

    def collect(self, kind: str) -> list[Any]:
        """Build what every module lists under `kind`: "routers", "actors", "crons", ..."""
        return [item for container in self._connected.values() for item in getattr(container, kind)()]

    def exported(self, interface: type) -> Any:  # noqa: ANN401 - an instance of the interface
        """What the modules export under `interface`; raise `WiringError` when none does."""
        for container in self._connected.values():
            if interface in container.exports.kwargs:
                return container.exports.kwargs[interface]()
        raise WiringError(f"no module exports {interface.__name__}")


def connect(modules: Mapping[str, type[Module]], given: Mapping[type, object]) -> ModuleSet:
    """Connect modules (by dotted name) with each other and with what the platform gives.

    Raises `WiringError` naming the module, the interface and what is exported instead.
    """
    exporters = _exporters(modules, given)
    wanted = {name: needs_of(module) for name, module in modules.items()}
    for name, interfaces in wanted.items():
        for interface in interfaces.values():
            if interface not in exporters:
                offered = ", ".join(sorted(i.__name__ for i in exporters)) or "nothing"
                msg = f"module {name!r} needs {interface.__name__}, which no module exports (exported: {offered})"
                raise WiringError(msg)
    _refuse_cycles(wanted, exporters)

    instances = {name: module() for name, module in modules.items()}
    for name, interfaces in wanted.items():
        for attribute, interface in interfaces.items():
            exporter = exporters[interface]
            source = (
                providers.Object(given[interface])
                if exporter is None
                else instances[exporter].exports.kwargs[interface]
            )
            getattr(instances[name], attribute).override(source)
    return ModuleSet(instances)


def _exporters(modules: Mapping[str, type[Module]], given: Iterable[type]) -> dict[type, str | None]:
    """Who exports each interface; None stands for the platform."""
    exporters: dict[type, str | None] = dict.fromkeys(given)
    for name, module in modules.items():
        for interface in module.exports.kwargs:
            if interface in exporters:
                other = exporters[interface] or "the platform"
                msg = f"both {other!r} and {name!r} export {interface.__name__}; an interface has one exporter"
                raise WiringError(msg)
            exporters[interface] = name
    return exporters


def _refuse_cycles(wanted: Mapping[str, Mapping[str, type]], exporters: Mapping[type, str | None]) -> None:
    edges = {name: sorted({e for i in n.values() if (e := exporters[i]) is not None}) for name, n in wanted.items()}
    done: set[str] = set()

    def visit(name: str, path: Sequence[str]) -> None:
        if name in path:
            circle = " -> ".join([*path[path.index(name) :], name])
            msg = f"modules need each other in a circle: {circle}; move what they share into a contract of one of them"
            raise WiringError(msg)
        if name not in done:
            for other in edges[name]:
                visit(other, [*path, name])
            done.add(name)

    for name in edges:
        visit(name, [])
