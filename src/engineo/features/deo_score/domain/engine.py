"""The v1 engine: twelve signals in, four components and one overall score out.

Nothing here knows pages. A signal or component that was not measured is None: it is left out and the weights of the
others are renormalised; a missing value is never read as 0 or as one half.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, fsum, isfinite

DEO_SCORE_VERSION = "v1"

WEIGHTS: Mapping[str, float] = {"content": 0.30, "entities": 0.25, "technical": 0.25, "visibility": 0.20}

COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "content": ("contentCoverage", "contentDepth", "contentFreshness"),
    "entities": ("entityCoverage", "entityAccuracy", "entityLinkage"),
    "technical": ("crawlHealth", "coreWebVitals", "indexability"),
    "visibility": ("serpPresence", "answerSurfacePresence", "brandNavigationalStrength"),
}

COMPONENT_OF: Mapping[str, str] = {name: component for component, names in COMPONENTS.items() for name in names}
SIGNALS: tuple[str, ...] = tuple(name for names in COMPONENTS.values() for name in names)


@dataclass(frozen=True, slots=True)
class EngineScore:
    """`overall` and each component are integers in [0, 100], or None where nothing was measured."""

    overall: int | None
    components: dict[str, int | None]


def half_up(value: float) -> int:
    """Round to the nearest integer, halves up; 28.499999999999996 (.285 x 100) counts as 28.5."""
    return floor(round(value, 9) + 0.5)


def component_value(signals: Mapping[str, float | None], component: str) -> float | None:
    """Unrounded component in [0, 100]: the mean of its measured signals, clamped; None without any."""
    measured = [value for name in COMPONENTS[component] if (value := signals.get(name)) is not None and isfinite(value)]
    if not measured:
        return None
    return min(max(fsum(measured) / len(measured), 0.0), 1.0) * 100


def _weighted(components: Mapping[str, float | None]) -> float | None:
    measured = [(WEIGHTS[name], value) for name, value in components.items() if value is not None]
    if not measured:
        return None
    return fsum(weight * value for weight, value in measured) / fsum(weight for weight, _ in measured)


def score(signals: Mapping[str, float | None]) -> EngineScore:
    """Score signals, each in [0, 1] or None. Rounding happens twice: components first, then the overall."""
    components = {
        name: None if (value := component_value(signals, name)) is None else half_up(value) for name in COMPONENTS
    }
    overall = _weighted(components)
    return EngineScore(None if overall is None else half_up(overall), components)


def unrounded(signals: Mapping[str, float | None]) -> float | None:
    """The overall score without rounding: what differences between two states of a site are measured with."""
    return _weighted({name: component_value(signals, name) for name in COMPONENTS})
