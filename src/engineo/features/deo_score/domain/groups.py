"""What pages have in common: groups of one text and title, and blocks of text that many groups repeat."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.site import Group, Member

_THETA_LEAST = 2.0
_THETA_SHARE = 0.2
_AT_ONCE = 250_000  # blocks counted in one go


def group_pages(
    members: Mapping[str, Member], home: str, known_types: Mapping[str, str]
) -> tuple[tuple[Group, ...], dict[str, str]]:
    """Page groups: the members of a text cluster that have one title. All take the type of the one seen first."""
    by_text: dict[tuple[str, int], list[str]] = defaultdict(list)
    for url, member in members.items():
        if member.into is None:
            title = member.reading.title_key if member.reading is not None else 0
            by_text[(url, 0) if member.reading is None else (member.cluster, title)].append(url)
    groups = []
    group_of: dict[str, str] = {}
    for urls in by_text.values():
        first = (
            urls[0]
            if len(urls) == 1
            else min(urls, key=lambda url: (url != home, url not in known_types, len(url), url))
        )
        groups.append(Group(first, members[first].type, tuple(sorted(urls))))
        group_of.update(dict.fromkeys(urls, first))
    for url, member in members.items():
        if member.into is not None:
            group_of[url] = group_of[member.into]
    return tuple(sorted(groups, key=lambda group: group.key)), group_of


def faded_blocks(read: Mapping[str, Reading], group_of: Mapping[str, str], count: int) -> dict[int, float]:
    """The weight of every block that more page groups hold than is usual for text of one's own, by its hash.

    `count` is the number of page groups. Blocks are counted in parts, so that memory does not grow with the text.
    """
    theta = max(_THETA_LEAST, _THETA_SHARE * count)
    by_group: dict[str, list[Reading]] = defaultdict(list)
    for url, reading in read.items():
        if url in group_of:
            by_group[group_of[url]].append(reading)
    parts = 1 + sum(len(reading.blocks) for readings in by_group.values() for reading in readings) // _AT_ONCE
    found: dict[int, float] = {}
    for part in range(parts):
        counts: Counter[int] = Counter()
        for readings in by_group.values():
            counts.update(_blocks(readings, part, parts))
        found.update({block: theta / held for block, held in counts.items() if held > theta})
    return found


def _blocks(readings: list[Reading], part: int, parts: int) -> Iterator[int]:
    held = set(readings[0].blocks) if len(readings) == 1 else {block for one in readings for block in one.blocks}
    return iter(held) if parts == 1 else (block for block in held if block % parts == part)
