import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.infra.http.decoding import MAX_GZIP_MEMBERS, BodyReader, MalformedError, TooLargeError

MEGABYTE = 1024 * 1024


def raw_deflate(data: bytes) -> bytes:
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflate.compress(data) + deflate.flush()


def two_members(data: bytes) -> bytes:
    half = len(data) // 2
    return gzip.compress(data[:half]) + gzip.compress(data[half:])


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "X-GZIP, identity": gzip.compress,
    "gzip ": two_members,
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
}


def read(encoding: str, data: bytes, *, piece: int = MEGABYTE, max_bytes: int = MEGABYTE) -> bytes:
    reader = BodyReader(encoding, max_bytes)
    for start in range(0, len(data), piece):
        reader.feed(data[start : start + piece])
    return reader.finish()


@given(st.sampled_from(sorted(ENCODERS)), st.binary(max_size=3000), st.integers(1, 500))
def test_a_body_survives_its_encoding_however_it_is_cut(encoding: str, body: bytes, piece: int) -> None:
    assert read(encoding, ENCODERS[encoding](body), piece=piece) == body


@given(st.sampled_from(sorted(ENCODERS)), st.binary(max_size=2000), st.integers(0, 2000), st.integers(1, 500))
def test_no_more_than_the_limit_ever_comes_out(encoding: str, body: bytes, limit: int, piece: int) -> None:
    encoded = ENCODERS[encoding](body)
    if max(len(encoded), len(body)) <= limit:
        assert read(encoding, encoded, piece=piece, max_bytes=limit) == body
    else:
        with pytest.raises(TooLargeError):
            read(encoding, encoded, piece=piece, max_bytes=limit)


@given(st.sampled_from(["gzip", "deflate"]), st.binary(min_size=1, max_size=300), st.integers(1, 50))
def test_arbitrary_bytes_are_a_body_or_a_named_failure(encoding: str, data: bytes, piece: int) -> None:
    try:
        body = read(encoding, data, piece=piece, max_bytes=5000)
    except (MalformedError, TooLargeError):
        return
    assert len(body) <= 5000


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip, br", "utf-8"])
def test_an_encoding_that_was_not_asked_for_is_malformed(encoding: str) -> None:
    with pytest.raises(MalformedError, match="not asked for"):
        read(encoding, b"hello")


@pytest.mark.parametrize("encoding", ["br", "gzip", "deflate", ""])
def test_an_empty_body_has_no_encoding_to_be_wrong(encoding: str) -> None:
    assert read(encoding, b"") == b""


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "Deflate"])
def test_a_stream_that_stops_in_the_middle_is_malformed(encoding: str) -> None:
    with pytest.raises(MalformedError, match="ends in the middle"):
        read(encoding, ENCODERS[encoding](b"hello" * 100)[:-6])


def test_plain_text_called_gzip_is_malformed() -> None:
    with pytest.raises(MalformedError, match="not in its content-encoding"):
        read("gzip", b"<html>plain</html>")


def test_padding_after_gzip_is_ignored() -> None:
    assert read("gzip", gzip.compress(b"hello") + bytes(512), piece=7) == b"hello"


def test_a_flood_of_empty_gzip_members_is_malformed() -> None:
    flood = gzip.compress(b"") * (MAX_GZIP_MEMBERS + 1)
    with pytest.raises(MalformedError, match="gzip members"):
        read("gzip", flood)


def test_a_bomb_is_too_large_and_costs_little_more_memory_than_the_limit() -> None:
    bomb = gzip.compress(bytes(200 * MEGABYTE), compresslevel=1)
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError, match="decodes to more than"):
            read("gzip", bomb, max_bytes=2 * MEGABYTE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * MEGABYTE


def test_the_size_transferred_is_counted_before_decoding() -> None:
    encoded = gzip.compress(b"hello" * 1000)
    reader = BodyReader("gzip", MEGABYTE)
    reader.feed(encoded)
    assert reader.transfer_bytes == len(encoded)
    assert len(reader.finish()) == 5000
