from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import body, failed, key, member, page, site_of_pages

from engineo.features.crawling.contracts import Image
from engineo.features.deo_score.domain.curves import log_normal
from engineo.features.deo_score.domain.signals.vitals import core_web_vitals, page_vitals


def image(*, sized: bool = True, lazy: bool = False, in_main: bool = True) -> Image:
    return Image("a.png", "A", sized=sized, lazy=lazy, in_main=in_main)


def vitals(facts: dict[str, Any] | None = None, **row: Any) -> float | None:
    shown = page("x", body("x", **(facts or {})), **row)
    return page_vitals(site_of_pages([shown]), member(shown))


def test_by_hand() -> None:
    assert vitals(ttfb_ms=1.0) == 0.9  # never more
    assert vitals(ttfb_ms=1800.0) == pytest.approx(0.45 * 0.5 + 0.2 + 0.2 + 0.15)
    assert vitals({"head_scripts_blocking": 1, "stylesheets_blocking": 2}, ttfb_ms=1800.0) == pytest.approx(
        0.225 + 0.1 + 0.2 + 0.15
    )
    half = {"images": (image(), image(sized=False)), "iframes": 2, "iframes_sized": 1}
    assert vitals(half, ttfb_ms=1800.0) == pytest.approx(0.225 + 0.2 + 0.1 + 0.15)
    assert vitals(ttfb_ms=1800.0, transfer_bytes=400 * 1024) == pytest.approx(0.225 + 0.4 + 0.15 * 0.5 / 0.9)
    assert vitals(ttfb_ms=1800.0, transfer_bytes=None, body_bytes=400 * 1024) == vitals(
        ttfb_ms=1800.0, transfer_bytes=400 * 1024
    )


def test_the_curve_of_the_size_meets_its_plateau() -> None:
    assert log_normal(100, 100, 400) / 0.9 == pytest.approx(1)


def test_a_lazy_first_image_costs_a_tenth() -> None:
    assert vitals({"images": (image(in_main=False, lazy=True), image())}) == 0.9
    assert vitals({"images": (image(in_main=False), image(lazy=True))}) == pytest.approx(0.81)


def test_without_a_timing() -> None:
    assert vitals(ttfb_ms=None) is None
    found = core_web_vitals(site_of_pages([page("", ttfb_ms=None), failed("x")]))
    assert (found.value, found.reason) == (None, "no page has a timing")


def test_it_is_an_estimate_and_failures_count() -> None:
    found = core_web_vitals(site_of_pages([page(""), failed("x")]))
    assert found.estimated
    assert found.value == pytest.approx(0.9 * 0.1 / 0.17)
    assert found.worst == ((key("x"), 0.0), (key(""), 0.9))
