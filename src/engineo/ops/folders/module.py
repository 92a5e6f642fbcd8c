"""Folders served like sites: what the module offers."""

from dependency_injector import providers

from engineo.features.deo_score.contracts import FolderServer
from engineo.kernel.module import Module
from engineo.ops.folders.server import FolderSites


class FoldersModule(Module):
    exports = providers.Dict({FolderServer: providers.Factory(FolderSites)})


MODULE = FoldersModule
