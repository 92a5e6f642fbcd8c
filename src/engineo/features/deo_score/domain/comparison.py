"""What changed between two scores: signal by signal, page by page, in points that add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from engineo.features.deo_score.domain.changes_in_words import counted, said_of
from engineo.features.deo_score.domain.engine import COMPONENTS, SIGNALS, WEIGHTS, unrounded
from engineo.features.deo_score.domain.evidence import Check, Evidence, SignalEvidence
from engineo.features.deo_score.domain.url_rules import url_key

_COMPONENT_OF = {name: component for component, names in COMPONENTS.items() for name in names}
_MOST_PAGES = 20
_NOTHING = 1e-9
_WORTH_SAYING = 0.05  # points: smaller changes round to nothing
_SEEN = 0.005  # of a mean of page values


@dataclass(frozen=True, slots=True)
class CheckChange:
    """A defect of more, fewer or other pages than before.

    `gained` are pages that it came to, `left` those that it left: all of them where `complete`, else as far as is known
    (at most 20 of each). `points` is by how much the defect costs less than before; a loss is negative.
    """

    check: str
    text: str
    before: int
    after: int
    points: float
    gained: tuple[str, ...]
    left: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page's value in a signal before and after; None where it was not kept: it was not among the worst."""

    url: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class SignalChange:
    """A signal before and after, what that is worth in points of the overall score, and what is behind it."""

    signal: str
    component: str
    before: float | None
    after: float | None
    points: float
    texts: tuple[str, ...]
    checks: tuple[CheckChange, ...]
    pages: tuple[PageChange, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`delta` is the difference of the rounded scores, None where one of them is none, with the reason.

    The points of the signals add up to the difference of the unrounded and uncapped scores; `cap_points` is what being
    blocked (or no longer) adds. `lines` tell the whole in sentences, the largest change first.
    """

    delta: int | None
    reason: str | None
    components: Mapping[str, tuple[int | None, int | None]]
    signals: tuple[SignalChange, ...]
    cap_points: float
    lines: tuple[str, ...]


def compare(before: Evidence, after: Evidence, page_types: Mapping[str, str] | None = None) -> Comparison:
    """Pure. `page_types` (url_key -> type) let sentences say "product pages"."""
    types = _types_of_named(page_types or {}, before, after)
    points = _points(before, after)
    signals = tuple(_signal_change(name, before, after, points[name], types) for name in SIGNALS)
    delta, reason = _delta(before, after)
    cap = _cap(after) - _cap(before)
    return Comparison(
        delta=delta,
        reason=reason,
        components={name: (before.components.get(name), after.components.get(name)) for name in COMPONENTS},
        signals=signals,
        cap_points=cap,
        lines=_lines(signals, cap, after),
    )


def _types_of_named(page_types: Mapping[str, str], *scores: Evidence) -> dict[str, str]:
    """The types of the pages that the scores name, by their addresses."""
    named = {url for score in scores for check in score.checks.values() for url in check.urls}
    return {url: kind for url in named if (kind := page_types.get(url) or page_types.get(url_key(url)))}


def _delta(before: Evidence, after: Evidence) -> tuple[int | None, str | None]:
    if before.overall is None or after.overall is None:
        return None, "one of the two has no score"
    reason = None
    if before.version != after.version:
        reason = f"the arithmetic is another one: {before.version} before, {after.version} after"
    return after.overall - before.overall, reason


def _cap(evidence: Evidence) -> float:
    """What the cap of a blocked site takes off, as a negative number."""
    if evidence.overall is None or evidence.overall_uncapped is None:
        return 0.0
    return float(evidence.overall - evidence.overall_uncapped)


def _values(evidence: Evidence) -> dict[str, float | None]:
    return {name: evidence.signals[name].value for name in SIGNALS}


def _shares(values: Mapping[str, float | None]) -> dict[str, float]:
    """What each measured signal's whole range is worth in points; together 100."""
    measured = {
        component: [name for name in names if values[name] is not None] for component, names in COMPONENTS.items()
    }
    weights = fsum(WEIGHTS[component] for component, names in measured.items() if names)
    return {
        name: 100 * WEIGHTS[component] / weights / len(names) for component, names in measured.items() for name in names
    }


def _points(before: Evidence, after: Evidence) -> dict[str, float]:
    """Points by signal; they add up to the difference of the unrounded scores.

    A signal measured both times counts its change with the mean of its two shares. What then is left over follows from
    signals that were measured only once, and is theirs in equal parts.
    """
    old, new = _values(before), _values(after)
    shares_old, shares_new = _shares(old), _shares(new)
    points = dict.fromkeys(SIGNALS, 0.0)
    for name in shares_old.keys() & shares_new.keys():
        points[name] = ((new[name] or 0.0) - (old[name] or 0.0)) * (shares_old[name] + shares_new[name]) / 2
    total = (unrounded(new) or 0.0) - (unrounded(old) or 0.0)
    left = total - fsum(points.values())
    changed = sorted(shares_old.keys() ^ shares_new.keys())
    for name in changed:
        points[name] = left / len(changed)
    return points


def _signal_change(
    name: str, before: Evidence, after: Evidence, points: float, types: Mapping[str, str]
) -> SignalChange:
    old, new = before.signals[name], after.signals[name]
    found = []
    for check_id in before.checks.keys() | after.checks.keys():
        was, now = before.checks.get(check_id), after.checks.get(check_id)
        if name in {check.signal for check in (now or was,) if check is not None}:
            change = _check_change(check_id, was, now, types)
            if change is not None:
                found.append(change)
    found.sort(key=lambda change: (-abs(change.points), change.check))
    texts = tuple(change.text for change in found) or _type_texts(old, new)
    pages = _page_changes(old, new)
    return SignalChange(name, _COMPONENT_OF[name], old.value, new.value, points, texts, tuple(found), pages)


def _check_change(check_id: str, old: Check | None, new: Check | None, types: Mapping[str, str]) -> CheckChange | None:
    """None where the same pages have the defect as before, as far as is known."""
    was, now = old or Check(check_id, "", "", 0.0, 0), new or Check(check_id, "", "", 0.0, 0)
    gained, left = now.urls - was.urls, was.urls - now.urls
    complete = was.complete and now.complete
    # without all pages only the difference of the counts is sure
    more = len(gained) if complete else max(0, now.count - was.count)
    fewer = len(left) if complete else max(0, was.count - now.count)
    if not more and not fewer:
        return None
    title = now.title or was.title
    texts = [
        said_of(check_id, title, counted(count, urls, types), worse=worse)
        for count, urls, worse in ((more, gained, True), (fewer, left, False))
        if count
    ]
    return CheckChange(
        check=check_id,
        text=" and ".join(texts),
        before=was.count,
        after=now.count,
        points=was.points - now.points,
        gained=tuple(sorted(gained if more else ())[:_MOST_PAGES]),
        left=tuple(sorted(left if fewer else ())[:_MOST_PAGES]),
        complete=complete and max(len(gained), len(left)) <= _MOST_PAGES,
    )


def _type_texts(old: SignalEvidence, new: SignalEvidence) -> tuple[str, ...]:
    """Where no check explains a signal: which types of pages became better or worse, and how many there are."""
    if (old.value is None) != (new.value is None):
        return ("it was measured for the first time" if old.value is None else "it could not be measured any more",)
    texts = []
    for part in sorted(old.types.keys() | new.types.keys()):
        for kind in sorted(old.types.get(part, {}).keys() | new.types.get(part, {}).keys()):
            one, other = old.types.get(part, {}).get(kind), new.types.get(part, {}).get(kind)
            if one is None or other is None:
                texts.append(f"{part}: {kind} pages {'are counted now' if one is None else 'are gone'}")
            elif abs(one.mean - other.mean) >= _SEEN:
                verb = "fell" if other.mean < one.mean else "rose"
                texts.append(f"{part}: {kind} pages {verb} from {one.mean:.2f} to {other.mean:.2f} ({other.n} of them)")
            elif one.n != other.n:
                texts.append(f"{part}: {other.n} {kind} pages instead of {one.n}")
    return tuple(texts)


def _page_changes(old: SignalEvidence, new: SignalEvidence) -> tuple[PageChange, ...]:
    """Pages whose value is known to have changed, the largest change first; at most 20.

    A page that is not among the pages below 1 has the value 1 where all of those are kept.
    """
    found = []
    for url in old.pages.keys() | new.pages.keys():
        one, other = _page(old, url), _page(new, url)
        if one is None or other is None or abs(one - other) > _NOTHING:
            found.append(PageChange(url, one, other))
    found.sort(key=lambda change: (-abs(_or(change.before) - _or(change.after)), change.url))
    return tuple(found[:_MOST_PAGES])


def _page(evidence: SignalEvidence, url: str) -> float | None:
    return evidence.pages.get(url, 1.0 if evidence.pages_complete and evidence.value is not None else None)


def _or(value: float | None) -> float:
    return 1.0 if value is None else value


def _lines(signals: tuple[SignalChange, ...], cap: float, after: Evidence) -> tuple[str, ...]:
    said = []
    if abs(cap) >= _WORTH_SAYING:
        blocked = "the home page cannot be indexed any more, and the score is capped"
        free = "the home page can be indexed again, and the score is no longer capped"
        said.append((abs(cap), f"{cap:+.0f}: {blocked if cap < 0 else free}"))
    for change in signals:
        if abs(change.points) >= _WORTH_SAYING:
            why = "; ".join(change.texts[:3]) or "no single page or check explains it"
            said.append((abs(change.points), f"{change.points:+.1f}: {why} ({change.signal} {_span(change)})"))
    if not said and after.overall is not None:
        return ("nothing that shows in the score has changed",)
    return tuple(text for _, text in sorted(said, key=lambda pair: (-pair[0], pair[1])))


def _span(change: SignalChange) -> str:
    before, after = ("none" if value is None else f"{value:.2f}" for value in (change.before, change.after))
    return f"{before} to {after}"
