"""The port `FolderServer`: the demonstration's web server for any folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

from engineo.ops.demo.site_server import SiteServer

_FIRST_PORT, _PORTS = 20_000, 12_000  # below those that systems give out by themselves


class FolderSites:
    """A folder keeps its port, so that its scores have a history; where that is taken, any other will do."""

    @contextmanager
    def serve(self, folder: Path) -> Iterator[str]:
        server = SiteServer(folder, port=port_of(folder))
        try:
            server.start()
        except OSError:
            server = SiteServer(folder).start()
        try:
            yield server.origin
        finally:
            server.stop()


def port_of(folder: Path) -> int:
    return _FIRST_PORT + crc32(str(folder.resolve()).encode(errors="surrogateescape")) % _PORTS
