"""Where a catalogue comes from: bytes, and what they are."""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Literal

from engineo.features.products.errors import InvalidCatalogueError

Format = Literal["csv", "json"]
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CHUNK = 1024 * 1024
_LEGACY = "windows-1252"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read again from its beginning. `encoding` None: found out."""

    file: BinaryIO
    format: Format
    encoding: str | None = None


@contextmanager
def lines_of(source: Source) -> Iterator[tuple[str, Iterator[str]]]:
    """The encoding that a source is read in, and its lines with their ends.

    A mark at the beginning decides, then what the source says of itself, then whether it is UTF-8; Windows-1252, in
    which old spreadsheets of western Europe write, is what is left.
    """
    encoding = _marked(source.file) or source.encoding or _guessed(source.file)
    source.file.seek(0)
    try:
        text = io.TextIOWrapper(source.file, encoding=encoding, errors="strict", newline="")
    except LookupError:
        raise InvalidCatalogueError(f"{encoding[:40]!r} is no encoding that is known here; try utf-8") from None
    try:
        yield encoding.removesuffix("-sig"), text
    except UnicodeError as error:
        raise InvalidCatalogueError(f"the file is not {encoding} text ({_first_line(error)})") from error
    finally:
        text.detach()  # the file belongs to the caller


def _first_line(error: UnicodeError) -> str:
    return error.reason if isinstance(error, UnicodeDecodeError) else str(error).split("\n", maxsplit=1)[0]


def _marked(file: BinaryIO) -> str | None:
    file.seek(0)
    head = file.read(4)
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def _guessed(file: BinaryIO) -> str:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _LEGACY
    return "utf-8"
