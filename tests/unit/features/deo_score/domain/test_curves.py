import pytest

from engineo.features.deo_score.domain import curves


@pytest.mark.parametrize(
    ("amount", "target", "value"), [(0, 5, 0), (2, 5, 0.4), (5, 5, 1), (9, 5, 1), (0, 0, 1), (-1, 5, 0)]
)
def test_sat(amount: float, target: float, value: float) -> None:
    assert curves.sat(amount, target) == value


@pytest.mark.parametrize(("value", "expected"), [(800, 0.9), (1800, 0.5), (0, 1.0), (-5, 1.0), (5e-324, 1.0)])
def test_log_normal_is_pinned(value: float, expected: float) -> None:
    assert curves.log_normal(value, 800, 1800) == pytest.approx(expected, abs=1e-9)


def test_log_normal_falls() -> None:
    values = [curves.log_normal(ms, 800, 1800) for ms in (1, 100, 800, 1000, 1800, 5000, 60_000)]
    assert values == sorted(values, reverse=True)
    assert values[-1] < 0.001


def test_mean_of_nothing_is_zero() -> None:
    assert curves.mean([]) == 0
    assert curves.mean([1, 0, 0.5]) == 0.5


def test_clamp_rounds_and_has_no_negative_zero() -> None:
    assert curves.clamp(1 / 3) == 0.333333333333
    assert (curves.clamp(1.2), str(curves.clamp(-0.0))) == (1.0, "0.0")
