"""Stored scores to compare, put together by the tests."""

from collections.abc import Mapping, Sequence
from typing import Any

from engineo.features.deo_score.domain import engine
from engineo.features.deo_score.domain.evidence import Evidence, evidence_of

WHOLE = dict.fromkeys(engine.SIGNALS, 0.8)


def signal(value: float | None, worst: Mapping[str, float] | None = None, **changes: Any) -> dict[str, Any]:
    rows = [{"url": url, "value": v} for url, v in (worst or {}).items()]
    return {"value": value, "n": 50, "parts": {}, "worst": rows, "worstTotal": len(rows), **changes}


def fix(name: str, of: str, points: float, urls: Sequence[str], **changes: Any) -> dict[str, Any]:
    return {
        "id": name, "title": f"Mend {len(urls)} pages", "signal": of, "points": points, "count": len(urls),
        "urls": list(urls), **changes,
    }  # fmt: skip


def details(
    values: Mapping[str, float | None] | None = None, fixes: Sequence[Mapping[str, Any]] = (), **changes: Any
) -> dict[str, Any]:
    """A snapshot's metadata; `changes` are signals by name, or other fields of it."""
    given = {**WHOLE, **(values or {})}
    scored = engine.score(given)
    signals = {name: changes.pop(name, signal(value)) for name, value in given.items()}
    return {
        "version": "v1", "status": "scored", "overall": scored.overall, "overallUncapped": scored.overall,
        "components": scored.components, "signals": signals, "fixes": list(fixes), **changes,
    }  # fmt: skip


def evidence(
    values: Mapping[str, float | None] | None = None, fixes: Sequence[Mapping[str, Any]] = (), **changes: Any
) -> Evidence:
    return evidence_of(details(values, fixes, **changes))


def urls(count: int, folder: str = "products") -> list[str]:
    return [f"https://shop.example/{folder}/{number}" for number in range(count)]
