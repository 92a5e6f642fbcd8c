"""A response body, decoded within a bound of memory whatever arrives."""

import zlib
from typing import Protocol

MAX_GZIP_MEMBERS = 1000
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


class TooLargeError(Exception):
    """The body is larger than the limit."""


class MalformedError(Exception):
    """The body is not what its headers say."""


class _Decoder(Protocol):
    def decode(self, data: bytes, limit: int, /) -> bytes:
        """At most `limit` bytes. Raise `zlib.error` or `MalformedError` for a broken stream."""

    def finished(self) -> bool: ...


class BodyReader:
    """Collects a body; never holds more than `max_bytes` of it and one chunk.

    `max_bytes` bounds what was transferred as well as what it decodes to. `transfer_bytes` is the size as transferred,
    content encoding included and the framing of chunks not.
    """

    def __init__(self, content_encoding: str, max_bytes: int) -> None:
        self.transfer_bytes = 0
        self._max_bytes = max_bytes
        self._body = bytearray()
        self._decoder = _decoder_for(content_encoding)

    def feed(self, data: bytes) -> None:
        """Raise `TooLargeError` or `MalformedError`."""
        self.transfer_bytes += len(data)
        if self.transfer_bytes > self._max_bytes:
            raise TooLargeError(f"the body is larger than {self._max_bytes} bytes")
        try:
            self._body += self._decoder.decode(data, self._max_bytes + 1 - len(self._body))
        except zlib.error:
            raise MalformedError("the body is not in its content-encoding") from None
        if len(self._body) > self._max_bytes:
            raise TooLargeError(f"the body decodes to more than {self._max_bytes} bytes")

    def finish(self) -> bytes:
        """The whole body. Raise `MalformedError` where the encoded stream stops in the middle."""
        if self.transfer_bytes and not self._decoder.finished():
            raise MalformedError("the body ends in the middle of its content-encoding")
        return bytes(self._body)


class _Identity:
    def decode(self, data: bytes, limit: int) -> bytes:
        return data[:limit]

    def finished(self) -> bool:
        return True


class _Gzip:
    """One or more gzip members; what follows the last one is padding, as browsers read it."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP)
        self._members = 1
        self._held = b""  # after a member: half of what may begin another one
        self._padding = False

    def decode(self, data: bytes, limit: int) -> bytes:
        decoded = bytearray()
        data, self._held = self._held + data, b""
        while data and not self._padding and len(decoded) < limit:
            if self._inflate.eof:
                if data == _GZIP_MAGIC[:1]:
                    self._held = data
                    break
                self._next_member(data)
            else:
                decoded += self._inflate.decompress(data, limit - len(decoded))
                data = self._inflate.unused_data
        return bytes(decoded)

    def _next_member(self, data: bytes) -> None:
        if not data.startswith(_GZIP_MAGIC):
            self._padding = True
            return
        self._members += 1
        if self._members > MAX_GZIP_MEMBERS:
            raise MalformedError(f"the body has more than {MAX_GZIP_MEMBERS} gzip members")
        self._inflate = zlib.decompressobj(_GZIP)

    def finished(self) -> bool:
        return self._inflate.eof


class _Unknown:
    """An encoding that was not asked for: harmless while there is no body."""

    def decode(self, _data: bytes, _limit: int) -> bytes:
        raise MalformedError("the body has a content-encoding that was not asked for")

    def finished(self) -> bool:
        return True


class _Deflate:
    """The zlib format, as specified, or raw deflate, as some servers send; the first two bytes tell."""

    def __init__(self) -> None:
        self._start = b""
        self._inflate = zlib.decompressobj(_ZLIB)
        self._chosen = False

    def decode(self, data: bytes, limit: int) -> bytes:
        if not self._chosen:
            data = self._start = self._start + data
            if len(data) < 2:  # noqa: PLR2004 - the size of a zlib header
                return b""
            self._chosen = True
            if data[0] & 0x0F != zlib.DEFLATED or int.from_bytes(data[:2], "big") % 31:
                self._inflate = zlib.decompressobj(_RAW)
        return b"" if self._inflate.eof else self._inflate.decompress(data, limit)

    def finished(self) -> bool:
        return self._inflate.eof


_DECODERS: dict[str, type[_Decoder]] = {"gzip": _Gzip, "x-gzip": _Gzip, "deflate": _Deflate}


def _decoder_for(content_encoding: str) -> _Decoder:
    names = [name for part in content_encoding.lower().split(",") if (name := part.strip()) not in {"", "identity"}]
    if not names:
        return _Identity()
    return _DECODERS.get(names[0], _Unknown)() if len(names) == 1 else _Unknown()
