"""When somebody hears of a drop."""

from typing import Any

import pytest
from tests.unit.features.deo_score.domain.score_evidence import evidence

from engineo.features.deo_score.domain.drops import Drop, find_drop
from engineo.features.deo_score.domain.engine import SIGNALS
from engineo.features.deo_score.domain.evidence import Evidence


def score(overall: int | None, content: int | None = 80, **changes: Any) -> Evidence:
    components = {"content": content, "entities": 80, "technical": 80, "visibility": 80}
    return evidence(overall=overall, overallUncapped=overall, components=components, **changes)


def drop(before: Evidence | None, after: Evidence, points: int = 5, component: int = 40) -> Drop | None:
    return find_drop(before, after, alert_points=points, component_limit=component)


@pytest.mark.parametrize(
    ("before", "after", "points"),
    [(80, 75, 5), (80, 74, 6), (80, 76, None), (80, 80, None), (80, 90, None), (80, 0, 80), (5, 0, 5), (4, 0, None)],
)
def test_points(before: int, after: int, points: int | None) -> None:
    found = drop(score(before), score(after))
    assert (found.points if found else None) == points


@pytest.mark.parametrize(
    ("before", "after", "fallen"),
    [(40, 39, True), (80, 0, True), (39, 10, False), (80, 40, False), (None, 10, False), (80, None, False)],
)
def test_a_component_that_falls_below_its_limit(before: int | None, after: int | None, fallen: bool) -> None:
    found = drop(score(80, before), score(79, after))
    assert (found is not None) == fallen
    assert found is None or (found.components, found.points) == (("content",), 1)


def test_a_score_that_is_none_any_more() -> None:
    nothing = evidence(dict.fromkeys(SIGNALS), status="insufficient_data")
    assert drop(score(60), nothing) == Drop(60, (), ("there is no score any more",))
    assert drop(nothing, nothing) is None
    assert drop(nothing, score(60)) is None


def test_what_is_not_compared() -> None:
    assert drop(None, score(0)) is None
    assert drop(score(80), score(10, version="v2")) is None


def test_a_limit_of_0_is_none() -> None:
    assert drop(score(80), score(10), points=0) is None
    assert drop(score(80, 80), score(80, 0), component=0) is None


def test_a_drop_says_why() -> None:
    found = drop(evidence(), evidence({"serpPresence": 0.0}))
    assert found is not None
    assert found.lines[0].startswith("-5.3: ")
