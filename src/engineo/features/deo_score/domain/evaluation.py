"""The whole judgement of one crawl: status, score, signals with their evidence, and ranked fixes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import fsum
from typing import Any

from engineo.features.crawling.contracts import CrawledPage, SiteFacts
from engineo.features.deo_score.domain import engine
from engineo.features.deo_score.domain.build import build_site
from engineo.features.deo_score.domain.fixes import CAP, Fix, is_blocked, ranked_fixes
from engineo.features.deo_score.domain.measure import Signal
from engineo.features.deo_score.domain.rows import Rows
from engineo.features.deo_score.domain.signals.catalogue import measure
from engineo.features.deo_score.domain.site import Site

SCORED, BLOCKED, INSUFFICIENT = "scored", "blocked", "insufficient_data"
_BLOCKED_BY = {
    "unreadable": "it did not answer with a page that can be read",
    "robots-txt": "robots.txt disallows it for Googlebot",
    "noindex": "it says noindex",
    "canonical-elsewhere": "its canonical names another site",
    "canonical-other": "its canonical names another page",
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`overall` is capped at 30 while the home page cannot be indexed; `overall_uncapped` is not.

    `page_types` and `profile` are to be stored and passed in again: what a page is, is decided once.
    """

    status: str
    reason: str | None
    overall: int | None
    overall_uncapped: int | None
    components: Mapping[str, int | None]
    signals: Mapping[str, Signal]
    fixes: tuple[Fix, ...]
    confidence: float
    profile: str | None
    page_types: Mapping[str, str]
    version: str = engine.DEO_SCORE_VERSION


def evaluate(
    site: SiteFacts,
    pages: Iterable[CrawledPage],
    as_of: datetime,
    known_types: Mapping[str, str] | None = None,
    profile: str | None = None,
) -> Evaluation:
    """Judge the rows of one finished crawl, in any order. `as_of` is aware, and the only clock there is."""
    rows = list(pages)
    reason = _insufficient(site, rows)
    if reason is not None:
        return insufficient(reason, known_types, profile)
    built = build_site(site, rows, as_of, known_types, profile)
    signals = measure(built)
    scored = engine.score({name: found.value for name, found in signals.items()})
    blocked = is_blocked(built)
    overall = scored.overall if scored.overall is None or not blocked else min(scored.overall, CAP)
    # people are shown addresses that they can open, not the keys that stand for all spellings of one
    shown = {page.url_key: page.url for page in rows}
    return Evaluation(
        status=BLOCKED if blocked else SCORED,
        reason=_blocked_reason(built) if blocked else None,
        overall=overall,
        overall_uncapped=scored.overall,
        components=scored.components,
        signals={name: _with_addresses(found, shown) for name, found in signals.items()},
        fixes=tuple(
            replace(fix, urls=tuple(shown.get(url, url) for url in fix.urls)) for fix in ranked_fixes(built, signals)
        ),
        confidence=_confidence(signals),
        profile=built.profile,
        page_types={**(known_types or {}), **built.page_types},
    )


def _with_addresses(found: Signal, shown: Mapping[str, str]) -> Signal:
    return replace(found, worst=tuple((shown.get(url, url), value) for url, value in found.worst))


def insufficient(reason: str, known_types: Mapping[str, str] | None = None, profile: str | None = None) -> Evaluation:
    """No score: nulls everywhere, with the reason."""
    return Evaluation(
        status=INSUFFICIENT,
        reason=reason,
        overall=None,
        overall_uncapped=None,
        components=dict.fromkeys(engine.COMPONENTS),
        signals={name: Signal(name, None, 0, reason, 0.0) for name in engine.SIGNALS},
        fixes=(),
        confidence=0.0,
        profile=profile,
        page_types=dict(known_types or {}),
    )


def _insufficient(site: SiteFacts, pages: list[CrawledPage]) -> str | None:
    if not pages:
        return "the crawl found no page"
    answered = any(page.status is not None or page.not_modified for page in pages)
    if not answered and site.robots_status is None and site.llms_txt_status is None:
        why = next((page.error for page in sorted(pages, key=lambda page: page.url_key) if page.error), None)
        return f"the site gave no HTTP answer at all{f' ({why})' if why else ''}"
    rows = Rows(pages)
    key = rows.find(site.home_key)
    home = rows.get(rows.final(key) or key) if key is not None else None
    if home is not None and home.outcome == "disallowed" and "Googlebot" not in home.blocked_agents:
        return "robots.txt keeps EngineO from the home page, but not Googlebot: allow EngineOBot to be scored"
    return None


def _blocked_reason(site: Site) -> str:
    why = _BLOCKED_BY.get(site.home_member.gate.reason, site.home_member.gate.reason)
    return f"the home page cannot be indexed: {why}; the score is capped at {CAP}"


def _confidence(signals: Mapping[str, Signal]) -> float:
    """The sum over the signals of a third of the component's weight times the signal's confidence."""
    shares = (
        engine.WEIGHTS[component] / len(names) * signals[name].confidence
        for component, names in engine.COMPONENTS.items()
        for name in names
    )
    return round(fsum(shares), 12) + 0.0


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
        "fixes": [_fix(fix) for fix in evaluation.fixes],
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


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "id": fix.id,
        "title": fix.title,
        "why": fix.why,
        "component": fix.component,
        "signal": fix.signal,
        "count": fix.count,
        "urls": list(fix.urls),
        "points": _round(fix.points),
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 12) + 0.0
