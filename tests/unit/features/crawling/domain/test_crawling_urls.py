import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.crawling.domain.urls import (
    MAX_URL_LENGTH,
    excluded,
    is_pagination,
    normalise,
    same_site,
    site_host,
    untracked,
    url_key,
)

ABSENT = "http://["
HOSTILE = st.one_of(
    st.text(),
    st.text(alphabet="htp:/\\@[]%?#&=.:0123456789aA\x00\t\n\ud800é "),
    st.builds(lambda host, rest: f"http://{host}{rest}", st.text(max_size=20), st.text(max_size=40)),
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Example.COM:80/a/../b/./c#top", "http://example.com/b/c"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com:8443/x", "https://example.com:8443/x"),
        ("page.html", "http://base.org/dir/page.html"),
        ("//other.org/x", "http://other.org/x"),
        ("\\\\other.org\\x", "http://other.org/x"),
        ("?q=1", "http://base.org/dir/start?q=1"),
        ("#top", "http://base.org/dir/start"),
        ("../../../x", "http://base.org/x"),
        ("http://münchen.de/ü?ö", "http://xn--mnchen-3ya.de/%C3%BC?%C3%B6"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("  http://a.b/\n c\t ", "http://a.b/%20c"),
        ("http://a.b/100%", "http://a.b/100%25"),
        ("https://user:secret@a.b/x", "https://a.b/x"),
        ("http://a.b/%2e%2e/x", "http://a.b/x"),
        ("mailto:a@b.c", None),
        ("javascript:void(0)", None),
        ("tel:+491", None),
        ("ftp://a.b/", None),
        ("http://[", None),
        ("http://a.b:99999/", None),
        ("http://a.b:0/", None),
        ("http://a..b/", None),
        ("http://a b/", None),
        ("http://" + "a" * 100_000, None),
        ("/" + "x" * MAX_URL_LENGTH, None),
    ],
)
def test_a_reference_becomes_the_url_that_a_crawler_would_fetch(url: str, expected: str | None) -> None:
    assert normalise(url, "http://base.org/dir/start") == expected


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.example.com/a?b=2&a=1#x", "https://example.com/a?a=1&b=2"),
        ("https://example.com/a?a=1&b=2&utm_source=mail&GCLID=7", "https://example.com/a?a=1&b=2"),
        ("http://example.com:443/a", "https://example.com:443/a"),
        ("https://example.com/a?", "https://example.com/a"),
        ("https://example.com/%7ejoe/%c3%bc", "https://example.com/~joe/%C3%BC"),
        ("https://www.com/", "https://www.com/"),
        ("http://[", "http://["),
    ],
)
def test_spellings_of_one_page_have_one_key(url: str, key: str) -> None:
    assert url_key(url) == key


@given(HOSTILE)
def test_no_url_is_too_hostile(url: str) -> None:
    absolute = normalise(url, "https://example.com/dir/")
    key = url_key(url)
    key.encode()
    assert len(key) <= MAX_URL_LENGTH
    assert url_key(key) == key
    if absolute is not None:
        assert absolute.isascii()
        assert normalise(absolute) == absolute
        assert same_site(absolute, absolute)
        assert url_key(url_key(absolute)) == url_key(absolute)
    assert excluded(url) in {True, False}
    assert is_pagination(url) in {True, False}
    assert isinstance(site_host(url), str)


def test_a_site_is_a_host_and_a_port_whatever_scheme_and_www() -> None:
    assert same_site("http://www.a.de/x", "https://a.de/")
    assert not same_site("https://shop.a.de/", "https://a.de/")
    assert not same_site("https://a.de:8443/", "https://a.de/")
    assert not same_site(ABSENT, ABSENT)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.b/cart", True),
        ("https://a.b/en/Checkout/step", True),
        ("https://a.b/warenkorb", True),
        ("https://a.b/x?sort_by=price", True),
        ("https://a.b/x?filter.color=red", True),
        ("https://a.b/x?Q=shoes", True),
        ("https://a.b/cartoons", False),
        ("https://a.b/research?ref=1", False),
        ("https://a.b/", False),
    ],
)
def test_pages_that_are_no_pages_are_told_by_their_url(url: str, expected: bool) -> None:
    assert excluded(url) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.b/blog/page/2/", True),
        ("https://a.b/blog?page=3", True),
        ("https://a.b/blog?p=12", True),
        ("https://a.b/blog?page=about", False),
        ("https://a.b/page/about", False),
    ],
)
def test_pagination(url: str, expected: bool) -> None:
    assert is_pagination(url) is expected


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://a.b/p", "https://a.b/p"),
        ("https://a.b/p?b=2&a=1", "https://a.b/p?b=2&a=1"),
        ("https://a.b/p?utm_source=x", "https://a.b/p"),
        ("https://a.b/p?b=2&GCLID=x&a&utm_medium=", "https://a.b/p?b=2&a"),
        ("https://a.b/p?", "https://a.b/p"),
    ],
)
def test_what_is_fetched_carries_no_tracking(url: str, clean: str) -> None:
    assert untracked(url) == clean


@given(st.text(max_size=60))
def test_tracking_changes_no_identity(query: str) -> None:
    absolute = normalise(f"https://a.b/p?{query}")
    if absolute is not None:
        assert url_key(untracked(absolute)) == url_key(absolute)
        assert untracked(untracked(absolute)) == untracked(absolute)
