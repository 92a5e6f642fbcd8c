from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import nested, node

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.markup import page_items
from engineo.features.deo_score.domain.requirements import required

OFFER = nested("Offer", price="5", priceCurrency="USD", availability="InStock")
RATED = nested("Rating", ratingValue="4")


@pytest.mark.parametrize(
    ("page_type", "kind", "properties", "met"),
    [
        ("product", "Product", {"name": "Shoe", "offers": OFFER}, (1, 1, 1, 1, 1)),
        ("product", "Product", {"name": "Shoe", "review": "fine"}, (1, 1, 0, 0, 0)),
        ("product", "Product", {}, (0, 0, 0, 0, 0)),
        ("article", "Article", {"headline": "H", "datePublished": "2026-01-01", "author": "Ann"}, (1, 1, 1)),
        ("article", "Article", {"name": "H", "author": nested("Person")}, (1, 0, 0)),
        (
            "article",
            "Review",
            {"itemReviewed": nested("Book", name="It"), "author": "Ann", "reviewRating": RATED},
            (1, 1, 1),
        ),
        ("article", "Review", {"reviewRating": nested("Rating", ratingValue="6")}, (0, 0, 0)),
        ("article", "Review", {"reviewRating": nested("Rating", ratingValue="6", bestRating="10")}, (0, 1, 0)),
        ("collection", "ItemList", {"itemListElement": ["a", "b"]}, (1,)),
        ("collection", "ItemList", {"itemListElement": ["a"]}, (0,)),
        ("collection", "CollectionPage", {"mainEntity": {"@type": ["ItemList"], "itemListElement": ["a", "b"]}}, (1,)),
        ("home", "WebSite", {"name": "Acme", "url": "/"}, (1, 1)),
        ("home", "WebSite", {"name": " "}, (0, 0)),
    ],
)
def test_required(page_type: str, kind: str, properties: dict[str, Any], met: tuple[int, ...]) -> None:
    (item,) = page_items(PageFacts(nodes=(node(kind, properties),)))
    assert required(item, page_type) == tuple(map(bool, met))
