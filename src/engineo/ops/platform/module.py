"""The machine's own commands: what the module needs and runs."""

from dependency_injector import providers

from engineo.features.projects.contracts import ApiKeys
from engineo.kernel.module import Module, needs
from engineo.kernel.ports import Runtime
from engineo.kernel.process import ProcessInfo
from engineo.ops.platform.commands import build_commands


class PlatformModule(Module):
    runtime = needs(Runtime)
    process = needs(ProcessInfo)
    keys = needs(ApiKeys)

    commands = providers.List(providers.Factory(build_commands, runtime=runtime, process=process, keys=keys.provider))


MODULE = PlatformModule
