from tests.unit.features.deo_score.domain.sample_sites import HOME, body, failed, key, page, site_of_pages

from engineo.features.crawling.contracts import Heading, RobotsDirectives
from engineo.features.deo_score.domain.units import description_of, main_headings, title_of, unique


def test_headings_and_texts_are_stripped() -> None:
    facts = body("a", title=" T ", description=None, headings=(Heading(1, " "), Heading(1, " One "), Heading(2, "Two")))
    assert (title_of(facts), description_of(facts), main_headings(facts)) == ("T", "", ["One"])


def test_one_of_the_pages_with_a_title_owns_it() -> None:
    rows = [
        page("", body("home", title="Same!")),
        page("products/a", body("a", title="same")),
        page("b", body("b", title="")),
        page("x", body("x", title="Other")),
        page("xx", body("xx", title="other")),
        failed("d"),
    ]
    # home weighs .1, a product .02 of info; equal weights go by the shorter address
    assert unique(site_of_pages(rows, profile="info"), title_of) == {HOME, key("x")}


def test_a_page_that_may_not_be_quoted_gives_way() -> None:
    silent = (RobotsDirectives("", ("nosnippet",), "meta"),)
    rows = [page(""), page("a", body("a", title="x", robots=silent)), page("bb", body("b", title="X"))]
    assert key("bb") in unique(site_of_pages(rows), title_of)
    assert key("a") not in unique(site_of_pages(rows), title_of)


def test_titles_without_letters_are_still_titles() -> None:
    rows = [page(""), page("a", body("a", title="!!!")), page("b", body("b", title="???"))]
    assert {key("a"), key("b")} <= unique(site_of_pages(rows), title_of)
