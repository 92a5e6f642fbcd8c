"""When a page was last changed, by its own word, as far as that can be trusted. Moments are seconds since 1970."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from engineo.features.deo_score.domain.site import Member

_LEAST_URLS = 10
_ONE_DAY_SHARE = 0.9
_DAY = 86_400
Prior = tuple[int, str]  # a trusted date, and the hash of the text that it was trusted for


def dated(member: Member) -> Iterator[tuple[str, int]]:
    """(source, moment) of everything that dates a page and lies not after the moment it was fetched."""
    reading, fetched, lastmod = member.reading, member.row.fetched_at, member.row.sitemap_lastmod
    if reading is None or fetched is None:
        return
    yield from reading.dates
    if lastmod is not None and lastmod <= fetched:
        yield "sitemap", int(lastmod.timestamp())


def trusted_date(member: Member, ignored: frozenset[str], prior: Prior | None = None) -> int | None:
    """The newest date of a source that is not ignored; while the text is the same, none newer than the one before."""
    newest = max((moment for source, moment in dated(member) if source not in ignored), default=None)
    if newest is None or prior is None or member.reading is None or member.reading.content_key != prior[1]:
        return newest
    return min(newest, prior[0])


def uniform_sources(members: Iterable[Member], group_of: Mapping[str, str]) -> frozenset[str]:
    """Sources that say the same day for more than 90 % of ten or more page groups: a build date, not an edit."""
    days: dict[str, dict[str, int]] = defaultdict(dict)
    for member in members:
        for source, moment in dated(member):
            group = group_of[member.url]
            days[source][group] = max(moment // _DAY, days[source].get(group, moment // _DAY))
    ignored = set()
    for source, found in days.items():
        _, most = Counter(found.values()).most_common(1)[0]
        if len(found) >= _LEAST_URLS and most > _ONE_DAY_SHARE * len(found):
            ignored.add(source)
    return frozenset(ignored)
