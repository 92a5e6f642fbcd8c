from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import (
    body,
    failed,
    key,
    nested,
    node,
    page,
    reading,
    site_of_pages,
)

from engineo.features.crawling.contracts import CrawledPage, Heading, Image, PageFacts, RobotsDirectives
from engineo.features.deo_score.domain.signals.serp import serp_presence

GRAPH = {"title": "T", "image": "i.png"}


def value_of(row: CrawledPage) -> float:
    found = serp_presence(site_of_pages([page(""), row]))
    return dict(found.worst).get(row.url_key, 1.0)


def title_checks(facts: PageFacts, brand: str) -> tuple[bool, bool]:
    """(has a term that is not the brand, fits the page)."""
    home = page("", body("home", open_graph={"site_name": brand}, title=f"{brand} shop"))
    found = site_of_pages([home, page("x", facts)]).members[key("x")].reading
    assert found is not None
    return found.title_own, found.title_fits


def test_title() -> None:
    facts = body("x", title="Acme red shoes", headings=(Heading(1, "Red shoes"),), blocks=())
    assert title_checks(facts, "Acme") == (True, True)
    alone = body("x", title="Acme", headings=(Heading(1, "Red shoes"),), blocks=())
    assert title_checks(alone, "Acme") == (False, False)
    assert title_checks(body("x", title="x0 and more", headings=()), "Acme") == (True, True)  # x0 is in the text
    assert title_checks(body("x", title="The to of", headings=(Heading(1, "of"),), blocks=()), "") == (False, True)


@pytest.mark.parametrize(
    ("facts", "passed"),
    [
        ({}, (0, 1, 1, 1)),
        ({"open_graph": GRAPH}, (1, 1, 1, 1)),
        ({"robots": (RobotsDirectives("", ("max-image-preview:none",), "meta"),)}, (0, 0, 1, 1)),
        ({"images": (Image("a", " ", sized=True, lazy=False, in_main=True),)}, (0, 1, 0, 1)),
        ({"images": (Image("a", None, sized=True, lazy=False, in_main=False),)}, (0, 1, 1, 1)),
        ({"hreflang": (("en-GB", "https://a.example/"), ("x-default", "https://a.example/"))}, (0, 1, 1, 1)),
        ({"hreflang": (("en-GB", "/relative"),)}, (0, 1, 1, 0)),
        ({"hreflang": (("english", "https://a.example/"),)}, (0, 1, 1, 0)),
        ({"hreflang": (("de", "http://[x"),)}, (0, 1, 1, 0)),
    ],
)
def test_preview(facts: dict[str, Any], passed: tuple[int, ...]) -> None:
    found = reading(body("x", **facts))
    checks = (found.open_graph, found.image_preview, found.image_described, found.hreflang_valid)
    assert checks == tuple(map(bool, passed))


def test_other_pages_have_no_rich_results() -> None:
    assert value_of(page("x", body("x", open_graph=GRAPH))) == 1
    # description equal to the title, no Open Graph: (.35 + .15 * 3/4) / .7
    assert value_of(page("x", body("x", description="title X"))) == pytest.approx((0.35 + 0.1125) / 0.7)
    assert value_of(page("x", body("x", title=None, open_graph=GRAPH))) == pytest.approx(0.35 / 0.7)


def test_products_owe_markup() -> None:
    offer = nested("Offer", price="5", priceCurrency="EUR", availability="InStock")
    marked = body("p", open_graph=GRAPH, nodes=(node("Product", {"name": "Heading p", "offers": offer}),))
    assert value_of(page("products/p", marked)) == pytest.approx(0.7 + 0.3 * 0.7)
    assert value_of(page("products/p", body("p", open_graph=GRAPH))) == pytest.approx(0.7)


def test_what_may_not_be_quoted_or_read_is_nothing() -> None:
    assert value_of(page("x", body("x", robots=(RobotsDirectives("", ("nosnippet",), "meta"),)))) == 0
    assert value_of(failed("x")) == 0
    assert key("x")
