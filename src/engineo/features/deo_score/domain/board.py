"""All signals of a site, and what they would be with some of its pages changed: only those are measured again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from engineo.features.deo_score.domain.engine import unrounded
from engineo.features.deo_score.domain.measure import (
    Counted,
    Part,
    Rule,
    Signal,
    Unit,
    Whole,
    summed,
    value_of,
    weight_of,
)
from engineo.features.deo_score.domain.signals.catalogue import MEASURES
from engineo.features.deo_score.domain.site import Site

Sums = dict[str, tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Change:
    """A site in which some members are different. What they mean for others (whose title it is) follows from it."""

    site: Site
    urls: Collection[str]


class Board:
    """The signals of a site with the values of all pages, so that a change is measured by the pages it touches."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._values = {name: rule.values(site) for name, rule in MEASURES.items()}
        self.signals: dict[str, Signal] = {
            name: rule.signal(site, self._values[name]) for name, rule in MEASURES.items()
        }
        self._groups = {group.key: number for number, group in enumerate(site.groups)}
        self._members = {member.url: number for number, member in enumerate(site.scored)}
        self._mates: dict[str, list[str]] = {}
        for url, member in site.members.items():
            if member.cluster != url or url in self._mates:
                self._mates.setdefault(member.cluster, [member.cluster]).append(url)

    @property
    def values(self) -> dict[str, float | None]:
        return {name: found.value for name, found in self.signals.items()}

    @property
    def overall(self) -> float:
        """The overall score without rounding and without cap."""
        return unrounded(self.values) or 0.0

    def after(self, change: Change, names: Iterable[str]) -> dict[str, float | None]:
        """The values of all signals after a change that reaches the named ones."""
        urls = _touched(self.site, change)
        found = self.values
        for name in names:
            found[name] = self._again(MEASURES[name], change.site, urls)
        return found

    def _again(self, rule: Rule, site: Site, urls: Collection[str]) -> float | None:
        before = self.signals[rule.about.name]
        if not before.parts or rule.absent(site) is not None:
            return before.value
        parts = []
        for part in rule.parts:
            weight = weight_of(part, site)
            if isinstance(part, Whole):
                parts.append(Part(weight, part.of(site)))
            else:
                sums = self._sums(part, before.parts[part.name], self._values[rule.about.name][part.name], site, urls)
                parts.append(Part(weight, summed(site.profile, sums)[0]))
        return value_of(parts)

    def _sums(self, part: Counted, before: Part, values: Sequence[float], site: Site, urls: Collection[str]) -> Sums:
        """(n, sum) by type after the change: units that went or changed are taken out, changed and new ones put in."""
        numbers, old, touched = self._units(part, site, urls)
        sums: Sums = {kind: (found.n, found.total) for kind, found in before.types.items()}
        for key in touched:
            if (number := numbers.get(key)) is not None:
                _add(sums, old[number].type, -1, values[number])
        new = [unit for unit in touched.values() if unit is not None]
        for unit, value in zip(new, part.values(site, new), strict=True):
            _add(sums, unit.type, 1, value)
        return sums

    def _units(
        self, part: Counted, site: Site, urls: Collection[str]
    ) -> tuple[Mapping[str, int], Sequence[Unit], dict[str, Unit | None]]:
        """Numbers of units by key, the units as they were, and those touched as they are (None: gone)."""
        touched: dict[str, Unit | None] = {}
        if part.units(site) is site.groups:
            for url in urls:
                key = self.site.statistics.group_of.get(url, url)
                touched[key] = site.group_now(key)
            return self._groups, self.site.groups, touched
        for url in urls:
            cluster = self.site.members[url].cluster if url in self.site.members else url
            for mate in self._mates.get(cluster, (url,)):
                member = site.members.get(mate)
                touched[mate] = member if member is not None and member.counts else None
        return self._members, self.site.scored, touched


def _add(sums: Sums, kind: str, sign: int, value: float) -> None:
    if not isnan(value):
        n, total = sums.get(kind, (0, 0.0))
        sums[kind] = n + sign, total + sign * value


def _touched(site: Site, change: Change) -> set[str]:
    """The members that are different, and those to whom a title or description now belongs or no longer does."""
    after = change.site
    urls = set(change.urls)
    if after.titles is not site.titles:
        urls |= after.titles ^ site.titles
    if after.descriptions is not site.descriptions:
        urls |= after.descriptions ^ site.descriptions
    return urls
