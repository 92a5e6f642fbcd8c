import pytest
from tests.unit.features.deo_score.domain.sample_sites import HOME, body, failed, key, page, site_of_pages

from engineo.features.crawling.contracts import RobotsDirectives
from engineo.features.deo_score.domain.site import page_weight


def test_weights() -> None:
    assert page_weight("shop", "home", 1) == 0.10
    assert page_weight("shop", "product", 3) == 0.45 / 5  # fewer than five weigh no more than five
    assert page_weight("shop", "product", 90) == 0.45 / 90
    assert page_weight("info", "article", 10) == pytest.approx(0.035)
    assert page_weight("shop", "policy", 10) == 0


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
    assert site_of_pages(rows, profile="info").titles == {HOME, key("x")}


def test_a_page_that_may_not_be_quoted_gives_way() -> None:
    silent = (RobotsDirectives("", ("nosnippet",), "meta"),)
    rows = [page(""), page("a", body("a", title="x", robots=silent)), page("bb", body("b", title="X"))]
    titles = site_of_pages(rows).titles
    assert key("bb") in titles
    assert key("a") not in titles


def test_titles_without_letters_are_still_titles() -> None:
    rows = [page(""), page("a", body("a", title="!!!")), page("b", body("b", title="???"))]
    assert {key("a"), key("b")} <= site_of_pages(rows).titles


def test_what_is_worked_out_once_is_not_worked_out_again() -> None:
    site, calls = site_of_pages([page("")]), []

    def work(_: object) -> int:
        calls.append(1)
        return 7

    assert (site.once(work), site.once(work), len(calls)) == (7, 7, 1)
    site.know(work, 9)
    assert site.once(work) == 9
