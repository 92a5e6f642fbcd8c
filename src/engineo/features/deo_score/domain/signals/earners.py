"""Of pages with one text only one earns."""

from collections import defaultdict
from collections.abc import Hashable, Sequence

from engineo.features.deo_score.domain.site import Member, Site


def best_by(
    site: Site, members: Sequence[Member], set_of: Sequence[Hashable], values: Sequence[float]
) -> frozenset[str]:
    """Of every set of members the one with the largest w * v; then the shortest, then the smallest URL."""
    sets: dict[Hashable, list[int]] = defaultdict(list)
    for number, name in enumerate(set_of):
        sets[name].append(number)

    def claim(number: int) -> tuple[float, int, str]:
        member = members[number]
        return -site.weight(member) * values[number], len(member.url), member.url

    return frozenset(
        members[numbers[0] if len(numbers) == 1 else min(numbers, key=claim)].url for numbers in sets.values()
    )
