"""The site that is scored: its pages and their types, gates, groups and links, out of the rows of one crawl."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engineo.features.crawling.contracts import CrawledPage, PageFacts, SiteFacts
from engineo.features.deo_score.domain.gate import Gate
from engineo.features.deo_score.domain.graph import Graph
from engineo.features.deo_score.domain.memo import Memo
from engineo.features.deo_score.domain.page_types import POLICY
from engineo.features.deo_score.domain.rows import Rows

# What a type of page weighs in a site value. The weights need not sum to 1.
TYPE_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "shop": {"home": 0.10, "product": 0.45, "collection": 0.15, "article": 0.15, "brand": 0.10, "other": 0.05},
    "info": {"home": 0.10, "product": 0.10, "collection": 0.10, "article": 0.35, "brand": 0.10, "other": 0.35},
}
_FEW = 5  # a type of fewer pages than this does not weigh as much as a full one


def page_weight(profile: str, page_type: str, count: int) -> float:
    """w_p: the weight of one of `count` pages of a type; 0 for types that no page metric counts."""
    fewest = 1 if page_type == "home" else _FEW
    return TYPE_WEIGHTS[profile].get(page_type, 0.0) / max(count, fewest)


@dataclass(frozen=True, slots=True)
class Member:
    """A URL of the denominator D. `facts` is None without a readable 200 HTML body: it scores 0."""

    url: str
    row: CrawledPage
    facts: PageFacts | None
    type: str
    listed: bool  # in a sitemap, itself or by a URL that redirects here
    linked: bool
    cluster: str  # pages of one text
    gate: Gate
    into: str | None = None  # consolidated: the page it stands for

    @property
    def g(self) -> float:
        return self.gate.value


@dataclass(frozen=True, slots=True)
class Group:
    """Pages of one text and one title. They count once, with the best of them."""

    key: str
    type: str
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What no single page decides; held fixed while repairs of single pages are tried."""

    groups: tuple[Group, ...]
    group_of: Mapping[str, str]  # consolidated pages belong to the group of the page they stand for
    types: Mapping[str, str]  # of groups, by key
    block_groups: Mapping[str, int]  # block hash -> page groups that hold it
    brand: str
    agreement: int  # how many of the five sources agree on the brand
    ignored_dates: frozenset[str]  # sources of dates that say one day for nearly all pages
    theta: float  # page groups up to which a block is the page's own text
    unattempted: Mapping[str, int]  # URLs never fetched, by type


@dataclass(frozen=True, slots=True)
class Site:
    """Everything the signals read. `members` are sorted by URL."""

    facts: SiteFacts
    as_of: datetime
    profile: str
    home: str
    rows: Rows
    members: Mapping[str, Member]
    graph: Graph
    statistics: Statistics
    page_types: Mapping[str, str]  # decided types, to be stored
    node_ids: frozenset[str]  # absolute @ids of all structured data of the site
    memo: Memo = field(compare=False)

    @property
    def home_member(self) -> Member:
        return self.members[self.home]

    @property
    def scored(self) -> list[Member]:
        """Members that count one by one: neither consolidated nor policy pages."""
        return [member for member in self.members.values() if member.into is None and member.type != POLICY]

    @property
    def groups(self) -> list[Group]:
        """Page groups, without policy pages."""
        return [group for group in self.statistics.groups if group.type != POLICY]

    def weights(self) -> dict[str, float]:
        """W of every member in the count of signals 1 and 2, by URL; 0 for those that no page metric counts."""
        counts = Counter(member.type for member in self.scored)
        return {
            url: 0.0 if member.into is not None else page_weight(self.profile, member.type, counts[member.type])
            for url, member in self.members.items()
        }
