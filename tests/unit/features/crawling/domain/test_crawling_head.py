import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from engineo.features.crawling.contracts import RobotsDirectives
from engineo.features.crawling.domain.head import Head, canonical_headers, directives, robots_headers

URL = "https://a.b/dir/page"


def head_of(html: str) -> Head:
    return Head(LexborHTMLParser(f"<html lang=' de '><head>{html}</head><body></body>"), URL)


def test_titles_and_metas() -> None:
    head = head_of("<title> A\n b </title><title>c</title><meta NAME=Description content=' d '><meta name=description>")
    assert (head.title, head.titles, head.meta("description"), head.lang()) == ("A b", 2, "d", "de")
    empty = head_of("<title> </title><meta name=description content=' '>")
    assert (empty.title, empty.titles, empty.meta("description")) == (None, 1, None)


def test_families_of_metas() -> None:
    head = head_of(
        "<meta property=og:title content=A><meta property=og:title content=B><meta name=twitter:card content=c>"
    )
    assert head.family("og:") == {"title": "A"}
    assert head.family("twitter:") == {"card": "c"}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", ((), False)),
        ("<link rel=canonical href=/x>", (("https://a.b/x",), True)),
        ("<link rel='nofollow CANONICAL' href='https://c.d/'>", (("https://c.d/",), False)),
        ("<base href=https://e.f/g/><link rel=canonical href=x>", (("https://e.f/g/x",), True)),
        ("<link rel=canonical href=''><link rel=canonical href='http://['>", (("", ""), False)),
    ],
)
def test_canonicals(html: str, expected: tuple[tuple[str, ...], bool]) -> None:
    assert head_of(html).canonicals() == expected


def test_hreflang_is_kept_as_written() -> None:
    head = head_of("<link rel=alternate hreflang=DE-at href=/de><link rel=alternate type=x href=/feed>")
    assert head.hreflang() == (("DE-at", "/de"),)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("NoIndex, nofollow", ("noindex", "nofollow")),
        ("max-snippet: 0 , max-image-preview:none", ("max-snippet:0", "max-image-preview:none")),
        (
            "unavailable_after: Tue, 25 Jun 2030 15:00:00 PST, noindex",
            ("unavailable_after:tue, 25 jun 2030 15:00:00 pst", "noindex"),
        ),
        (" , ", ()),
    ],
)
def test_directives(content: str, expected: tuple[str, ...]) -> None:
    assert directives(content) == expected


def test_robots_metas_are_scoped() -> None:
    head = head_of("<meta name=robots content=none><meta name=Googlebot content=noindex><meta name=author content=bot>")
    assert head.robots() == [
        RobotsDirectives("", ("none",), "meta"),
        RobotsDirectives("googlebot", ("noindex",), "meta"),
    ]


def test_robots_headers_are_scoped() -> None:
    headers = [
        ("X-Robots-Tag", "noarchive, googlebot: noindex, nofollow, otherbot: none"),
        ("x-robots-tag", "unavailable_after: 25 Jun 2030 15:00:00 PST"),
        ("x-other", "noindex"),
    ]
    assert robots_headers(headers) == [
        RobotsDirectives("", ("noarchive",), "header"),
        RobotsDirectives("googlebot", ("noindex", "nofollow"), "header"),
        RobotsDirectives("otherbot", ("none",), "header"),
        RobotsDirectives("", ("unavailable_after:25 jun 2030 15:00:00 pst",), "header"),
    ]


def test_canonical_headers() -> None:
    headers = [
        ("Link", '</c>; rel="canonical", </n>; rel=next'),
        ("link", "<https://e.f/>; rel=canonical"),
        ("x", "</y>"),
    ]
    assert canonical_headers(headers, URL) == ("https://a.b/c", "https://e.f/")


@given(st.text())
def test_no_header_is_too_hostile(value: str) -> None:
    directives(value)
    robots_headers([("x-robots-tag", value)])
    canonical_headers([("link", value)], URL)
