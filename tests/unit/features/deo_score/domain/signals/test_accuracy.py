from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import body, failed, key, nested, node, page, site_of_pages

from engineo.features.crawling.contracts import Heading, Node
from engineo.features.deo_score.domain.signals.accuracy import Accuracy, accuracy, entity_accuracy

OFFER = nested("Offer", price="5", priceCurrency="EUR", availability="InStock")


def measured(*nodes: Node, **facts: Any) -> Accuracy:
    given: dict[str, Any] = {"headings": (Heading(1, "Red shoe"),), "visible_prices": ("5",), **facts}
    site = site_of_pages([page(""), page("products/a", body("a", nodes=nodes, **given))])
    return accuracy(site, site.members[key("products/a")])


def product(**properties: Any) -> Node:
    return node("Product", {"name": "Red shoe", "offers": OFFER, **properties})


def test_nothing() -> None:
    assert measured() == Accuracy(0, 0, 0)
    assert measured(node("WebPage")) == Accuracy(0, 0, 0)


def test_required_agreeing_recommended() -> None:
    assert measured(product()) == Accuracy(1, 1, 0)
    full = product(
        image="a", description="b", brand="c", sku="d", review="e",
        offers={**OFFER, "hasMerchantReturnPolicy": ["f"]},
    )  # fmt: skip
    assert measured(full) == Accuracy(1, 1, 1)
    assert measured(product(image="a", mpn="b")).recommended == pytest.approx(2 / 6)


def test_the_list_of_a_collection_is_what_it_is_about() -> None:
    listing = nested("ItemList", itemListElement=key("products/a"))
    made = node("CollectionPage", {"name": "Shoes", "url": key("c/a"), "mainEntity": listing})
    site = site_of_pages([page(""), page("c/a", body("a", nodes=(made,)))])
    assert accuracy(site, site.members[key("c/a")]).recommended == 1


def test_errors_lengthen_the_list() -> None:
    assert measured(product(), structured_data_errors=("broken", "broken too")).required == pytest.approx(5 / 7)
    assert measured(product(gtin13="123")).required == pytest.approx(5 / 6)
    assert measured(product(), node("BreadcrumbList")).required == pytest.approx(5 / 6)


def test_the_candidate_with_most_valid_is_primary() -> None:
    assert measured(node("Product", {"name": "Wrong"}), product()).required == 1
    first, second = product(image="a"), product()
    assert measured(first, second).recommended > measured(second, first).recommended


def test_value_by_hand() -> None:
    # info: home without nodes 0 of w .1; product .5 + .3 of w .02; failed product 0: .016 / .14
    row = page("products/a", body("a", nodes=(product(),), headings=(Heading(1, "Red shoe"),), visible_prices=("5",)))
    assert entity_accuracy(site_of_pages([page(""), row, failed("products/b")])).value == pytest.approx(0.016 / 0.14)


def test_deleting_bad_markup_never_pays() -> None:
    bad = node("Product", {"name": "Something else", "offers": nested("Offer", price="999")})
    with_it = site_of_pages([page(""), page("products/a", body("a", nodes=(bad,)))])
    without = site_of_pages([page(""), page("products/a", body("a"))])
    assert (entity_accuracy(without).value or 0) <= (entity_accuracy(with_it).value or 0)
