from tests.unit.features.deo_score.domain.sample_sites import HOME, body, gain, key, link, page, repaired, site_of_pages

from engineo.features.crawling.contracts import Link

DEAD = Link("", "javascript:void(0)", "Open", crawlable=False)


def test_links_that_say_nothing() -> None:
    rows = [page("", body("home", links=(link("x", "here"),))), page("x")]
    assert gain("link-text-generic", site_of_pages(rows)) > 0


def test_links_that_lead_nowhere() -> None:
    rows = [page("", body("home", links=(link("x"), DEAD))), page("x")]
    assert gain("link-not-crawlable", site_of_pages(rows)) > 0


def test_pages_out_of_reach() -> None:
    site = site_of_pages([page(""), page("x"), page("y")])
    urls, better = repaired("page-unreached", site)
    assert urls == [key("x"), key("y")]
    assert better.graph.depth == {HOME: 0, key("x"): 1, key("y"): 1}
    assert gain("page-unreached", site) > 0


def test_pages_with_few_sources() -> None:
    site = site_of_pages([page("", body("home", links=(link("x0"),))), *(page(f"x{n}") for n in range(6))])
    assert repaired("inlinks-few", site)[0] == [HOME, *(key(f"x{n}") for n in range(6))]
    assert gain("inlinks-few", site) > 0
