import pytest
from tests.unit.features.deo_score.domain.sample_sites import HOME, body, gain, nested, node, page, site_of_pages

from engineo.features.crawling.contracts import CrawledPage, Heading

SHOWN = {"headings": (Heading(1, "Red shoe"),), "visible_prices": ("5",)}
OFFER = nested("Offer", price="5", priceCurrency="USD", availability="InStock")
WRONG = nested("Offer", price="9", priceCurrency="USD", availability="InStock")
ORGANIZATION = node("Organization", {"name": "Acme", "url": HOME})


def product(**properties: object) -> CrawledPage:
    return page("products/a", body("a", nodes=(node("Product", {"name": "Red shoe", **properties}),), **SHOWN))


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("primary-node-missing", [page(""), page("products/a", body("a", **SHOWN))]),
        ("primary-node-missing", [page(""), page("blog/a", body("a", visible_text_sample="Some words"))]),
        ("primary-node-missing", [page(""), page("c/a")]),
        ("markup-incomplete", [page(""), product()]),
        ("markup-disagrees", [page(""), product(offers=WRONG)]),
        ("markup-sparse", [page(""), product(offers=OFFER)]),
        ("organization-missing", [page("")]),
        ("website-missing", [page("")]),
        ("organization-incomplete", [page("", body("home", nodes=(ORGANIZATION,)))]),
        ("breadcrumb-missing", [page(""), product()]),
    ],
)
def test_each_wins(name: str, rows: list[CrawledPage]) -> None:
    assert gain(name, site_of_pages(rows)) > 0
