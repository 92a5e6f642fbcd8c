from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import body, failed, key, nested, node, page, site_of_pages

from engineo.features.crawling.contracts import Heading, Node
from engineo.features.deo_score.domain.reading import NO_MARKUP, Markup
from engineo.features.deo_score.domain.signals.accuracy import accuracy, entity_accuracy

OFFER = nested("Offer", price="5", priceCurrency="EUR", availability="InStock")


def measured(*nodes: Node, **facts: Any) -> Markup:
    given: dict[str, Any] = {"headings": (Heading(1, "Red shoe"),), "visible_prices": ("5",), **facts}
    site = site_of_pages([page(""), page("products/a", body("a", nodes=nodes, **given))])
    return accuracy(site.members[key("products/a")])


def product(**properties: Any) -> Node:
    return node("Product", {"name": "Red shoe", "offers": OFFER, **properties})


def worth(*nodes: Node) -> tuple[float, float, float]:
    found = measured(*nodes)
    return found.r, pytest.approx(found.a), found.s  # type: ignore[return-value] # compares like a number


def test_nothing() -> None:
    assert measured() == measured(node("WebPage")) == NO_MARKUP
    assert (NO_MARKUP.primary, NO_MARKUP.r, NO_MARKUP.a, NO_MARKUP.s) == (False, 0, 0, 0)


def test_required_agreeing_recommended() -> None:
    assert worth(product()) == (1, 1, 0)
    full = product(
        image="a", description="b", brand="c", sku="d", review="e",
        offers={**OFFER, "hasMerchantReturnPolicy": ["f"]},
    )  # fmt: skip
    assert worth(full) == (1, 1, 1)
    assert measured(product(image="a", mpn="b")).s == pytest.approx(2 / 6)


def test_the_list_of_a_collection_is_what_it_is_about() -> None:
    listing = nested("ItemList", itemListElement=key("products/a"))
    made = node("CollectionPage", {"name": "Shoes", "url": key("c/a"), "mainEntity": listing})
    site = site_of_pages([page(""), page("c/a", body("a", nodes=(made,)))])
    assert accuracy(site.members[key("c/a")]).s == 1


def test_errors_lengthen_the_list() -> None:
    assert measured(product(), structured_data_errors=("broken", "broken too")).r == pytest.approx(5 / 7)
    assert measured(product(gtin13="123")).r == pytest.approx(5 / 6)
    assert measured(product(), node("BreadcrumbList")).r == pytest.approx(5 / 6)


def test_the_candidate_with_most_valid_is_primary() -> None:
    assert measured(node("Product", {"name": "Wrong"}), product()).r == 1
    first, second = product(image="a"), product()
    assert measured(first, second).s > measured(second, first).s


def test_value_by_hand() -> None:
    # info: home without nodes 0 of w .1; product .5 + .3 of w .02; failed product 0: .016 / .14
    row = page("products/a", body("a", nodes=(product(),), headings=(Heading(1, "Red shoe"),), visible_prices=("5",)))
    assert entity_accuracy(site_of_pages([page(""), row, failed("products/b")])).value == pytest.approx(0.016 / 0.14)


def test_deleting_bad_markup_never_pays() -> None:
    bad = node("Product", {"name": "Something else", "offers": nested("Offer", price="999")})
    with_it = site_of_pages([page(""), page("products/a", body("a", nodes=(bad,)))])
    without = site_of_pages([page(""), page("products/a", body("a"))])
    assert (entity_accuracy(without).value or 0) <= (entity_accuracy(with_it).value or 0)
