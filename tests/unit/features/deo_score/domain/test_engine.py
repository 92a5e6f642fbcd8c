import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.deo_score.domain import engine

VECTOR = dict(
    zip(engine.SIGNALS, (0.65, 0.55, 0.70, 0.60, 0.75, 0.50, 0.80, 0.65, 0.70, 0.45, 0.40, 0.55), strict=True)
)

values = st.one_of(st.none(), st.floats(0, 1))
vectors = st.fixed_dictionaries(dict.fromkeys(engine.SIGNALS, values))


def test_names_and_weights() -> None:
    assert engine.DEO_SCORE_VERSION == "v1"
    assert engine.SIGNALS == (
        "contentCoverage", "contentDepth", "contentFreshness",
        "entityCoverage", "entityAccuracy", "entityLinkage",
        "crawlHealth", "coreWebVitals", "indexability",
        "serpPresence", "answerSurfacePresence", "brandNavigationalStrength",
    )  # fmt: skip
    assert engine.WEIGHTS == {"content": 0.3, "entities": 0.25, "technical": 0.25, "visibility": 0.2}


def test_worked_vector() -> None:
    scored = engine.score(VECTOR)
    assert scored.components == {"content": 63, "entities": 62, "technical": 72, "visibility": 47}
    assert scored.overall == 62


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.285 * 100, 29), (0.5, 1), (1.5, 2), (2.5, 3), (61.8, 62), (61.49, 61), (0.0, 0)]
)
def test_halves_round_up(value: float, rounded: int) -> None:
    assert engine.half_up(value) == rounded


def test_rounding_happens_twice() -> None:
    # content 10.5 -> 11, the others 10: (.3 * 11 + .7 * 10) = 10.3 -> 10; and 10.5 everywhere -> 11 -> 11
    scored = engine.score({**dict.fromkeys(engine.SIGNALS, 0.1), **dict.fromkeys(engine.COMPONENTS["content"], 0.105)})
    assert (scored.components["content"], scored.overall) == (11, 10)
    assert engine.score(dict.fromkeys(engine.SIGNALS, 0.105)).overall == 11


def test_nothing_measured_is_no_score() -> None:
    scored = engine.score({})
    assert scored.overall is None
    assert set(scored.components.values()) == {None}


def test_a_missing_signal_is_left_out_of_its_component() -> None:
    scored = engine.score({"contentCoverage": 0.2, "contentDepth": 0.4, "contentFreshness": None})
    assert scored.components == {"content": 30, "entities": None, "technical": None, "visibility": None}
    assert scored.overall == 30


def test_missing_components_renormalise() -> None:
    # (.3 * 80 + .2 * 30) / .5 = 60
    scored = engine.score({"contentDepth": 0.8, "serpPresence": 0.3})
    assert scored.overall == 60


def test_values_are_clamped_and_nonsense_is_no_measurement() -> None:
    assert engine.score({"contentDepth": 7.0}).overall == 100
    assert engine.score({"contentDepth": -7.0}).overall == 0
    assert engine.score({"contentDepth": float("nan")}).overall is None


@given(vectors)
def test_scores_stay_in_range(signals: dict[str, float | None]) -> None:
    scored = engine.score(signals)
    every = [scored.overall, *scored.components.values()]
    assert all(value is None or (isinstance(value, int) and 0 <= value <= 100) for value in every)
    assert (scored.overall is None) == all(value is None for value in signals.values())


@given(vectors, st.sampled_from(engine.SIGNALS), st.floats(0, 1))
def test_a_better_signal_never_lowers_the_score(signals: dict[str, float | None], name: str, better: float) -> None:
    if (old := signals[name]) is None:
        return
    before, after = engine.score(signals).overall, engine.score({**signals, name: max(old, better)}).overall
    assert before is not None
    assert after is not None
    assert after >= before


@given(vectors)
def test_the_unrounded_score_is_near(signals: dict[str, float | None]) -> None:
    overall, unrounded = engine.score(signals).overall, engine.unrounded(signals)
    if overall is None or unrounded is None:
        assert overall is unrounded
    else:
        assert abs(overall - unrounded) <= 1.0 + 1e-6
