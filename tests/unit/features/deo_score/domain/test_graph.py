from tests.unit.features.deo_score.domain.sample_sites import HOME, body, failed, key, link, moved, page, site_of_pages

from engineo.features.crawling.contracts import RobotsDirectives
from engineo.features.deo_score.domain.site import Site


def links_of_home(site: Site) -> dict[str, bool]:
    """What home links to, by path, and whether a template does."""
    graph = site.graph
    return {str(graph.links.raw[n]).rpartition("/")[2]: bool(graph.template[n]) for n in graph.known(HOME)}


def test_depth_goes_by_followable_links_through_read_pages() -> None:
    nofollow = (RobotsDirectives("", ("nofollow",), "meta"),)
    site = site_of_pages(
        [
            page(
                "",
                body(
                    "home", links=(link("a"), link("no", rel=("nofollow",)), link("js", crawlable=False), link("old"))
                ),
            ),
            page("a", body("a", links=(link("b"), link("broken")))),
            page("b", body("b", robots=nofollow, links=(link("c"),))),
            failed("broken"),
            *(page(path) for path in ("c", "no", "js", "new")),
            moved("old", "new"),
        ]
    )
    assert site.graph.depth == {HOME: 0, key("a"): 1, key("new"): 1, key("b"): 2, key("broken"): 2}


def test_pagination_carries_links() -> None:
    site = site_of_pages(
        [
            page("", body("home", links=(link("list?page=2"),))),
            page("list?page=2", body("second", links=(link("a"),))),
            page("a"),
        ]
    )
    assert site.graph.depth[key("a")] == 2
    assert key("list?page=2") not in site.members


def test_what_most_pages_repeat_is_a_template_link() -> None:
    repeated, own = link("a", "Imprint"), link("b", "A text of its own")
    pages = [page(path, body(path, links=(repeated,))) for path in ("x1", "x2", "x3")]
    home = page("", body("home", links=(repeated, own, link("c", template=True))))
    site = site_of_pages([home, *pages, page("a"), page("b"), page("c")])
    # the imprint is linked from 4 of 7 pages, c from a menu
    assert links_of_home(site) == {"a": True, "b": False, "c": True}


def test_two_pages_make_no_template() -> None:
    pages = [page("", body("home", links=(link("a"),))), page("b", body("b", links=(link("a"),))), page("a")]
    site = site_of_pages(pages)
    assert links_of_home(site) == {"a": False}


def test_links_elsewhere_and_to_the_unknown_are_no_edges() -> None:
    other = link("x")
    links = (link("unknown"), link("x", rel=()), other)
    away = tuple(item.__class__("https://other.example/", "", "t") for item in links)
    site = site_of_pages([page("", body("home", links=(*links[:1], *away)))])
    assert site.graph.known(HOME) == []
    assert site.graph.targets(HOME) == set()
