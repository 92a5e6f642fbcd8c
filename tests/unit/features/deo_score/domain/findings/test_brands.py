from typing import Any

import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case
from tests.unit.features.deo_score.domain.sample_sites import HOME, body, judged, key, link, nested, node, page
from tests.unit.features.deo_score.domain.sold_products import Sold

from engineo.features.crawling.contracts import CrawledPage

CONTACT = nested("ContactPoint", telephone="+1 555 0100")
WHOLE = {"name": "Shop", "url": HOME, "logo": "a.png", "sameAs": ["a", "b"], "contactPoint": CONTACT}
FIVE = ("about", "contact", "faq", "privacy", "terms")


def home(*nodes: Any, **facts: Any) -> CrawledPage:
    return page("", body("home", nodes=nodes, **facts))


def service(*, near: bool) -> list[CrawledPage]:
    links = tuple(link(path, path) for path in FIVE) if near else ()
    return [page("", body("home", links=links)), *(page(path) for path in FIVE)]


NAMED = home(node("Organization", WHOLE), node("WebSite", {"name": "Shop"}), open_graph={"site_name": "Shop"})
SOLD = [Sold("1", "Mug", url=key("products/x"))]
CASES = {
    "organization-missing": Case([home()], [home(node("Organization", WHOLE))], ("",)),
    "organization-incomplete": Case(
        [home(node("Organization", {**WHOLE, "sameAs": ["a"]}))], [home(node("Organization", WHOLE))], ("",)
    ),
    "website-missing": Case([home()], [home(node("WebSite", {"name": "Shop"}))], ("",)),
    "brand-inconsistent": Case(
        [home(node("Organization", {**WHOLE, "name": "Zeta"}), open_graph={"site_name": "Shop"})], [NAMED], ("",)
    ),
    "service-pages-missing": Case([home()], service(near=True), FIVE),
    "service-pages-far": Case(service(near=False), service(near=True), FIVE),
    "product-without-page": Case([page("y")], [page("products/x")], ("products/x",), how={"products": SOLD}),
}


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    case = CASES[check_id]
    check_case(check_id, case)
    if check_id != "product-without-page":
        assert judged(case.fires)[check_id].points > 0


def test_what_lacks_is_named() -> None:
    found = judged(CASES["organization-incomplete"].fires)["organization-incomplete"]
    assert list(found.affected.shown("")) == [(HOME, "without two profiles (sameAs)")]
