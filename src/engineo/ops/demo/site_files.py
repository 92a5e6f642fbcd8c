"""Which file of a folder a URL path means, and how it is described to a browser. Never leaves the folder."""

import mimetypes
import re
import stat
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from engineo.ops.demo.htaccess import Htaccess, merged, parse_htaccess
from engineo.ops.demo.redirects import Rule

_TYPES = mimetypes.MimeTypes()  # of Python itself: the same on every machine
for _ending, _type in {
    ".atom": "application/atom+xml",
    ".avif": "image/avif",
    ".js": "text/javascript",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".rss": "application/rss+xml",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}.items():
    _TYPES.add_type(_type, _ending)
_TEXT = re.compile(r"text/|(application|image)/(.+\+)?(xml|json)$")
_REFUSED = re.compile(r"%(2f|5c|00)|[\\\x00]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Moved:
    """A folder that was asked for without its slash; `location` is percent-encoded."""

    location: str


def decoded(path: str) -> str | None:
    """The percent-decoded path with single slashes; None for one that could mean another file than it seems to."""
    if not path.startswith("/") or _REFUSED.search(path):
        return None
    plain = re.sub(r"/{2,}", "/", unquote(path, errors="surrogateescape"))
    return None if {".", ".."} & set(plain.split("/")) else plain


def content_type(name: str) -> str:
    kind, packing = _TYPES.guess_type(name)
    return kind if kind and not packing else "application/octet-stream"


def is_text(kind: str) -> bool:
    return _TEXT.match(kind) is not None


class SiteFiles:
    """The files below one folder. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.resolve(strict=True)
        self._lock = threading.Lock()
        self._read: dict[Path, tuple[tuple[int, int], Htaccess]] = {}

    def find(self, path: str) -> Path | Moved | None:
        """The regular file for a `decoded` path; `Moved` for a folder without its slash; None for anything else.

        Hidden files are none, whichever way they are reached; `/.well-known/` is not hidden.
        """
        target = self._inside(path)
        if target is None:
            return None
        if target.is_dir():
            if not path.endswith("/"):
                return Moved(quote(path, errors="surrogateescape") + "/") if (target / "index.html").is_file() else None
            return self.find(f"{path}index.html")
        return target if not path.endswith("/") and stat.S_ISREG(target.stat().st_mode) else None

    def rules(self, path: str) -> tuple[Rule, ...]:
        """The redirect rules that hold for a `decoded` path: of the `.htaccess` of each folder on the way to it."""
        folder, found = "/", [self._htaccess("/")]
        for part in filter(None, path.split("/")):
            folder = f"{folder}{part}/"
            inside = self._inside(folder)
            if inside is None or not inside.is_dir():
                break
            found.append(self._htaccess(folder))
        return merged(found)

    def problems(self) -> tuple[str, ...]:
        """Lines of the folder's own `.htaccess` that were skipped, as "line 3: …"."""
        return self._htaccess("/").problems

    def _inside(self, path: str) -> Path | None:
        try:
            target = (self._root / path.strip("/")).resolve(strict=True)
            parts = target.relative_to(self._root).parts
        except (OSError, ValueError, RuntimeError):  # missing, outside, a NUL, a circle of links
            return None
        asked = path.strip("/").split("/")
        hidden = any(part.startswith(".") for part in (*asked, *parts) if part != ".well-known")
        return None if hidden else target

    def _htaccess(self, folder: str) -> Htaccess:
        """What the folder's file says now; read again when it has changed."""
        inside = self._inside(folder)
        file = inside / ".htaccess" if inside else self._root
        if not file.is_file() or not file.resolve().is_relative_to(self._root):
            return Htaccess()
        status = file.stat()
        version = status.st_mtime_ns, status.st_size
        with self._lock:
            known = self._read.get(file)
            if known is None or known[0] != version:
                text = file.read_text(encoding="utf-8", errors="surrogateescape")
                known = self._read[file] = (version, parse_htaccess(text, folder))
            return known[1]
