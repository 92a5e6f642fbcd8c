"""All twelve signals by name, in the order of the engine."""

from collections.abc import Iterable, Mapping

from engineo.features.deo_score.domain.measure import Rule, Signal
from engineo.features.deo_score.domain.signals.accuracy import entity_accuracy
from engineo.features.deo_score.domain.signals.answers import answer_surface_presence
from engineo.features.deo_score.domain.signals.brand_navigation import brand_navigational_strength
from engineo.features.deo_score.domain.signals.coverage import content_coverage
from engineo.features.deo_score.domain.signals.depth import content_depth
from engineo.features.deo_score.domain.signals.entity_coverage import entity_coverage
from engineo.features.deo_score.domain.signals.freshness import content_freshness
from engineo.features.deo_score.domain.signals.health import crawl_health
from engineo.features.deo_score.domain.signals.indexability import indexability
from engineo.features.deo_score.domain.signals.linkage import entity_linkage
from engineo.features.deo_score.domain.signals.serp import serp_presence
from engineo.features.deo_score.domain.signals.vitals import core_web_vitals
from engineo.features.deo_score.domain.site import Site

MEASURES: Mapping[str, Rule] = {
    rule.about.name: rule
    for rule in (
        content_coverage,
        content_depth,
        content_freshness,
        entity_coverage,
        entity_accuracy,
        entity_linkage,
        crawl_health,
        core_web_vitals,
        indexability,
        serp_presence,
        answer_surface_presence,
        brand_navigational_strength,
    )
}


def measure(site: Site, names: Iterable[str] = tuple(MEASURES)) -> dict[str, Signal]:
    """The named signals of a site, all by default."""
    return {name: MEASURES[name](site) for name in names}
