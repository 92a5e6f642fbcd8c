"""Identifiers that sort by the time they were made: ULIDs (48 bits of milliseconds, then 80 bits), as text."""

import itertools
import os
import re
import secrets
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32, which sorts like the number it spells
_PAIRS = [a + b for a in ALPHABET for b in ALPHABET]
_PYTHON_DIGITS = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_ULID = re.compile(f"[0-7][{ALPHABET}]{{25}}")
ID_LENGTH = 26
STAMP_LENGTH = 16


class IdSource:
    """Makes ids that strictly increase within one process while the clock does not run backwards.

    After the milliseconds stand 30 bits of a counter, then 50 random bits that tell processes apart. Thread-safe.
    """

    def __init__(self) -> None:
        self._counter = itertools.count()  # next() of it is atomic
        self._time = (-1, "")  # the last moment and its text, in one attribute: threads see both or neither
        self._tail = _base32(secrets.randbits(50), 10)

    def new(self, milliseconds: int | None = None) -> str:
        """A ULID for a moment (milliseconds since 1970; now by default)."""
        return self.stamp(milliseconds) + self._tail

    def stamp(self, milliseconds: int | None = None) -> str:
        """The 16 characters that order an id: 10 of the time, 6 of the counter."""
        if milliseconds is None:
            milliseconds = time.time_ns() // 1_000_000
        number = next(self._counter) & 0x3FFFFFFF
        moment, text = self._time
        if moment != milliseconds:
            text = _base32(milliseconds, 10)
            self._time = (milliseconds, text)
        return text + _PAIRS[number >> 20] + _PAIRS[(number >> 10) & 1023] + _PAIRS[number & 1023]


def _base32(number: int, length: int) -> str:
    return "".join(_PAIRS[(number >> shift) & 1023] for shift in range(5 * length - 10, -1, -10))


def milliseconds_of(identifier: str) -> int | None:
    """When a ULID was made; None for any other text."""
    if not _ULID.fullmatch(identifier):
        return None
    return int(identifier[:10].translate(_PYTHON_DIGITS), 32)


_source = IdSource()


def _reseed() -> None:
    global _source  # noqa: PLW0603 - a forked process must not go on with its parent's random bits
    _source = IdSource()


os.register_at_fork(after_in_child=_reseed)


def new_id() -> str:
    """A fresh id: 26 characters, sortable by time."""
    return _source.new()


def new_stamp(milliseconds: int) -> str:
    """16 characters that sort by time and, within this process, by the order of the calls."""
    return _source.stamp(milliseconds)


def id_at(milliseconds: int) -> str:
    """A fresh id for a moment."""
    return _source.new(milliseconds)
