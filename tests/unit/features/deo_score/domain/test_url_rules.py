import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.deo_score.domain import url_rules


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.shop.example", "https://shop.example/"),
        ("https://shop.example:443/a?b=2&a=1&utm_source=x&gclid=y#z", "https://shop.example/a?a=1&b=2"),
        ("http://127.0.0.1:8080/A", "https://127.0.0.1:8080/A"),
        ("https://shop.example/caf\u00e9%7e%2f", "https://shop.example/caf%C3%A9~%2F"),
        ("http://[::1]:8080/", "https://[::1]:8080/"),
        ("mailto:me@shop.example", ""),
        ("http://[broken", ""),
        ("/relative", ""),
    ],
)
def test_url_key(url: str, key: str) -> None:
    assert url_rules.url_key(url) == key


def test_a_site_has_one_host_and_port() -> None:
    same = {
        url_rules.site_of(url)
        for url in ("http://shop.example/a", "https://www.shop.example:443/", "HTTPS://Shop.Example")
    }
    assert same == {"shop.example"}
    assert url_rules.site_of("https://shop.example:8443/") == "shop.example:8443"
    assert url_rules.site_of("https://other.example/") != url_rules.site_of("https://shop.example/")


@pytest.mark.parametrize(
    "path",
    [
        "/cart", "/de/Warenkorb/", "/account/orders", "/wp-admin/x", "/search/shoes", "/a?q=shoes", "/a?Sort_By=price",
        "/a?variant=12", "/a?filter.v.price=1", "/a?facets=x", "/a?add-to-cart=3",
    ],
)  # fmt: skip
def test_excluded_by_address(path: str) -> None:
    assert url_rules.is_excluded(f"https://shop.example{path}")


@pytest.mark.parametrize(
    "path", ["/", "/cartoons", "/products/cart-bag", "/a?lang=de", "/searching", "/blog/compare-two"]
)
def test_not_excluded(path: str) -> None:
    assert not url_rules.is_excluded(f"https://shop.example{path}")


@pytest.mark.parametrize(
    ("path", "base"),
    [("/a/page/2", "/a/"), ("/a?page=3", "/a"), ("/a?b=1&offset=20", "/a?b=1"), ("/a/page/2/", "/a/"), ("/?p=12", "/")],
)
def test_pagination(path: str, base: str) -> None:
    assert url_rules.is_pagination(f"https://shop.example{path}")
    assert url_rules.pagination_base(f"https://shop.example{path}") == f"https://shop.example{base}"


@pytest.mark.parametrize("path", ["/page", "/page/two", "/a?page=last", "/page/2/x"])
def test_no_pagination(path: str) -> None:
    assert not url_rules.is_pagination(f"https://shop.example{path}")


def test_segments_are_decoded() -> None:
    assert url_rules.segments("https://shop.example//A/%C3%9Cber-uns/?x=/y") == ("a", "\u00fcber-uns")


@given(st.text())
def test_hostile_addresses(anything: str) -> None:
    for url in (anything, f"https://shop.example/{anything}", f"https://{anything}"):
        key = url_rules.url_key(url)
        assert url_rules.url_key(key) == key
        assert isinstance(url_rules.is_excluded(url), bool)
        assert isinstance(url_rules.is_pagination(url), bool)
        url_rules.segments(url)
