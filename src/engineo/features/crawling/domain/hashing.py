"""Fingerprints of texts: equal texts have equal hashes, similar texts have simhashes that differ in few bits."""

import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import pairwise

from engineo.features.crawling.domain.calendar_names import MONTHS
from engineo.features.crawling.domain.text import any_unspaced, unspaced

_BYTES = 8
_BIT_OF_BYTE = tuple(bytes(byte >> bit & 1 for byte in range(256)) for bit in range(8))
_DIGIT = re.compile(r"\d")


def hash64(text: str) -> str:
    """blake2b-64 of a text, as 16 hex digits."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=_BYTES).hexdigest()


def simhash(runs: Sequence[str]) -> str:
    """64-bit simhash, as 16 hex digits, of the distinct word pairs (unspaced scripts: character triples) of runs.

    Bit by bit the majority of the features' blake2b-64 hashes; a tie is 0. Counting is done on whole columns of bytes.
    """
    hashes = b"".join(blake2b(feature.encode(), digest_size=_BYTES).digest() for feature in features(runs))
    half = len(hashes) // _BYTES / 2
    value = 0
    for column in range(_BYTES):
        byte_column = hashes[column::_BYTES]
        for bit in range(7, -1, -1):
            value = value << 1 | (byte_column.translate(_BIT_OF_BYTE[bit]).count(1) > half)
    return f"{value:016x}"


def features(runs: Sequence[str]) -> set[str]:
    """Distinct word 2-grams, and character 3-grams within runs of unspaced scripts."""
    if not any_unspaced(runs):
        return set(map(" ".join, pairwise(runs)))
    found: set[str] = set()
    before: str | None = None
    for run in runs:
        if unspaced(run):
            found.update(run[i : i + 3] for i in range(max(1, len(run) - 2)))
            before = None
        else:
            if before is not None:
                found.add(f"{before} {run}")
            before = run
    return found


def text_hash(title: str, tokens: Iterable[str]) -> str:
    """Hash of a title and the token sequence of the main text."""
    return hash64(f"{title}\n{' '.join(tokens)}")


def content_hash(tokens: Iterable[str]) -> str:
    """Hash of a token sequence without digits and month names, so that a new date alone is no new content."""
    kept = (token for token in tokens if token not in MONTHS and (token.isalpha() or not _DIGIT.search(token)))
    return hash64(" ".join(kept))
