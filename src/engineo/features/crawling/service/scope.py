"""Which URLs belong to a run, and what robots.txt says of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engineo.features.crawling.contracts import ROBOTS_AGENTS, PageFacts
from engineo.features.crawling.domain import urls
from engineo.features.crawling.domain.robots import RobotsPolicy, agents_refused
from engineo.features.crawling.repository.pages import Discovery
from engineo.features.crawling.settings import AGENT, MAX_KEY_LENGTH


@dataclass(frozen=True, slots=True)
class Scope:
    """One site under one robots.txt."""

    origin: str
    policy: RobotsPolicy

    @property
    def home(self) -> str:
        return f"{self.origin}/"

    def holds(self, url: str) -> bool:
        return urls.same_site(self.origin, url)

    def allows(self, url: str) -> bool:
        """Whether we may fetch it."""
        return self.policy.allowed(AGENT, url)

    def member(self, url: str, found: Discovery | None = None, *, always: bool = False) -> Discovery | None:
        """The URL as a row of the run, with the marks of `found`; None where it is not of this site or far too long.

        Carts, searches and the like are no members (unless `always`): they stand in the facts as targets of links only.
        """
        absolute = urls.normalise(url)
        if absolute is None or not self.holds(absolute):
            return None
        absolute = urls.untracked(absolute)
        key = urls.url_key(absolute)
        if len(key) > MAX_KEY_LENGTH or (urls.excluded(absolute) and not always):
            return None
        blocked = agents_refused(self.policy, ROBOTS_AGENTS, absolute)
        outcome = "disallowed" if AGENT in blocked else "not_attempted"
        return replace(found or Discovery("", ""), url_key=key, url=absolute, outcome=outcome, blocked_agents=blocked)

    def members_on(self, facts: PageFacts, depth: int | None, seen: "Seen") -> Iterator[Discovery]:
        """What a page links to, one click further, and what it calls its canonical address."""
        below = None if depth is None else depth + 1
        targets = (link.url for link in facts.links if link.crawlable and link.url)
        yield from self._new(targets, Discovery("", "", linked=True, depth=below), seen)
        yield from self._new((*facts.canonicals, *facts.canonical_header), Discovery("", ""), seen)

    def _new(self, found: Iterable[str], marks: Discovery, seen: "Seen") -> Iterator[Discovery]:
        for url in dict.fromkeys(found):
            if seen.add(url, linked=marks.linked) and (member := self.member(url, marks)):
                yield member


class Seen:
    """Targets met lately. Pages repeat their menus: a URL is looked at once, or once more after it was forgotten.

    Forgetting is safe, because the rows decide; so is remembering, because pages are read by clicks from home and the
    first sight of a link is its shortest way.
    """

    LIMIT = 50_000

    def __init__(self) -> None:
        self._urls: set[tuple[str, bool]] = set()

    def add(self, url: str, *, linked: bool) -> bool:
        """True at the first sight."""
        if (url, linked) in self._urls:
            return False
        if len(self._urls) >= self.LIMIT:
            self._urls.clear()
        self._urls.add((url, linked))
        return True
