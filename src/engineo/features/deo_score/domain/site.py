"""The site that is scored: its pages and their types, gates, groups and links, out of the rows of one crawl."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

from engineo.features.crawling.contracts import PageFacts, SiteFacts
from engineo.features.deo_score.domain.catalogue import Catalogue
from engineo.features.deo_score.domain.gate import Gate
from engineo.features.deo_score.domain.graph import Graph, Repeated
from engineo.features.deo_score.domain.markup import Marked
from engineo.features.deo_score.domain.page_types import POLICY
from engineo.features.deo_score.domain.reader import Reader
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.rows import Row, Rows

T = TypeVar("T")

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
    """A URL of the denominator D. `reading` is None without a readable 200 HTML body: it scores 0."""

    url: str
    row: Row
    reading: Reading | None
    type: str
    listed: bool  # in a sitemap, itself or by a URL that redirects here
    linked: bool
    cluster: str  # pages of one text
    gate: Gate
    into: str | None = None  # consolidated: the page it stands for

    @property
    def key(self) -> str:
        return self.url

    @property
    def g(self) -> float:
        return self.gate.value

    @property
    def counts(self) -> bool:
        """Whether it counts one by one: neither consolidated nor a policy page."""
        return self.into is None and self.type != POLICY


@dataclass(frozen=True, slots=True)
class Group:
    """Pages of one text and one title. They count once, with the best of them."""

    key: str
    type: str
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """The home page in full, as far as it was read."""

    facts: PageFacts
    marked: Marked


@dataclass(frozen=True, slots=True)
class Statistics:
    """What no single page decides; held fixed while repairs of single pages are tried."""

    groups: tuple[Group, ...]
    group_of: Mapping[str, str]  # consolidated pages belong to the group of the page they stand for
    faded: Mapping[int, float]  # weight of the blocks that many page groups hold, by hash
    brand: str
    agreement: int  # how many of the five sources agree on the brand
    ignored_dates: frozenset[str]  # sources of dates that say one day for nearly all pages
    unattempted: Mapping[str, int]  # URLs never fetched, by type
    repeated: Repeated  # links that a template repeats


@dataclass(frozen=True)
class Site:
    """Everything the signals read. `members` are sorted by URL; what is worked out of a site is kept with it."""

    facts: SiteFacts
    profile: str
    home: str
    home_page: Home | None
    rows: Rows
    members: Mapping[str, Member]
    graph: Graph
    statistics: Statistics
    page_types: Mapping[str, str]  # decided types, to be stored
    priors: Mapping[str, tuple[int, str]]  # trusted dates of the run before, with the hash of the text
    probe: Reading | None
    reader: Reader = field(compare=False)
    # What is taken as done for some members while its worth is measured: "links" (none is broken), "straight" (none is
    # redirected), "reach" (within reach of home), "inlinks" (three sources).
    mended: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def catalogue(self) -> Catalogue:
        return self.reader.catalogue

    @property
    def as_of_seconds(self) -> float:
        return self.reader.as_of.timestamp()

    @property
    def home_member(self) -> Member:
        return self.members[self.home]

    @cached_property
    def scored(self) -> tuple[Member, ...]:
        """Members that count one by one."""
        return tuple([member for member in self.members.values() if member.counts])

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Page groups, without policy pages."""
        return tuple([group for group in self.statistics.groups if group.type != POLICY])

    @cached_property
    def type_weights(self) -> Mapping[str, float]:
        """W of a page of each type in the count of signals 1 and 2."""
        counts = Counter(member.type for member in self.scored)
        return {kind: page_weight(self.profile, kind, count) for kind, count in counts.items()}

    @cached_property
    def node_ids(self) -> frozenset[int]:
        """Hashes of the absolute @id of all structured data of the site."""
        return frozenset(
            name for member in self.members.values() if member.reading is not None for name in member.reading.node_ids
        )

    @cached_property
    def titles(self) -> frozenset[str]:
        """URLs whose title is theirs."""
        return self._unique({url: found.title_key for url, found in self._said()})

    @cached_property
    def descriptions(self) -> frozenset[str]:
        """URLs whose description is theirs."""
        return self._unique({url: found.description_key for url, found in self._said()})

    @cached_property
    def product_pages(self) -> Mapping[str, str]:
        """The page of every product of the catalogue that has one, by its id: its own address, else what it offers."""
        found = {}
        for key, product in self.catalogue.urls.items():
            final = self.rows.final(key) if self.rows.get(key) is not None else None
            if final in self.members:
                found[product.id] = str(final)
        for url, reading in self._said():
            for product_id in reading.offered:
                found.setdefault(product_id, url)
        return found

    def _said(self) -> list[tuple[str, Reading]]:
        return [(url, member.reading) for url, member in self.members.items() if member.reading is not None]

    def _unique(self, keys: Mapping[str, int]) -> frozenset[str]:
        """URLs with a text that is theirs: of indexable pages with one text only the most valuable one has it."""
        same: dict[int, list[str]] = defaultdict(list)
        for url, key in keys.items():
            member = self.members[url]
            if key and member.g > 0 and member.into is None:
                same[key].append(url)
        return frozenset(urls[0] if len(urls) == 1 else min(urls, key=self._claim) for urls in same.values())

    def _claim(self, url: str) -> tuple[float, int, str]:
        member = self.members[url]
        snippet = member.reading is not None and member.reading.snippet
        return -self.weight(member) * member.g * snippet, len(url), url

    @cached_property
    def _groups_by_key(self) -> Mapping[str, Group]:
        return {group.key: group for group in self.groups}

    def group_now(self, key: str) -> Group | None:
        """The page group of a key; None where there is none that counts."""
        return self._groups_by_key.get(key)

    def address(self, key: str) -> str:
        """The address of a url_key as people can open it."""
        row = self.rows.get(key)
        return row.url if row is not None else key

    def is_mended(self, what: str, url: str) -> bool:
        return bool(self.mended) and url in self.mended.get(what, ())

    def once(self, work: Callable[["Site"], T]) -> T:
        """The result of a function of this site, worked out once."""
        kept: dict[object, object] = self.__dict__.setdefault("_once", {})
        if work not in kept:
            kept[work] = work(self)
        return cast("T", kept[work])

    def know(self, work: Callable[["Site"], T], result: T) -> None:
        """What `once` is to answer for a function: where it is known without working it out."""
        kept: dict[object, object] = self.__dict__.setdefault("_once", {})
        kept[work] = result

    def weight(self, member: Member) -> float:
        """W of a member in the count of signals 1 and 2; 0 where no page metric counts it."""
        return 0.0 if member.into is not None else self.type_weights.get(member.type, 0.0)
