"""Bytes of a page to text, as browsers decide: byte order mark, then header, then meta, then a guess."""

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,512}?charset\s*=\s*[\"']?\s*([^\s\"'/>;]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"\A\s*<\?xml[^>]{0,256}?encoding\s*=\s*[\"']([^\"']{1,40})[\"']")
_PRESCAN_BYTES = 4_096

# What browsers read under names that promise less (WHATWG Encoding).
_ALIASES = {
    "iso-8859-1": "windows-1252", "iso8859-1": "windows-1252", "latin-1": "windows-1252", "latin1": "windows-1252",
    "l1": "windows-1252", "ascii": "windows-1252", "us-ascii": "windows-1252", "cp1252": "windows-1252",
    "x-cp1252": "windows-1252", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8", "x-sjis": "cp932",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "windows-31j": "cp932", "gb2312": "gb18030",
    "gbk": "gb18030", "x-gbk": "gb18030", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "big5-hkscs": "big5hkscs",
    "iso-8859-9": "windows-1254", "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874",
    "utf-16": "utf-16-le", "unicode": "utf-16-le", "x-mac-cyrillic": "mac-cyrillic", "macintosh": "mac-roman",
}  # fmt: skip
# Python knows codecs that are no charset of the web: text transforms, and utf-7, an old way to smuggle markup.
_REFUSED = frozenset({"utf_7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})


def decode(body: bytes, content_type_header: str | None = None) -> tuple[str, str]:
    """The text, and the name of the charset it was read in. Never raises: broken bytes become U+FFFD.

    NUL characters are dropped: no page means them, and no database stores them.
    """
    text, charset = _decode(body, content_type_header)
    return text.replace("\x00", ""), charset


def _decode(body: bytes, content_type_header: str | None) -> tuple[str, str]:
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace"), charset
    declared = _of_header(content_type_header) or _of_markup(body[:_PRESCAN_BYTES])
    if declared and declared != "utf-8":
        return body.decode(declared, "replace"), declared
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        # A page that claims utf-8, or breaks late or rarely, is damaged utf-8; otherwise it is the old Western default.
        if declared or _mostly_utf8(body, error.start):
            return body.decode("utf-8", "replace"), "utf-8"
        return body.decode("windows-1252", "replace"), "windows-1252"


def _mostly_utf8(body: bytes, first_error: int) -> bool:
    sample = body[max(0, first_error - 32_768) : first_error + 32_768].decode("utf-8", "replace")
    broken = sample.count("\ufffd")
    return sum(1 for character in sample if character > "\x7f") > 10 * broken


def _of_header(header: str | None) -> str | None:
    found = _HEADER.search(header[:1_000]) if header else None
    return _known(found[1]) if found else None


def _of_markup(start: bytes) -> str | None:
    found = _META.search(start) or _XML.search(start)
    charset = _known(found[1].decode("ascii", "replace")) if found else None
    # Markup that was readable as ASCII up to its own declaration cannot be in two-byte units.
    return "utf-8" if charset in {"utf-16-le", "utf-16-be"} else charset


def _known(name: str) -> str | None:
    """The codec that browsers use for a charset name, or None for a name that is none."""
    name = name.strip().lower()[:40]
    if not name.isascii() or "\x00" in name:
        return None
    name = _ALIASES.get(name, name)
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)  # refuses text transforms such as rot13 or base64
    except (LookupError, ValueError, TypeError):
        return None
    plain = codec.name.replace("-", "_")
    return None if plain in _REFUSED or plain.startswith("utf_32") else name
