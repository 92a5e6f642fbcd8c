"""From values of pages to the value of a signal, in such a way that the evidence adds up to the value again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum

from engineo.features.deo_score.domain.curves import clamp
from engineo.features.deo_score.domain.page_types import PAGE_TYPES
from engineo.features.deo_score.domain.site import Group, Member, Site, page_weight

WORST = 20
_ENOUGH = 5
_ESTIMATED = 0.5


@dataclass(frozen=True, slots=True)
class PageValue:
    """v of a page, or of the best page of a group."""

    url: str
    type: str
    value: float


@dataclass(frozen=True, slots=True)
class TypeSum:
    """Pages of one type: how many, what each weighs, and the sum of their values."""

    n: int
    weight: float
    total: float


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a signal. Where `types` is not empty, value = sum(weight * total) / sum(weight * n) over it."""

    weight: float
    value: float | None
    types: Mapping[str, TypeSum] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal with its evidence. value = sum(weight * value) / sum(weight) over the parts that were measured.

    `n` pages were measured, `confidence` in [0, 1]. `worst` has at most 20 (url, v) with v below 1, of `worst_total`.
    """

    name: str
    value: float | None
    n: int
    reason: str | None
    confidence: float
    parts: Mapping[str, Part] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    worst: tuple[tuple[str, float], ...] = ()
    worst_total: int = 0
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What a signal rests on: ids of its rules, and where they come from."""

    name: str
    rules: tuple[str, ...]
    sources: tuple[str, ...]
    estimated: bool = False


def best_of_groups(
    site: Site, types: Sequence[str], value: Callable[[Member], float | None], groups: Iterable[Group] | None = None
) -> list[PageValue]:
    """One value per page group of the types, that of its best member; groups without any value are left out."""
    found = []
    for group in site.groups if groups is None else groups:
        if group.type not in types:
            continue
        values = [(v, url) for url in group.urls if (v := value(site.members[url])) is not None]
        if values:
            best, url = min(values, key=lambda pair: (-pair[0], pair[1]))
            found.append(PageValue(url, group.type, best))
    return found


def site_part(site: Site, weight: float, values: Iterable[PageValue]) -> Part:
    """The site value of page values; null without any."""
    by_type: dict[str, list[float]] = {}
    for page in values:
        by_type.setdefault(page.type, []).append(page.value)
    sums = {
        kind: TypeSum(len(by_type[kind]), page_weight(site.profile, kind, len(by_type[kind])), fsum(by_type[kind]))
        for kind in PAGE_TYPES
        if kind in by_type
    }
    return Part(weight, resum(sums), sums)


def resum(types: Mapping[str, TypeSum]) -> float | None:
    weights = fsum(kind.weight * kind.n for kind in types.values())
    return fsum(kind.weight * kind.total for kind in types.values()) / weights if weights else None


def signal(
    site: Site,
    about: About,
    parts: Mapping[str, Part],
    pages: Sequence[PageValue],
    reason: str | None = None,
) -> Signal:
    """A signal of its parts. `pages` are the page values that it is mostly about: they give n and the worst URLs."""
    measured = [part for part in parts.values() if part.value is not None and part.weight > 0]
    if not measured:
        return Signal(about.name, None, 0, reason, 0.0, parts, about.rules, about.sources, estimated=about.estimated)
    value = fsum(part.weight * (part.value or 0.0) for part in measured) / fsum(part.weight for part in measured)
    below = sorted((page.value, page.url) for page in pages if page.value < 1)
    return Signal(
        name=about.name,
        value=clamp(value),
        n=len(pages),
        reason=reason,
        confidence=clamp(_confidence(site, pages, estimated=about.estimated)),
        parts=parts,
        rules=about.rules,
        sources=about.sources,
        worst=tuple((url, clamp(v)) for v, url in below[:WORST]),
        worst_total=len(below),
        estimated=about.estimated,
    )


def _confidence(site: Site, pages: Sequence[PageValue], *, estimated: bool) -> float:
    """(weight of what was fetched / weight of all that was found) * min(1, n / 5), halved for estimates."""
    types = {page.type for page in pages}
    fetched, found = [], []
    for kind in types:
        n = sum(page.type == kind for page in pages)
        total = n + site.statistics.unattempted.get(kind, 0)
        weight = page_weight(site.profile, kind, total)
        fetched.append(weight * n)
        found.append(weight * total)
    if not fsum(found):
        return 0.0
    share = fsum(fetched) / fsum(found)
    return share * min(1.0, len(pages) / _ENOUGH) * (_ESTIMATED if estimated else 1.0)
