"""Bytes and what they are."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.products.errors import InvalidCatalogueError
from engineo.features.products.service.source import Source, lines_of

LONG = "Käse " * 300_000


def read(body: bytes, encoding: str | None = None) -> tuple[str, str]:
    file = io.BytesIO(body)
    with lines_of(Source(file, "csv", encoding)) as (found, lines):
        text = "".join(lines)
    assert not file.closed
    return found, text


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-32", "utf-32"),
        ("cp1252", "windows-1252"),
    ],
)  # fmt: skip
def test_encodings_are_found_out(encoding: str, written: str) -> None:
    assert read(LONG.encode(encoding)) == (written, LONG)


def test_what_the_source_says_counts_unless_a_mark_says_otherwise() -> None:
    assert read("Сыр".encode("koi8-r"), "koi8-r") == ("koi8-r", "Сыр")
    assert read("Käse".encode("utf-8-sig"), "latin-1") == ("utf-8", "Käse")


@pytest.mark.parametrize(
    ("body", "encoding", "why"), [(b"\xff", "utf-8", "not utf-8 text"), (b"a", "no", "no encoding")]
)
def test_what_cannot_be_read_says_why(body: bytes, encoding: str, why: str) -> None:
    with pytest.raises(InvalidCatalogueError, match=why):
        read(body, encoding)


def test_line_ends_are_kept() -> None:
    file = io.BytesIO(b"a\r\nb\rc\n")
    with lines_of(Source(file, "csv")) as (_, lines):
        assert list(lines) == ["a\r\n", "b\r", "c\n"]


@given(st.binary(max_size=60))
def test_no_bytes_do_worse_than_being_refused(body: bytes) -> None:
    try:
        _, text = read(body)
    except InvalidCatalogueError:
        return
    text.encode()
