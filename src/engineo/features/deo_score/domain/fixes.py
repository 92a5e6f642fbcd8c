"""What to do next, and what it is worth: every defect found, ranked by the points that repairing it would win."""

from collections.abc import Mapping
from dataclasses import dataclass

from engineo.features.deo_score.domain.engine import COMPONENTS, unrounded
from engineo.features.deo_score.domain.measure import Signal
from engineo.features.deo_score.domain.repairs import content, dates, entities, links, speed, technical, visibility
from engineo.features.deo_score.domain.repairs.repair import Repair
from engineo.features.deo_score.domain.signals.catalogue import measure
from engineo.features.deo_score.domain.site import Site

CAP = 30
MOST_URLS = 20
REPAIRS: tuple[Repair, ...] = tuple(
    repair for module in (content, dates, entities, links, technical, speed, visibility) for repair in module.REPAIRS
)
_COMPONENT_OF = {name: component for component, names in COMPONENTS.items() for name in names}
_HOME_WHY = "As long as the home page does not answer with a page, the score is capped at 30."


@dataclass(frozen=True, slots=True)
class Fix:
    """`points` of the overall score (unrounded) that the repair alone would win; `urls` are at most 20 of `count`."""

    id: str
    title: str
    why: str
    component: str
    signal: str
    count: int
    urls: tuple[str, ...]
    points: float


def ranked_fixes(site: Site, signals: Mapping[str, Signal]) -> list[Fix]:
    """Every repair that has something to repair, measured by scoring the site again with it, best first."""
    values = {name: found.value for name, found in signals.items()}
    before = unrounded(values) or 0.0
    found = [fix for repair in REPAIRS if (fix := _measured(repair, site, values, before)) is not None]
    if site.home_member.facts is None:
        points = max(0.0, before - CAP)
        title = "Make the home page answer with a page that can be read"
        found.append(Fix("home-unreadable", title, _HOME_WHY, "technical", "indexability", 1, (site.home,), points))
    return sorted(found, key=lambda fix: (-fix.points, fix.id))


def _measured(repair: Repair, site: Site, values: Mapping[str, float | None], before: float) -> Fix | None:
    urls = repair.find(site)
    if not urls:
        return None
    repaired = repair.apply(site, urls)
    again = {name: found.value for name, found in measure(repaired, repair.signals).items()}
    after = unrounded({**values, **again}) or 0.0
    points = after - before
    if is_blocked(site) and not is_blocked(repaired):
        points = after - min(before, CAP)  # the cap falls, too
    return Fix(
        id=repair.id,
        title=repair.title(len(urls)),
        why=repair.why,
        component=_COMPONENT_OF[repair.signal],
        signal=repair.signal,
        count=len(urls),
        urls=tuple(sorted(urls)[:MOST_URLS]),
        points=max(0.0, round(points, 9)) + 0.0,
    )


def is_blocked(site: Site) -> bool:
    """Whether the home page cannot be indexed."""
    return site.home_member.g == 0 and site.home_member.into is None
