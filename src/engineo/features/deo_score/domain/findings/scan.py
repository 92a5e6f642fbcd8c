"""Looks at every page while the crawl is read, and remembers which checks found something on it."""

from array import array

from engineo.features.deo_score.domain.findings.check import OnPage
from engineo.features.deo_score.domain.findings.registry import CHECKS
from engineo.features.deo_score.domain.reader import Seen

_LOOKS = tuple([(check.id, check.find.look) for check in CHECKS if isinstance(check.find, OnPage)])


class Found:
    """The pages on which a check found something, and of how many it could have."""

    def __init__(self) -> None:
        self.urls: list[str] = []
        self.amounts = array("d")
        self.of = 0


class Scan:
    """What the checks of single pages have found so far."""

    def __init__(self) -> None:
        self._found = {name: Found() for name, _ in _LOOKS}

    def __call__(self, seen: Seen) -> None:
        for name, look in _LOOKS:
            amount = look(seen)
            if amount is None:
                continue
            found = self._found[name]
            found.of += 1
            if amount:
                found.urls.append(seen.url)
                found.amounts.append(amount)

    def found(self, check_id: str) -> Found:
        return self._found[check_id]
