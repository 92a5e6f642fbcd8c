"""When a score has dropped so far that somebody should hear of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from engineo.features.deo_score.domain.comparison import compare
from engineo.features.deo_score.domain.engine import COMPONENTS
from engineo.features.deo_score.domain.evidence import Evidence

_MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Drop:
    """`points` lost of the overall score (0 where only components fell); `components` fell below their limit.

    `lines` are the largest changes, in sentences.
    """

    points: int
    components: tuple[str, ...]
    lines: tuple[str, ...]


def find_drop(
    before: Evidence | None,
    after: Evidence,
    *,
    alert_points: int,
    component_limit: int,
    page_types: Mapping[str, str] | None = None,
) -> Drop | None:
    """A drop by at least `alert_points`, of the score to none, or of a component from `component_limit` to below it.

    Scores of different arithmetic are not compared, and neither is a first score. A limit of 0 is no limit.
    """
    if before is None or before.overall is None or before.version != after.version:
        return None
    lost = before.overall - (after.overall or 0)
    fallen = tuple(
        name
        for name in COMPONENTS
        if (was := before.components.get(name)) is not None
        and (now := after.components.get(name)) is not None
        and now < component_limit <= was
    )
    dropped = lost > 0 and (after.overall is None or 0 < alert_points <= lost)
    if not dropped and not fallen:
        return None
    lines = compare(before, after, page_types).lines if after.overall is not None else ("there is no score any more",)
    return Drop(lost if dropped else max(lost, 0), fallen, lines[:_MOST_LINES])
