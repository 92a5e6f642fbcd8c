import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.crawling.domain.sitemaps import MAX_SITEMAP_BYTES, MAX_SITEMAP_URLS, parse_sitemap

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'
NAMESPACE = b'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def test_a_urlset() -> None:
    body = HEAD + b"<urlset " + NAMESPACE + b"><url><loc>\n https://a.b/x?y=1&amp;z=2 </loc>"
    body += "<lastmod>2024-05-06</lastmod></url><url><loc>https://a.b/ä</loc></url></urlset>".encode()
    read = parse_sitemap(body)
    assert read.urls == (("https://a.b/x?y=1&z=2", datetime(2024, 5, 6, tzinfo=UTC)), ("https://a.b/%C3%A4", None))
    assert read.problems == ()
    assert parse_sitemap(gzip.compress(body, mtime=0)) == read


def test_an_index() -> None:
    body = b"<sitemapindex><sitemap><loc>/1.xml</loc></sitemap><sitemap><loc>https://a.b/2.xml</loc></sitemap>"
    read = parse_sitemap(body + b"</sitemapindex>", "https://a.b/sitemap.xml")
    assert read.sitemaps == ("https://a.b/1.xml", "https://a.b/2.xml")
    assert read.urls == ()


def test_feeds() -> None:
    rss = b"<rss><channel><link>https://a.b/</link><item><link>https://a.b/1</link>"
    rss += b"<pubDate>Tue, 15 Nov 2011 12:45:26 GMT</pubDate></item></channel></rss>"
    assert parse_sitemap(rss).urls == (("https://a.b/1", datetime(2011, 11, 15, 12, 45, 26, tzinfo=UTC)),)
    atom = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="self" href="https://a.b/self"/>'
    atom += b'<link href="https://a.b/2"/><published>2020-01-01</published><updated>2021-01-01</updated></entry></feed>'
    assert parse_sitemap(atom).urls == (("https://a.b/2", datetime(2021, 1, 1, tzinfo=UTC)),)


def test_plain_text() -> None:
    read = parse_sitemap("\ufeffhttps://a.b/1\r\n# no\r\nhttps://a.b/ü\r\nhttps://a.b/1\nfoo".encode())
    assert [url for url, _ in read.urls] == ["https://a.b/1", "https://a.b/%C3%BC"]
    assert read.problems == ("holds lines that are no URL",)


def test_utf_16() -> None:
    body = '<?xml version="1.0" encoding="utf-16"?><urlset><url><loc>https://a.b/é</loc></url></urlset>'
    assert parse_sitemap(body.encode("utf-16")).urls == (("https://a.b/%C3%A9", None),)


def test_broken_xml_gives_what_could_be_read() -> None:
    read = parse_sitemap(b"<urlset><url><loc>https://a.b/1</loc></url><url><loc>https://a.b/2 & 3</loc><url>")
    assert read.urls[0] == ("https://a.b/1", None)
    assert any(problem.startswith("is broken XML") for problem in read.problems)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "is empty"),
        (b"\x1f\x8bxx", "is damaged gzip"),
        (gzip.compress(b"https://a.b/" + b"x" * 5_000, mtime=0)[:-20], "is cut off gzip"),
        (b"<html><body></body></html>", "is no sitemap: its root element is 'html'"),
        (b"<urlset><url><lastmod>2024-01-01</lastmod></url></urlset>", "holds entries without a usable URL"),
    ],
)
def test_faults_are_named(body: bytes, problem: str) -> None:
    assert problem in parse_sitemap(body).problems


def test_entities_are_neither_expanded_nor_fetched() -> None:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 12))
    body = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + laughs + b'<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    read = parse_sitemap(body + b"<urlset><url><loc>https://a.b/&l11;&f;</loc></url></urlset>")
    assert read.urls in {(("https://a.b/", None),), ()}
    assert "declares a document type, which was ignored" in read.problems


def test_depth_is_bounded() -> None:
    assert parse_sitemap(b"<urlset>" + b"<a>" * 500_000).urls == ()


def test_a_gzip_bomb_is_cut() -> None:
    read = parse_sitemap(gzip.compress(b" " * (MAX_SITEMAP_BYTES + 1_000_000), mtime=0))
    assert read.urls == ()
    assert "is larger than 50 MB; the rest was not read" in read.problems


def test_at_most_50_000_urls_are_read() -> None:
    entries = b"".join(b"<url><loc>https://a.b/%d</loc></url>" % number for number in range(MAX_SITEMAP_URLS + 10))
    read = parse_sitemap(b"<urlset>" + entries + b"</urlset>")
    assert len(read.urls) == MAX_SITEMAP_URLS
    assert read.problems == ("lists 50,000 URLs or more; the rest was not read",)


@given(st.one_of(st.binary(), st.binary().map(lambda tail: b"<urlset><url><loc>" + tail)))
def test_no_file_is_too_hostile(body: bytes) -> None:
    read = parse_sitemap(body, "https://a.b/")
    assert all(url.isascii() for url, _ in read.urls)
