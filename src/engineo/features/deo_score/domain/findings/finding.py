"""A finding: what a check found on a site, how much of the site it concerns, and what mending it would win."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from engineo.features.deo_score.domain.findings.check import Check

WORST = 20


class Affected:
    """The URLs (url_keys) that have it, the worst first."""

    def __init__(self) -> None:
        self._urls: list[str] = []
        self._amounts = array("d")
        self._details: dict[int, str] = {}

    def add(self, url: str, amount: float, detail: str = "") -> None:
        if detail:
            self._details[len(self._urls)] = detail
        self._urls.append(url)
        self._amounts.append(amount)

    def sort(self) -> None:
        order = sorted(range(len(self._urls)), key=lambda n: (-self._amounts[n], self._urls[n]))
        self._details = {new: self._details[old] for new, old in enumerate(order) if old in self._details}
        self._urls = [self._urls[n] for n in order]
        self._amounts = array("d", [self._amounts[n] for n in order])

    def __len__(self) -> int:
        return len(self._urls)

    @property
    def urls(self) -> list[str]:
        return self._urls

    def shown(self, unit: str, start: int = 0, stop: int | None = None) -> Iterator[tuple[str, str]]:
        """(url, what is to be seen there)."""
        for number in range(start, len(self._urls) if stop is None else min(stop, len(self._urls))):
            amount = self._amounts[number]
            said = f"{unit}: {round(amount, 1):g}" if unit else ""
            yield self._urls[number], self._details.get(number, said)


@dataclass(frozen=True, slots=True)
class Finding:
    """`share` in [0, 1] of the pages that could have it; `points` of the overall score, unrounded, that it costs."""

    check: Check
    severity: str
    share: float
    points: float
    affected: Affected

    @property
    def count(self) -> int:
        return len(self.affected)

    @property
    def unit(self) -> str:
        return getattr(self.check.find, "unit", "")
