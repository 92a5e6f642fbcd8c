"""A check as it is declared: what is wrong, why it matters and what to do, and a pure function that finds it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum

from engineo.features.deo_score.domain.board import Change
from engineo.features.deo_score.domain.page_types import PAGE_TYPES, POLICY
from engineo.features.deo_score.domain.reader import Seen
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.site import Member, Site

AREAS = (
    "content",
    "indexing",
    "site",
    "links",
    "structured-data",
    "international",
    "images",
    "performance",
    "security",
    "answers",
    "brand",
)
ALL_TYPES = (*PAGE_TYPES, POLICY)


class Impact(IntEnum):
    """How bad it is where it happens; how much of a site it happens to decides the severity."""

    ADVICE = 1
    MODERATE = 2
    SERIOUS = 3
    BLOCKING = 4


SEVERITIES = {1: "low", 2: "medium", 3: "high", 4: "critical"}
_MOST, _MUCH = 0.5, 0.1


def severity(impact: Impact, share: float) -> str:
    """The full impact where half of the pages concerned have it, one step less from a tenth on, else two."""
    steps = 0 if share >= _MOST else 1 if share >= _MUCH else 2
    return SEVERITIES[max(1, impact - steps)]


@dataclass(frozen=True, slots=True)
class Hit:
    """A URL that has it: how bad it is there (larger is worse), and what is to be seen there."""

    url: str
    amount: float = 1.0
    detail: str = ""


# --- how it is found

Amount = float | None  # 0: not here; None: not a page that could have it


@dataclass(frozen=True, slots=True)
class OnPage:
    """Looks at all that one page says, while the crawl is read."""

    look: Callable[[Seen], Amount]
    unit: str = ""  # what the amount counts: "characters"


@dataclass(frozen=True, slots=True)
class OnReading:
    """Looks at what is kept of one page."""

    look: Callable[[Member, Reading], Amount]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class OnMember:
    """Looks at one page as part of the site, whether it could be read or not."""

    look: Callable[[Site, Member], Amount | Hit]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class OnSite:
    """Looks at the site as a whole. `of` is how many URLs could have it; None: it is one for the whole site."""

    find: Callable[[Site], Sequence[Hit]]
    of: Callable[[Site], int] | None = None


Finder = OnPage | OnReading | OnMember | OnSite

# --- what it would win

Applied = Callable[[Site, Collection[str]], Change]


@dataclass(frozen=True, slots=True)
class Repair:
    """The site without it, and the signals that this can change (the first is the one in which it shows most)."""

    signals: tuple[str, ...]
    apply: Applied


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of finding.

    `title` names it, `fix` says what to do ("{pages}" stands for how many), `how` in more words; `why` it matters is
    backed by the public page `source`. `types` limits it to pages of some types. Without a `repair` the score does not
    depend on it.
    """

    id: str
    area: str
    impact: Impact
    title: str
    fix: str
    why: str
    how: str
    source: str
    find: Finder
    repair: Repair | None = None
    types: Collection[str] = PAGE_TYPES

    def todo(self, count: int) -> str:
        """What to do, for a number of pages."""
        return self.fix.format(pages="1 page" if count == 1 else f"{count:,} pages")
