"""The Lua scripts, each with what several of them share in front of it."""

import hashlib
from dataclasses import dataclass
from importlib import resources

_PLAIN = ("add_plain", "unfinished")
# Upstash locks the whole database for a script that does not say it keeps to its keys; other servers refuse the line.
KEY_LOCKING = "#!lua flags=allow-key-locking\n"


@dataclass(frozen=True, slots=True)
class Script:
    """A script as it is sent, and the name the server gives it."""

    text: bytes
    sha: bytes


def load(name: str, *, key_locking: bool = False) -> Script:
    folder = resources.files(__name__)
    source = (folder / f"{name}.lua").read_text(encoding="utf-8")
    if name not in _PLAIN:
        source = (folder / "lib.lua").read_text(encoding="utf-8") + source
    text = ((KEY_LOCKING if key_locking else "") + source).encode()
    return Script(text, hashlib.sha1(text, usedforsecurity=False).hexdigest().encode())
