import pytest
from tests.unit.features.deo_score.domain.sample_sites import failed, key, page, site_of_pages

from engineo.features.deo_score.domain.measure import (
    About,
    Groups,
    Part,
    Rule,
    TypeSum,
    Whole,
    site_part,
    summed,
    value_of,
)
from engineo.features.deo_score.domain.site import Member, Site

ABOUT = About("contentDepth", ("rule",), ("https://source.example",))
NAN = float("nan")


def test_site_value_by_hand() -> None:
    site = site_of_pages([page("")], profile="shop")
    part = site_part(site, 1.0, ["home", *["product"] * 11], [1.0, *[0.5] * 10, NAN])
    assert part.types == {"home": TypeSum(1, 0.10, 1.0), "product": TypeSum(10, 0.045, 5.0)}
    # (.1 * 1 + .045 * 5) / (.1 + .045 * 10) = .325 / .55
    assert part.value == pytest.approx(0.325 / 0.55)


def test_few_pages_weigh_less_than_a_full_type() -> None:
    site = site_of_pages([page("")], profile="shop")
    assert site_part(site, 1.0, ["home", "product"], [0.0, 1.0]).value == pytest.approx(0.09 / 0.19)


def test_nothing_is_null() -> None:
    site = site_of_pages([page("")])
    assert site_part(site, 1.0, ["home"], [NAN]).value is None
    assert summed("shop", {}) == (None, {})
    assert value_of([Part(1.0, None)]) is None
    absent = Rule(ABOUT, (Whole("a", 1.0, lambda _: None),), shown=(), absent=lambda _: "because")(site)
    assert (absent.value, absent.confidence, absent.reason) == (None, 0.0, "because")


def test_null_parts_renormalise() -> None:
    assert value_of([Part(0.6, 0.5), Part(0.4, None), Part(0.2, 1.0)]) == pytest.approx((0.3 + 0.2) / 0.8)


def numbered(_: Site, member: Member) -> float:
    """Pages are named x00, x01, ...; home is complete."""
    name = member.url.rpartition("/")[2]
    return int(name[1:]) / 30 if name else 1.0


def test_worst_pages_are_a_sample() -> None:
    rule = Rule(ABOUT, (Groups("pages", 1.0, numbered),))
    found = rule(site_of_pages([page(""), *(page(f"x{number:02}") for number in range(31))]))
    assert found.worst_total == 30
    assert [url for url, _ in found.worst] == [key(f"x{number:02}") for number in range(20)]
    assert found.n == 32


def test_confidence() -> None:
    rows = [page(""), *(page(f"products/a{n}") for n in range(10))]
    missing = [failed(f"products/b{n}", None, "not_attempted") for n in range(10)]
    site = site_of_pages([*rows, *missing], profile="shop")

    def confidence(*, of: tuple[str, ...], estimated: bool = False) -> float:
        about = About("x", (), (), estimated=estimated)
        return Rule(about, (Groups("pages", 1.0, lambda _, __: 1.0, of),))(site).confidence

    assert confidence(of=("product",)) == 0.5  # ten of twenty
    assert confidence(of=("product",), estimated=True) == 0.25
    assert confidence(of=("home",)) == pytest.approx(1 / 5)  # fewer than five
