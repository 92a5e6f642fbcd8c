"""What a stored score rests on, read back from its snapshot: the input of every comparison of two scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engineo.features.deo_score.domain.engine import COMPONENTS, SIGNALS


@dataclass(frozen=True, slots=True)
class TypeCount:
    """Pages of one type in a part of a signal: how many, and the sum of their values."""

    n: int
    total: float

    @property
    def mean(self) -> float:
        return self.total / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True)
class SignalEvidence:
    """A signal's value in [0, 1] or None, its page types by part, and the pages below 1 as far as they are kept."""

    value: float | None
    n: int = 0
    types: Mapping[str, Mapping[str, TypeCount]] = field(default_factory=dict)
    pages: Mapping[str, float] = field(default_factory=dict)
    pages_complete: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """A defect that was found. `urls` are the affected pages as far as they are kept, of `count`."""

    id: str
    title: str
    signal: str
    points: float  # that repairing it would win
    count: int
    urls: frozenset[str] = frozenset()

    @property
    def complete(self) -> bool:
        return len(self.urls) >= self.count


@dataclass(frozen=True, slots=True)
class Evidence:
    """One score. `overall` is capped where the status is blocked, `overall_uncapped` is not; both in [0, 100]."""

    version: str
    status: str
    overall: int | None
    overall_uncapped: int | None
    components: Mapping[str, int | None]
    signals: Mapping[str, SignalEvidence]
    checks: Mapping[str, Check]


def evidence_of(details: Mapping[str, Any]) -> Evidence:
    """Read a snapshot's metadata, as `evaluation.as_metadata` writes it; what an older one lacks is empty."""
    components, signals = details.get("components") or {}, details.get("signals") or {}
    return Evidence(
        version=str(details.get("version") or ""),
        status=str(details.get("status") or ""),
        overall=details.get("overall"),
        overall_uncapped=details.get("overallUncapped"),
        components={name: components.get(name) for name in COMPONENTS},
        signals={name: _signal(signals.get(name) or {}) for name in SIGNALS},
        checks={fix["id"]: _check(fix) for fix in details.get("fixes") or () if fix.get("id")},
    )


def _signal(stored: Mapping[str, Any]) -> SignalEvidence:
    worst = {row["url"]: float(row["value"]) for row in stored.get("worst") or ()}
    return SignalEvidence(
        value=stored.get("value"),
        n=int(stored.get("n") or 0),
        types={
            part: {kind: TypeCount(int(found["n"]), float(found["sum"])) for kind, found in of_part["types"].items()}
            for part, of_part in (stored.get("parts") or {}).items()
            if of_part.get("types")
        },
        pages=worst,
        pages_complete=len(worst) >= int(stored.get("worstTotal") or 0),
    )


def _check(fix: Mapping[str, Any]) -> Check:
    return Check(
        id=str(fix["id"]),
        title=str(fix.get("title") or fix["id"]),
        signal=str(fix.get("signal") or ""),
        points=float(fix.get("points") or 0.0),
        count=int(fix.get("count") or 0),
        urls=frozenset(fix.get("urls") or ()),
    )
