"""A defect that can be repaired, as a rule: which pages have it, and what the site would be without it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engineo.features.crawling.contracts import CrawledPage, PageFacts
from engineo.features.deo_score.domain.build import revise
from engineo.features.deo_score.domain.site import Member, Site

Find = Callable[[Site], Sequence[str]]
Apply = Callable[[Site, Sequence[str]], Site]


@dataclass(frozen=True, slots=True)
class Repair:
    """`find` lists the affected URLs; `apply` gives the repaired site; `signals` are those that can change.

    `one` and `many` say what to do, for one URL and for `{n}` of them; `signal` is the one the defect shows in most.
    """

    id: str
    signal: str
    signals: tuple[str, ...]
    one: str
    many: str
    why: str
    find: Find
    apply: Apply

    def title(self, count: int) -> str:
        return self.one if count == 1 else self.many.format(n=f"{count:,}")


def pages_with(broken: Callable[[Site, Member], bool]) -> Find:
    """The members that count and have a body, and that are broken."""
    return lambda site: [member.url for member in site.scored if member.facts is not None and broken(site, member)]


def facts_with(broken: Callable[[PageFacts], bool]) -> Find:
    return pages_with(lambda _, member: member.facts is not None and broken(member.facts))


def on_pages(repaired: Callable[[Site, Member, PageFacts], CrawledPage], *, links: bool = False) -> Apply:
    """Replace the row of every affected page. Pass `links` where links, gates of targets or markup ids change."""

    def apply(site: Site, urls: Sequence[str]) -> Site:
        pages = {
            url: repaired(site, member, member.facts) for url in urls if (member := site.members[url]).facts is not None
        }
        return revise(site, pages, links=links)

    return apply


def on_facts(repaired: Callable[[Site, Member, PageFacts], PageFacts], *, links: bool = False) -> Apply:
    """Replace the facts of every affected page."""
    return on_pages(lambda site, member, facts: replace(member.row, facts=repaired(site, member, facts)), links=links)
