import pytest
from tests.unit.features.deo_score.domain.sample_sites import HOME, body, failed, key, link, page, site_of_pages

from engineo.features.crawling.contracts import RobotsDirectives
from engineo.features.deo_score.domain.signals.indexability import indexability, put_forward

CLOSED = (RobotsDirectives("", ("noindex",), "meta"),)


def test_who_is_put_forward() -> None:
    links = (link("menu", template=True), link("text"), link("terms", template=True))
    rows = [
        page("", body("home", links=links)), page("menu"), page("text"), page("terms"), page("listed", in_sitemap=True),
        page("products/a"), page("c/a"), page("blog/a"),
    ]  # fmt: skip
    assert put_forward(site_of_pages(rows)) - {key("terms")} == {
        HOME,
        *map(key, ("menu", "listed", "products/a", "c/a")),
    }


def test_value_by_hand() -> None:
    # info: home 1 of w .1; products 1, 0 and 0 of w .02
    rows = [page(""), page("products/a"), page("products/b", body("b", robots=CLOSED)), failed("products/c")]
    assert indexability(site_of_pages(rows)).value == pytest.approx(0.12 / 0.16)


def test_descriptions_play_no_part() -> None:
    rows = [page("", body("home", description=None, title=None, headings=(), words=1))]
    assert indexability(site_of_pages(rows)).value == 1


def test_a_consolidated_page_stands_for_the_page_it_names() -> None:
    copy = body("a", canonicals=(key("x"),))
    found = indexability(site_of_pages([page(""), page("products/a", copy, in_sitemap=True), page("x", body("a"))]))
    assert (found.value, found.n) == (1, 2)
