"""The few curves that turn a measurement into a value in [0, 1]."""

from collections.abc import Iterable
from math import erfc, fsum, log

_NOTHING = 1e-12  # a share of the median from which on the curve is 1 to the last digit


def sat(amount: float, target: float) -> float:
    """Linear up to `target`, then 1; a target of 0 is always met."""
    return 1.0 if target <= 0 else min(max(amount, 0.0) / target, 1.0)


def log_normal(value: float, p10: float, median: float) -> float:
    """Lighthouse's log-normal curve: 1 for nothing, .9 at `p10`, .5 at `median`, towards 0 beyond."""
    if value / median <= _NOTHING:
        return 1.0
    return 0.5 * erfc(0.9061938024 * log(value / median) / log(median / p10))


def mean(values: Iterable[float]) -> float:
    """Arithmetic mean, independent of the order; 0 for none."""
    collected = list(values)
    return fsum(collected) / len(collected) if collected else 0.0


def clamp(value: float) -> float:
    """Into [0, 1], rounded to 12 digits so that the last bits of a sum cannot show."""
    return round(min(max(value, 0.0), 1.0), 12) + 0.0
