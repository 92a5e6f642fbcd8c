from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.features.deo_score.domain.sample_sites import NOW, body, failed, key, page, site_of_pages

from engineo.features.crawling.contracts import CrawledPage, DateEvidence
from engineo.features.deo_score.domain.signals.freshness import content_freshness, page_freshness


def dated(path: str, days: float) -> CrawledPage:
    return page(path, body(path, dates=(DateEvidence(NOW - timedelta(days=days), "time"),)))


@pytest.mark.parametrize(
    ("row", "value"),
    [
        (dated("blog/a", 0), 1),
        (dated("blog/a", 180), 0.5),
        (dated("blog/a", 360), 0.25),
        (dated("products/a", 365), 0.5),
        (dated("c/a", 365), 0.5),
        (page("blog/a"), 0),
        (failed("blog/a"), 0),
        (dated("other", 1), 0),
    ],
)
def test_half_lives(row: CrawledPage, value: float) -> None:
    site = site_of_pages([page(""), row])
    assert page_freshness(site, site.members[row.url_key]) == pytest.approx(value)


def test_null_without_pages_that_age() -> None:
    found = content_freshness(site_of_pages([page(""), page("x")]))
    assert (found.value, found.reason) == (None, "no product, collection or article page")


def test_zero_with_the_reason_without_dates() -> None:
    found = content_freshness(site_of_pages([page(""), page("blog/a")]))
    assert found.value == 0
    assert found.reason == "no product, collection or article page has a date that can be trusted"


def test_value_by_hand() -> None:
    # info: one article 1/2 of w .07, one product 1 of w .02: (.035 + .02) / .09
    site = site_of_pages([page(""), dated("blog/a", 180), dated("products/a", 0)])
    assert content_freshness(site).value == pytest.approx(0.055 / 0.09)


@given(st.floats(0, 4000), st.floats(0, 4000), st.floats(-10, 2000))
def test_a_later_moment_never_makes_it_fresher(now: float, later: float, age: float) -> None:
    rows = [page(""), dated("blog/a", age), dated("products/b", age / 2)]
    early, late = sorted((now, later))
    values = [content_freshness(site_of_pages(rows, as_of=NOW + timedelta(days=days))).value for days in (early, late)]
    assert values[0] is not None
    assert values[1] is not None
    assert values[1] <= values[0]


def test_one_group_counts_once() -> None:
    twin = dated("blog/a", 180)
    copy = page("blog/bb", twin.facts)
    found = content_freshness(site_of_pages([page(""), twin, copy]))
    assert (found.n, found.value) == (1, 0.5)
    assert key("blog/a")
