import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.crawling.domain.charset import decode


@pytest.mark.parametrize(
    ("body", "header", "expected"),
    [
        (codecs.BOM_UTF8 + "ü".encode(), "text/html; charset=iso-8859-1", ("ü", "utf-8")),
        ("ü".encode("utf-16"), None, ("ü", "utf-16-le")),
        (b"\xfe\xff\x00a", None, ("a", "utf-16-be")),
        (b"\xfc", "text/html; charset=ISO-8859-1", ("ü", "windows-1252")),
        (b"\x80", 'text/html; charset="latin1"', ("€", "windows-1252")),
        (b"<meta charset=windows-1251>\xcf", None, ("<meta charset=windows-1251>П", "windows-1251")),
        (b"<meta charset=utf-16>a", None, ("<meta charset=utf-16>a", "utf-8")),
        ("ü".encode(), "text/html", ("ü", "utf-8")),
        (b"caf\xe9", None, ("café", "windows-1252")),
        (b"<meta charset=utf-8>caf\xe9", None, ("<meta charset=utf-8>caf\ufffd", "utf-8")),
        (("ü" * 100).encode() + b"\xff", None, ("ü" * 100 + "\ufffd", "utf-8")),
        ("日本".encode("shift_jis"), "text/html; charset=Shift_JIS", ("日本", "cp932")),
        (b"a\x00b", None, ("ab", "utf-8")),
    ],
)
def test_bom_then_header_then_meta_then_a_guess(body: bytes, header: str | None, expected: tuple[str, str]) -> None:
    assert decode(body, header) == expected


@pytest.mark.parametrize(
    "name",
    [
        "nope",
        "base64",
        "rot13",
        "zip",
        "idna",
        "punycode",
        "utf-7",
        "undefined",
        "\x00",
        "ü",
        "x" * 500,
        "../etc",
        "unicode_escape",
    ],
)
def test_names_that_are_no_charset_of_the_web_are_ignored(name: str) -> None:
    assert decode("ü".encode(), f"text/html; charset={name}") == ("ü", "utf-8")


@given(st.binary(), st.text())
def test_no_bytes_and_no_name_are_too_hostile(body: bytes, name: str) -> None:
    text, charset = decode(body, f"text/html; charset={name}")
    text.encode()
    codecs.lookup(charset)
    decode(b"<meta charset=" + body + b">")
