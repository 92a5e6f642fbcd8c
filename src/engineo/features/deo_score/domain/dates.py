"""When a page was last changed, by its own word, as far as that can be trusted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from engineo.features.deo_score.domain.site import Member

_LEAST_URLS = 10
_ONE_DAY_SHARE = 0.9


def dated(member: Member) -> Iterator[tuple[str, datetime]]:
    """(source, moment) of everything that dates a page and lies not after the moment it was fetched."""
    fetched = member.row.fetched_at
    if member.facts is None or fetched is None:
        return
    for evidence in member.facts.dates:
        if evidence.value <= fetched:
            yield evidence.source, evidence.value
    lastmod = member.row.sitemap_lastmod
    if lastmod is not None and lastmod <= fetched:
        yield "sitemap", lastmod


def trusted_date(member: Member, ignored: frozenset[str]) -> datetime | None:
    """The newest date of a source that is not ignored."""
    return max((moment for source, moment in dated(member) if source not in ignored), default=None)


def uniform_sources(members: Iterable[Member], group_of: Mapping[str, str]) -> frozenset[str]:
    """Sources that say the same day for more than 90 % of ten or more page groups: a build date, not an edit."""
    days: dict[str, dict[str, datetime]] = defaultdict(dict)
    for member in members:
        for source, moment in dated(member):
            group = group_of[member.url]
            days[source][group] = max(moment, days[source].get(group, moment))
    ignored = set()
    for source, moments in days.items():
        _, most = Counter(moment.date() for moment in moments.values()).most_common(1)[0]
        if len(moments) >= _LEAST_URLS and most > _ONE_DAY_SHARE * len(moments):
            ignored.add(source)
    return frozenset(ignored)
