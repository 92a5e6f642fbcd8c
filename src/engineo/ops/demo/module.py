"""The demonstration: what the module needs and runs."""

from dependency_injector import providers

from engineo.features.deo_score.contracts import ScoreRenderer
from engineo.kernel.module import Module, needs
from engineo.ops.demo.commands import build_commands


class DemoModule(Module):
    renderer = needs(ScoreRenderer)

    commands = providers.List(providers.Factory(build_commands, renderer=renderer))


MODULE = DemoModule
