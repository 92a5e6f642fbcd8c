import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.infra.http.targets import RefusedError, Target, parse_target

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("url", "target", "host_header"),
    [
        ("http://shop.example", Target("http", "shop.example", 80, b"/"), "shop.example"),
        ("HTTPS://Shop.Example:443/a?b=c#d", Target("https", "shop.example", 443, b"/a?b=c"), "shop.example"),
        ("http://shop.example:8080/", Target("http", "shop.example", 8080, b"/"), "shop.example:8080"),
        ("https://[2606:4700::1]/x", Target("https", "2606:4700::1", 443, b"/x"), "[2606:4700::1]"),
        ("http://[::1]:81/", Target("http", "::1", 81, b"/"), "[::1]:81"),
        ("http://bücher.example/ü", Target("http", "xn--bcher-kva.example", 80, b"/%C3%BC"), "xn--bcher-kva.example"),
    ],
)
def test_a_url_says_where_the_request_goes(url: str, target: Target, host_header: str) -> None:
    assert parse_target(url, NONE) == target
    assert target.host_header == host_header


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/passwd", "only http and https"),
        ("ftp://shop.example/", "only http and https"),
        ("gopher://shop.example/", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("//shop.example/", "only http and https"),
        ("shop.example", "only http and https"),
        ("", "only http and https"),
        ("http://user:secret@shop.example/", "user name or password"),
        ("http://secret@shop.example/", "user name or password"),
        ("http://evil.example\\@shop.example/", "user name or password"),
        ("http:///path", "no valid host name"),
        ("http://[fe80::1%25eth0]/", "no valid host name"),
        ("http://[fe80::1%eth0]/", "no valid host name"),
        ("http://a b.example/", "no valid host name"),
        ("http://%31%32%37.0.0.1/", "no valid host name"),
        ("http://shop.example:0/", "port 0 is not fetched"),
        ("http://shop.example:99999/", "port 99999 is not fetched"),
        ("http://shop.example:22/", "port 22 is not fetched"),
        ("http://shop.example:25/", "port 25 is not fetched"),
        ("http://shop.example:5432/", "port 5432 is not fetched"),
        ("http://shop.example:6379/", "port 6379 is not fetched"),
        ("http://shop.example:port/", "not a valid URL"),
        ("http://shop.example/\r\nx: y", "not a valid URL"),
        ("http://0177.0.0.1/", "not a valid URL"),
        ("http://[::1/", "not a valid URL"),
    ],
)
def test_other_urls_are_refused_and_their_secrets_not_repeated(url: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why) as caught:
        parse_target(url, NONE)
    assert "secret" not in str(caught.value)


def test_a_refused_port_may_be_allowed_for_one_host() -> None:
    allowed = frozenset({"localhost:6379"})
    assert parse_target("http://localhost:6379/", allowed).port == 6379
    with pytest.raises(RefusedError):
        parse_target("http://127.0.0.1:6379/", allowed)


@given(st.one_of(st.text(), st.text().map("http://{}".format), st.text().map("https://h:{}/".format)))
def test_any_text_is_a_target_or_refused(url: str) -> None:
    try:
        target = parse_target(url, NONE)
    except RefusedError:
        return
    assert target.host
    assert target.path.startswith(b"/")
    assert target.host_header.isascii()
