"""indexability: may the pages that a site puts forward be indexed?"""

from engineo.features.deo_score.domain.measure import About, Groups, Rule
from engineo.features.deo_score.domain.site import Site

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


def put_forward(site: Site) -> set[str]:
    """The page groups of C, by key: home, products, collections, what is listed, what home's template links to.

    A consolidated page stands for the page it names.
    """
    group_of, graph = site.statistics.group_of, site.graph
    keys = {group.key for group in site.groups if group.type in _PUT_FORWARD}
    for url, member in site.members.items():
        if member.listed or (member.into is not None and member.type in _PUT_FORWARD):
            keys.add(group_of[url])
    for number in graph.known(site.home):
        target = graph.links.final[number]
        if target is not None and graph.template[number] and target in site.members:
            keys.add(group_of[target])
    return keys


indexability = Rule(ABOUT, (Groups("pages", 1.0, lambda _, member: member.g, among=put_forward),))
