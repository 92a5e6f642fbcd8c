"""What a person may type as a site's address."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engineo.features.projects.domain.origin import parse_origin
from engineo.features.projects.errors import InvalidOriginError

TABLE = {
    "https://shop.example": "https://shop.example",
    "http://shop.example": "http://shop.example",
    "shop.example": "https://shop.example",
    "  shop.example\n": "https://shop.example",
    "HTTPS://Shop.EXAMPLE": "https://shop.example",
    "https://shop.example/": "https://shop.example",
    "https://shop.example/path?query#fragment": "https://shop.example",
    "https://shop.example?query": "https://shop.example",
    "https://shop.example#fragment": "https://shop.example",
    "https://shop.example.": "https://shop.example",
    "https://shop.example:443": "https://shop.example",
    "http://shop.example:80": "http://shop.example",
    "https://shop.example:80": "https://shop.example:80",
    "http://shop.example:443": "http://shop.example:443",
    "shop.example:8443": "https://shop.example:8443",
    "http://localhost:08080": "http://localhost:8080",
    "http://127.0.0.1:8000": "http://127.0.0.1:8000",
    "http://[::1]:8080/x": "http://[::1]:8080",
    "http://[0:0:0:0:0:0:0:1]": "http://[::1]",
    "http://[2001:DB8::1]:80": "http://[2001:db8::1]",
    "https://münchen.example": "https://xn--mnchen-3ya.example",
    "https://xn--mnchen-3ya.example": "https://xn--mnchen-3ya.example",
    "https://shop.example/@user": "https://shop.example",
    "https://shop.example\\@evil.example:x@y:z/..": "https://shop.example",  # a backslash is a slash, as in browsers
    "https://my_shop.example": "https://my_shop.example",
    "https://" + "a" * 63 + ".example": "https://" + "a" * 63 + ".example",
}
REFUSED = [
    "", " ", "\0", "https://", "https:///path", "https://.", "https://..", "https://a..b", "https://-a.example",
    "https://a-.example", "https://shop example", "https://shop\texample", "https://shop\0.example", "ftp://shop.example",
    "file:///etc/passwd", "javascript://shop.example", "javascript:alert(1)", "mailto:me@shop.example",
    "data:text/html,x",
    "https://user:secret@shop.example", "https://user@shop.example", "https://shop.example:0",
    "https://shop.example:65536",
    "https://shop.example:", "https://shop.example:port", "https://shop.example:-1", "https://shop.example:8e3",
    "https://shop.example:٣", "https://shop.example:" + "9" * 1000, "https://[::1", "https://::1", "https://[]",
    "https://[::g]", "https://[[::1]]", "https://[fe80::1%eth0]", "https://[::1]x:80", "https://[127.0.0.1]",
    "https://" + "a" * 64 + ".example", "https://" + "a." * 130 + "example", "https://" + "x" * 1_000_000,
    "//shop.example", "https://é" + "x" * 70,
    "https://%73hop.example", "https://shop.example%00", "https://\ud800.example", "https://shop\uff20evil.example",
    "http://<script>", "http://shop;rm", "http://a,b", "http://*",
]  # fmt: skip
ALPHABET = st.sampled_from("ab1.-_:/@[]%?#\\\0 \tÉß\uff20\uff0e\u200bxn--")
texts = st.one_of(
    st.text(),
    st.text(ALPHABET),
    st.builds("https://{}:{}/".format, st.text(ALPHABET), st.text("0129")),
    st.from_regex(r"\Ahttps?://(\[[0-9a-f:.%]*\]|[a-zé._-]{0,80})(:[0-9]{0,6})?\Z"),
)


@pytest.mark.parametrize(("text", "origin"), TABLE.items())
def test_what_it_means(text: str, origin: str) -> None:
    assert parse_origin(text) == origin


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text[:40]))
def test_what_is_refused(text: str) -> None:
    with pytest.raises(InvalidOriginError) as caught:
        parse_origin(text)
    assert len(caught.value.message) < 250
    assert "\0" not in caught.value.message
    assert "secret" not in caught.value.message


@given(texts)
@example("https://\u3002")
@example("https://\uff41\uff0e\uff42")
@example("[::ffff:1.2.3.4]")
def test_every_text_is_an_origin_or_refused(text: str) -> None:
    try:
        origin = parse_origin(text)
    except InvalidOriginError:
        return
    assert parse_origin(origin) == origin
    parts = urlsplit(origin)
    assert parts.scheme in {"http", "https"}
    assert parts.hostname
    assert origin == f"{parts.scheme}://{parts.netloc}"
    assert origin.isascii()
    assert origin == origin.lower()
    assert parts.port != {"http": 80, "https": 443}[parts.scheme]
    assert len(origin) <= 300
