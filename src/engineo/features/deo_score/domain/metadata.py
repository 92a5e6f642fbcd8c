"""An evaluation as JSON: what is stored with a snapshot and shown by the API."""

from collections import Counter
from typing import Any

from engineo.features.deo_score.domain import engine
from engineo.features.deo_score.domain.engine import COMPONENT_OF
from engineo.features.deo_score.domain.evaluation import Evaluation
from engineo.features.deo_score.domain.findings.check import SEVERITIES
from engineo.features.deo_score.domain.findings.finding import WORST, Finding
from engineo.features.deo_score.domain.measure import Signal

MOST_FIXES = 50


def as_metadata(evaluation: Evaluation) -> dict[str, Any]:
    """JSON-ready, camelCase, numbers rounded to 12 digits; the same evaluation gives the same bytes."""
    return {
        "version": evaluation.version,
        "status": evaluation.status,
        "reason": evaluation.reason,
        "overall": evaluation.overall,
        "overallUncapped": evaluation.overall_uncapped,
        "weights": dict(engine.WEIGHTS),
        "components": dict(evaluation.components),
        "confidence": _round(evaluation.confidence),
        "profile": evaluation.profile,
        "signals": {name: _signal(evaluation.signals[name]) for name in engine.SIGNALS},
        "fixes": [_fix(finding, evaluation) for finding in evaluation.findings if finding.points > 0][:MOST_FIXES],
        "findings": _counted(evaluation),
    }


def _signal(signal: Signal) -> dict[str, Any]:
    return {
        "value": _round(signal.value),
        "n": signal.n,
        "reason": signal.reason,
        "confidence": _round(signal.confidence),
        "estimated": signal.estimated,
        "parts": {
            name: {
                "weight": _round(part.weight),
                "value": _round(part.value),
                "types": {
                    kind: {"n": found.n, "weight": _round(found.weight), "sum": _round(found.total)}
                    for kind, found in part.types.items()
                },
            }
            for name, part in signal.parts.items()
        },
        "rules": list(signal.rules),
        "sources": list(signal.sources),
        "worst": [{"url": url, "value": _round(value)} for url, value in signal.worst],
        "worstTotal": signal.worst_total,
    }


def _fix(finding: Finding, evaluation: Evaluation) -> dict[str, Any]:
    """A finding as something to do: those that win points, in short."""
    check = finding.check
    signal = check.repair.signals[0] if check.repair is not None else "indexability"
    return {
        "id": check.id,
        "title": check.todo(finding.count),
        "why": check.why,
        "component": COMPONENT_OF[signal],
        "signal": signal,
        "severity": finding.severity,
        "count": finding.count,
        "urls": [evaluation.address(url) for url in finding.affected.urls[:WORST]],
        "points": _round(finding.points),
    }


def finding_details(finding: Finding, evaluation: Evaluation) -> dict[str, Any]:
    """Texts of a finding, and its worst URLs; `component` and `signal` are null where the score does not count it."""
    check = finding.check
    signal = check.repair.signals[0] if check.repair is not None else None
    shown = finding.affected.shown(finding.unit, 0, WORST)
    return {
        "title": check.title,
        "fix": check.todo(finding.count),
        "why": check.why,
        "how": check.how,
        "source": check.source,
        "component": COMPONENT_OF[signal] if signal is not None else None,
        "signal": signal,
        "worst": [{"url": evaluation.address(url), "detail": detail or None} for url, detail in shown],
    }


def _counted(evaluation: Evaluation) -> dict[str, int]:
    """How many findings there are of each severity."""
    counts = Counter(finding.severity for finding in evaluation.findings)
    return {name: counts[name] for name in reversed(SEVERITIES.values())}


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 12) + 0.0
