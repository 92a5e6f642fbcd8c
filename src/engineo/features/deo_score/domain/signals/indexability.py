"""indexability: may the pages that a site puts forward be indexed?"""

from engineo.features.deo_score.domain.graph import is_template
from engineo.features.deo_score.domain.measure import About, Signal, best_of_groups, signal, site_part
from engineo.features.deo_score.domain.page_types import PAGE_TYPES
from engineo.features.deo_score.domain.site import Group, Site

ABOUT = About(
    "indexability",
    ("readable-200", "robots-txt", "noindex", "canonical", "script-shell"),
    (
        "https://developer.chrome.com/docs/lighthouse/seo/is-crawlable",
        "https://developer.chrome.com/docs/lighthouse/seo/canonical",
        "https://developers.google.com/search/docs/crawling-indexing/block-indexing",
    ),
)
_PUT_FORWARD = ("home", "product", "collection")


def indexability(site: Site) -> Signal:
    """The site value of g over home, products, collections, sitemap URLs and what home's template links to."""
    groups = put_forward(site)
    pages = best_of_groups(site, PAGE_TYPES, lambda member: member.g, groups)
    return signal(site, ABOUT, {"pages": site_part(site, 1.0, pages)}, pages)


def put_forward(site: Site) -> list[Group]:
    """The groups of C. A consolidated page stands for the page it names."""
    group_of = site.statistics.group_of
    keys = {
        group_of[url]
        for url, member in site.members.items()
        if member.listed or (member.into is not None and member.type in _PUT_FORWARD)
    }
    for edge in site.graph.edges.get(site.home, ()):
        if edge.final is not None and edge.final in site.members and is_template(edge, site.graph):
            keys.add(group_of[edge.final])
    return [group for group in site.groups if group.type in _PUT_FORWARD or group.key in keys]
