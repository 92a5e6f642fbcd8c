from typing import Any

import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case
from tests.unit.features.deo_score.domain.sample_sites import HOME, NOW, body, judged, key, nested, node, page

from engineo.features.crawling.contracts import CrawledPage, DateEvidence, Heading, Node
from engineo.features.deo_score.domain.findings.registry import BY_ID

TRAIL = node(
    "BreadcrumbList",
    {
        "itemListElement": [
            nested("ListItem", position=1, name="Home", item="/"),
            nested("ListItem", position=2, name="x"),
        ]
    },
)
ARTICLE: dict[str, Any] = {
    "headline": "All about shoes",
    "datePublished": "2026-01-01",
    "dateModified": "2026-01-01",
    "author": nested("Person", name="Ann Lee"),
    "image": "a.png",
    "publisher": nested("Organization", name="Acme"),
    "url": key("blog/x"),
}
LIST: dict[str, Any] = {"name": "Summer shoes", "url": key("c/x"), "itemListElement": [key("a"), key("b")]}
BRAND: dict[str, Any] = {"name": "Shop", "url": HOME}


def without(whole: dict[str, Any], *names: str, **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**whole, **changes}.items() if name not in names}


def article(properties: dict[str, Any], *more: Node) -> CrawledPage:
    facts = body(
        "x", nodes=(node("Article", properties), *more), headings=(Heading(1, "All about shoes"),),
        visible_text_sample="By Ann Lee", dates=(DateEvidence(NOW, "text"),),
    )  # fmt: skip
    return page("blog/x", facts)


def listing(properties: dict[str, Any]) -> CrawledPage:
    return page("c/x", body("x", nodes=(node("ItemList", properties),), headings=(Heading(1, "Summer shoes"),)))


def home(properties: dict[str, Any]) -> CrawledPage:
    return page("", body("home", nodes=(node("Organization", properties),), open_graph={"site_name": "Shop"}))


def of_article(*names: str, **changes: Any) -> Case:
    return Case([article(without(ARTICLE, *names, **changes))], [article(ARTICLE)], ("blog/x",))


def of_list(*names: str, **changes: Any) -> Case:
    return Case([listing(without(LIST, *names, **changes))], [listing(LIST)], ("c/x",))


def of_home(*names: str, **changes: Any) -> Case:
    return Case([home(without(BRAND, *names, **changes))], [home(BRAND)], ("",))


BROKEN = page("blog/x", body("x", nodes=(node("Article", ARTICLE),), structured_data_errors=("line 3",)))
CASES = {
    "primary-node-missing": Case([page("blog/x")], [article(ARTICLE)], ("blog/x",)),
    "markup-unreadable": Case([BROKEN], [article(ARTICLE)], ("blog/x",)),
    "gtin-invalid": Case(
        [article({**ARTICLE, "gtin": "123"})], [article({**ARTICLE, "gtin": "96385074"})], ("blog/x",)
    ),
    "breadcrumb-missing": Case([article(ARTICLE)], [article(ARTICLE, TRAIL)], ("blog/x",)),
    "breadcrumb-invalid": Case([article(ARTICLE, node("BreadcrumbList"))], [article(ARTICLE, TRAIL)], ("blog/x",)),
    "article-headline-missing": of_article("headline"),
    "article-date-missing": of_article("datePublished"),
    "article-author-missing": of_article("author"),
    "article-headline-differs": of_article(headline="Something else altogether"),
    "article-date-differs": of_article(datePublished="2020-05-05", dateModified="2020-05-05"),
    "article-author-hidden": of_article(author="Bob"),
    "article-price-differs": of_article(offers=nested("Offer", price="5")),
    "article-image-missing": of_article("image"),
    "article-modified-missing": of_article("dateModified"),
    "article-publisher-missing": of_article("publisher"),
    "article-address-missing": of_article("url"),
    "collection-name-missing": of_list("name", "itemListElement"),
    "collection-name-differs": of_list(name="Winter hats"),
    "collection-address-missing": of_list("url"),
    "collection-items-missing": of_list("itemListElement"),
    "home-address-missing": of_home("url"),
    "home-name-differs": of_home(name="Zeta Holding"),
    "home-address-differs": of_home(url="https://other.example/"),
}
# an article must have a headline to be its page's primary node; a review need not
REVIEW = {"author": "Ann Lee", "reviewRating": nested("Rating", ratingValue=4)}
REVIEWED = node("Review", {**REVIEW, "itemReviewed": nested("Book", name="It")})
CASES["article-headline-missing"] = Case(
    [page("blog/x", body("x", nodes=(node("Review", REVIEW),)))],
    [page("blog/x", body("x", nodes=(REVIEWED,)))],
    ("blog/x",),
)
CASES["article-headline-differs"] = of_article(headline="Something else altogether")


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    check_case(check_id, CASES[check_id])


@pytest.mark.parametrize("check_id", [check_id for check_id in CASES if BY_ID[check_id].repair is not None])
def test_each_wins_points(check_id: str) -> None:
    case = CASES[check_id]
    assert judged([page(""), *case.fires] if case.at != ("",) else case.fires)[check_id].points > 0
