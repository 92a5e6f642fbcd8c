import pytest
from tests.unit.features.deo_score.domain.sample_sites import failed, page, site_of_pages

from engineo.features.deo_score.domain.measure import About, PageValue, Part, TypeSum, resum, signal, site_part

ABOUT = About("contentDepth", ("rule",), ("https://source.example",))


def test_site_value_by_hand() -> None:
    site = site_of_pages([page("")], profile="shop")
    values = [PageValue("h", "home", 1.0), *(PageValue(f"p{n}", "product", 0.5) for n in range(10))]
    part = site_part(site, 1.0, values)
    assert part.types == {"home": TypeSum(1, 0.10, 1.0), "product": TypeSum(10, 0.045, 5.0)}
    # (.1 * 1 + .045 * 5) / (.1 + .045 * 10) = .325 / .55
    assert part.value == pytest.approx(0.325 / 0.55)


def test_few_pages_weigh_less_than_a_full_type() -> None:
    site = site_of_pages([page("")], profile="shop")
    part = site_part(site, 1.0, [PageValue("h", "home", 0.0), PageValue("p", "product", 1.0)])
    assert part.value == pytest.approx(0.09 / 0.19)


def test_nothing_is_null() -> None:
    site = site_of_pages([page("")])
    assert site_part(site, 1.0, []).value is None
    assert resum({}) is None
    measured = signal(site, ABOUT, {"a": Part(1.0, None)}, [], "because")
    assert (measured.value, measured.confidence, measured.reason) == (None, 0.0, "because")


def test_null_parts_renormalise() -> None:
    site = site_of_pages([page("")])
    parts = {"a": Part(0.6, 0.5), "b": Part(0.4, None), "c": Part(0.2, 1.0)}
    assert signal(site, ABOUT, parts, []).value == pytest.approx((0.3 + 0.2) / 0.8)


def test_worst_pages_are_a_sample() -> None:
    site = site_of_pages([page("")])
    values = [PageValue(f"u{number:02}", "other", number / 30) for number in range(31)]
    found = signal(site, ABOUT, {"a": site_part(site, 1.0, values)}, values)
    assert found.worst_total == 30
    assert [url for url, _ in found.worst] == [f"u{number:02}" for number in range(20)]
    assert found.n == 31


def test_confidence() -> None:
    site = site_of_pages(
        [page(""), *(failed(f"products/{n}", None, "not_attempted") for n in range(10))], profile="shop"
    )
    values = [PageValue(f"p{n}", "product", 1.0) for n in range(10)]
    part = {"a": site_part(site, 1.0, values)}
    assert signal(site, ABOUT, part, values).confidence == 0.5  # ten of twenty
    estimated = About("x", (), (), estimated=True)
    assert signal(site, estimated, part, values).confidence == 0.25
    few = values[:2]  # 2 of 12 pages, and fewer than five
    assert signal(site, ABOUT, part, few).confidence == pytest.approx(2 / 12 * 2 / 5)
