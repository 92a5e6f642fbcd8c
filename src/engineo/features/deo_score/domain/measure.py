"""From values of pages to the value of a signal, in such a way that the evidence adds up to the value again."""

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nsmallest
from math import fsum, nan
from operator import itemgetter
from typing import cast

from engineo.features.deo_score.domain.curves import clamp
from engineo.features.deo_score.domain.page_types import PAGE_TYPES
from engineo.features.deo_score.domain.site import Group, Member, Site, page_weight

WORST = 20
_ENOUGH = 5
_ESTIMATED = 0.5


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


# --- parts: what a signal is made of

Unit = Group | Member
Weight = float | Callable[[Site], float]
MemberValue = Callable[[Site, Member], float | None]


@dataclass(frozen=True, slots=True)
class Whole:
    """A part that the site has as a whole; None where it cannot be measured."""

    name: str
    weight: Weight
    of: Callable[[Site], float | None]


@dataclass(frozen=True, slots=True)
class Groups:
    """A part that is a site value over page groups. Each counts once, with its best member; None: it does not count.

    `among` limits the groups beyond their type: their keys.
    """

    name: str
    weight: Weight
    of: MemberValue
    types: Collection[str] = PAGE_TYPES
    among: Callable[[Site], Collection[str]] | None = None

    def units(self, site: Site) -> Sequence[Unit]:
        return site.groups

    def values(self, site: Site, units: Iterable[Unit]) -> "array[float]":
        among = None if self.among is None else self.among(site)
        return array("d", [self._best(site, group, among) for group in cast("Iterable[Group]", units)])

    def _best(self, site: Site, group: Group, among: Collection[str] | None) -> float:
        if group.type not in self.types or (among is not None and group.key not in among):
            return nan
        found = [v for url in group.urls if (v := self.of(site, site.members[url])) is not None]
        return max(found, default=nan)

    def shown(self, site: Site, unit: Unit) -> str:
        """The member that a group counts with."""
        group = cast("Group", unit)
        if len(group.urls) == 1:
            return group.urls[0]
        found = [(v, url) for url in group.urls if (v := self.of(site, site.members[url])) is not None]
        return min(found, key=lambda pair: (-pair[0], pair[1]))[1] if found else group.key


@dataclass(frozen=True, slots=True)
class Members:
    """A part that is a site value over members one by one. `of` is given members with all others of their cluster."""

    name: str
    weight: Weight
    of: Callable[[Site, Sequence[Member]], Sequence[float]]

    def units(self, site: Site) -> Sequence[Unit]:
        return site.scored

    def values(self, site: Site, units: Iterable[Unit]) -> "array[float]":
        return array("d", self.of(site, cast("Sequence[Member]", units)))

    def shown(self, _: Site, unit: Unit) -> str:
        return unit.key


Counted = Groups | Members
Values = Mapping[str, "array[float]"]


def weight_of(part: Whole | Counted, site: Site) -> float:
    return part.weight(site) if callable(part.weight) else part.weight


def site_part(site: Site, weight: float, types: Iterable[str], values: Iterable[float]) -> Part:
    """The site value of the values of units; null without any. Units that do not count have NaN."""
    by_type: dict[str, list[float]] = {}
    for kind, value in zip(types, values, strict=True):
        if value == value:  # noqa: PLR0124 - NaN is not equal to itself
            by_type.setdefault(kind, []).append(value)
    return Part(weight, *summed(site.profile, {kind: (len(found), fsum(found)) for kind, found in by_type.items()}))


def summed(profile: str, sums: Mapping[str, tuple[int, float]]) -> tuple[float | None, dict[str, TypeSum]]:
    """The site value of (n, sum) by type, and the evidence for it."""
    types = {
        kind: TypeSum(sums[kind][0], page_weight(profile, kind, sums[kind][0]), sums[kind][1])
        for kind in PAGE_TYPES
        if kind in sums and sums[kind][0]
    }
    weights = fsum(kind.weight * kind.n for kind in types.values())
    return (fsum(kind.weight * kind.total for kind in types.values()) / weights if weights else None), types


def value_of(parts: Iterable[Part]) -> float | None:
    """The weighted mean of the parts that were measured."""
    measured = [(part.weight, part.value) for part in parts if part.value is not None and part.weight > 0]
    if not measured:
        return None
    return clamp(fsum(weight * value for weight, value in measured) / fsum(weight for weight, _ in measured))


@dataclass(frozen=True, slots=True)
class Rule:
    """A signal as it is defined.

    `shown` names the parts whose least value is a page's value in the evidence; without them the signal is about the
    site, and every page group stands for itself. `absent` says why there is nothing to measure, `remark` what a reader
    should know of the value.
    """

    about: About
    parts: tuple[Whole | Counted, ...]
    shown: tuple[str, ...] = ("pages",)
    absent: Callable[[Site], str | None] = lambda _: None
    remark: Callable[[Site, Signal], str | None] = lambda _, __: None

    def __call__(self, site: Site) -> Signal:
        """The signal of a site."""
        return self.signal(site, self.values(site))

    def values(self, site: Site) -> Values:
        """The values of all units of every part that has units."""
        if self.absent(site) is not None:
            return {}
        return {part.name: part.values(site, part.units(site)) for part in self.parts if not isinstance(part, Whole)}

    def measured(self, site: Site, values: Values) -> dict[str, Part]:
        found = {}
        for part in self.parts:
            weight = weight_of(part, site)
            if isinstance(part, Whole):
                found[part.name] = Part(weight, part.of(site))
            else:
                types = (unit.type for unit in part.units(site))
                found[part.name] = site_part(site, weight, types, values[part.name])
        return found

    def signal(self, site: Site, values: Values) -> Signal:
        about = self.about
        why = self.absent(site)
        if why is not None:
            return Signal(about.name, None, 0, why, 0.0, {}, about.rules, about.sources, estimated=about.estimated)
        parts = self.measured(site, values)
        counts, worst, below = self._evidence(site, values)
        value = value_of(parts.values())
        found = Signal(
            name=about.name,
            value=value,
            n=sum(counts.values()) if value is not None else 0,
            reason=None,
            confidence=0.0 if value is None else clamp(_confidence(site, counts, estimated=about.estimated)),
            parts=parts,
            rules=about.rules,
            sources=about.sources,
            worst=worst,
            worst_total=below,
            estimated=about.estimated,
        )
        return replace(found, reason=self.remark(site, found))

    def _evidence(self, site: Site, values: Values) -> tuple[Counter[str], tuple[tuple[str, float], ...], int]:
        """How many pages of each type were measured, the worst of them, and how many there are below 1."""
        shown = [part for part in self.parts if not isinstance(part, Whole) and part.name in self.shown]
        if not shown:
            return Counter(group.type for group in site.groups if group.type in PAGE_TYPES), (), 0
        units = shown[0].units(site)
        least = [min(found) for found in zip(*(values[part.name] for part in shown), strict=True)]
        counted = [(unit, value) for unit, value in zip(units, least, strict=True) if value == value]  # noqa: PLR0124 - as above
        below = [(value, unit.key, unit) for unit, value in counted if value < 1]
        worst = [
            (shown[0].shown(site, unit), clamp(value))
            for value, _, unit in nsmallest(WORST, below, key=itemgetter(0, 1))
        ]
        return Counter(unit.type for unit, _ in counted), tuple(worst), len(below)


def _confidence(site: Site, counts: Mapping[str, int], *, estimated: bool) -> float:
    """(weight of what was fetched / weight of all that was found) * min(1, n / 5), halved for estimates."""
    fetched, found = [], []
    for kind, n in sorted(counts.items()):
        total = n + site.statistics.unattempted.get(kind, 0)
        weight = page_weight(site.profile, kind, total)
        fetched.append(weight * n)
        found.append(weight * total)
    if not fsum(found):
        return 0.0
    share = fsum(fetched) / fsum(found)
    return share * min(1.0, sum(counts.values()) / _ENOUGH) * (_ESTIMATED if estimated else 1.0)
