"""Sitemap files: lists of pages, lists of lists, feeds and plain text, as search engines accept them.

Read with libxml2's own limits on depth and entities on, no network and no entity resolved; broken XML gives what could
be read before the break.
"""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from lxml import etree

from engineo.features.crawling.domain.charset import decode
from engineo.features.crawling.domain.dates import parse_date
from engineo.features.crawling.domain.urls import MAX_URL_LENGTH, normalise

MAX_SITEMAP_BYTES = 50 * 1024 * 1024
MAX_SITEMAP_URLS = 50_000
_GZIP_MAGIC = b"\x1f\x8b"
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>|<!ENTITY[^>]*>", re.IGNORECASE | re.DOTALL)
_PROLOG_BYTES = 16_384
_MAX_LINE = 4 * MAX_URL_LENGTH
_ENTRIES = frozenset({"url", "sitemap", "item", "entry"})
_KNOWN_ROOTS = frozenset({"urlset", "sitemapindex", "rss", "feed", "RDF"})


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one file lists. URLs are as written, but for relative ones where the file's own URL is known.

    `urls`: (URL, lastmod or None). `sitemaps`: the files that an index points to.
    """

    urls: tuple[tuple[str, datetime | None], ...] = ()
    sitemaps: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def parse_sitemap(body: bytes, url: str | None = None) -> Sitemap:
    """Read a sitemap, compressed or not; `url` is where it lay. Never raises: faults are `problems`.

    At most 50 MB after decompression and 50,000 entries are read, as the sitemap protocol has it.
    """
    reader = _Reader(url)
    body = reader.unpacked(body)
    start = body[:_PROLOG_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        reader.problem("is empty")
    elif start.startswith(b"<") or body.startswith((b"\xff\xfe", b"\xfe\xff")):
        reader.read_xml(body)
    else:
        reader.read_lines(body)
    return Sitemap(tuple(reader.urls.items()), tuple(reader.sitemaps), tuple(reader.problems))


class _Reader:
    def __init__(self, url: str | None) -> None:
        self.base = url
        self.urls: dict[str, datetime | None] = {}
        self.sitemaps: dict[str, None] = {}
        self.problems: dict[str, None] = {}

    def problem(self, what: str) -> None:
        self.problems[what] = None

    def unpacked(self, body: bytes) -> bytes:
        """The body without gzip, cut at 50 MB."""
        if body.startswith(_GZIP_MAGIC):
            unpacker = zlib.decompressobj(wbits=31)
            try:
                body = unpacker.decompress(body, MAX_SITEMAP_BYTES + 1)
            except zlib.error:
                self.problem("is damaged gzip")
                return b""
            if not unpacker.eof and len(body) <= MAX_SITEMAP_BYTES:
                self.problem("is cut off gzip")
        if len(body) > MAX_SITEMAP_BYTES:
            self.problem("is larger than 50 MB; the rest was not read")
        return body[:MAX_SITEMAP_BYTES]

    def read_xml(self, body: bytes) -> None:
        """Stream the elements, so that neither size nor shape of the file is kept in memory."""
        if b"<!" in body[:_PROLOG_BYTES] and _DOCTYPE.search(body[:_PROLOG_BYTES]):
            self.problem("declares a document type, which was ignored")
            body = _DOCTYPE.sub(b"", body[:_PROLOG_BYTES]) + body[_PROLOG_BYTES:]
        parser = etree.iterparse(
            BytesIO(body.lstrip()),
            events=("start", "end"),
            recover=True,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        root = ""
        try:
            for event, element in parser:
                name = _local(element.tag)
                if event == "start":
                    root = root or name
                elif name in _ENTRIES:
                    self._entry(name, element)
                    _forget(element)
                    if self._full():
                        return
        except etree.XMLSyntaxError as error:
            self.problem(f"is broken XML: {str(error)[:200]}")
        faults = parser.error_log
        if len(faults):
            self.problem(f"is broken XML: {faults[0].message[:200]} (line {faults[0].line})")
        if root not in _KNOWN_ROOTS:
            self.problem(f"is no sitemap: its root element is {root[:60]!r}" if root else "holds no element")

    def _entry(self, name: str, element: etree._Element) -> None:
        location, modified = "", None
        for child in element:
            kind, text = _local(child.tag), (child.text or "").strip()
            if kind in {"loc", "link"} and not location:
                if kind == "link" and (child.get("rel") or "alternate") != "alternate":
                    continue
                location = text or (child.get("href") or "").strip()
            elif kind in {"lastmod", "updated", "pubDate", "date"} or (kind == "published" and modified is None):
                modified = parse_date(text) or modified
        self._add(location, modified, index=name == "sitemap")

    def read_lines(self, body: bytes) -> None:
        """One URL per line."""
        text, _ = decode(body)
        for raw in text.splitlines():
            line = raw[:_MAX_LINE].strip()
            if line and not line.startswith("#"):
                if not line.lower().startswith(("http://", "https://")):
                    self.problem("holds lines that are no URL")
                    continue
                self._add(line, None, index=False)
                if self._full():
                    return

    def _add(self, location: str, modified: datetime | None, *, index: bool) -> None:
        absolute = normalise(location, self.base) if location else None
        if absolute is None:
            self.problem("holds entries without a usable URL")
        elif index:
            self.sitemaps[absolute] = None
        else:
            self.urls.setdefault(absolute, modified)

    def _full(self) -> bool:
        if len(self.urls) + len(self.sitemaps) < MAX_SITEMAP_URLS:
            return False
        self.problem("lists 50,000 URLs or more; the rest was not read")
        return True


def _local(tag: object) -> str:
    """A tag without its namespace; "" for what is no element."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _forget(element: etree._Element) -> None:
    """Drop an element that was read, and those before it, from the tree that is being built."""
    element.clear()
    parent = element.getparent()
    before: Iterable[etree._Element] = () if parent is None else list(element.itersiblings(preceding=True))
    for sibling in before:
        if parent is not None:
            parent.remove(sibling)
