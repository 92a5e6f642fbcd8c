"""The benchmark's command."""

from dependency_injector import providers

from engineo.kernel.module import Module
from engineo.ops.bench.commands import build_commands


class BenchModule(Module):
    commands = providers.List(providers.Factory(build_commands))


MODULE = BenchModule
