from dataclasses import replace
from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import HOME, body, failed, key, page, site_of_pages

from engineo.features.deo_score.domain.signals.coverage import content_coverage


def worst(*rows: Any) -> dict[str, float]:
    return dict(content_coverage(site_of_pages([page(""), *rows])).worst)


def test_a_complete_page_has_everything() -> None:
    found = content_coverage(site_of_pages([page(""), page("x")]))
    assert (found.value, found.n, found.worst) == (1.0, 2, ())
    assert found.parts["catalogue"].value is None


@pytest.mark.parametrize(
    ("missing", "value"),
    [
        ({"title": None}, 0.75),
        ({"title": "  "}, 0.75),
        ({"description": ""}, 0.75),
        ({"headings": ()}, 0.75),
        ({"words": 49}, 0.75),
        ({"title": None, "description": None, "headings": (), "words": 0}, 0.0),
        ({"raw_words": 3, "scripts": 2}, 0.3),
    ],
)
def test_each_slot_is_a_quarter(missing: dict[str, Any], value: float) -> None:
    assert worst(page("x", body("x", **missing))) == {key("x"): pytest.approx(value)}


def test_value_by_hand() -> None:
    # info: home 1 of w .1, two others (1/2 and 0) of w .07 each: (.1 + .035) / .24
    rows = [page(""), page("x", body("x", title="", description="")), failed("y")]
    assert content_coverage(site_of_pages(rows)).value == pytest.approx(0.135 / 0.24)


def test_one_text_earns_its_slot_once() -> None:
    twin = body("x")
    other = replace(twin, title="Another", description="Another")
    assert worst(page("x", twin), page("xx", other)) == {key("xx"): 0.75}


def test_of_a_page_group_one_member_earns() -> None:
    assert worst(page("x", body("x")), page("xx", body("x"))) == {key("xx"): 0.0}
    assert HOME
