from dataclasses import replace
from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import nested, node

from engineo.features.crawling.contracts import Node, PageFacts
from engineo.features.deo_score.domain.markup import (
    Item,
    Marked,
    breadcrumbs,
    first_text,
    is_primary,
    page_items,
    texts,
    walk,
)
from engineo.features.deo_score.domain.offers import bad_gtins


def facts(*nodes: Node) -> PageFacts:
    return PageFacts(nodes=nodes)


def candidates(page: PageFacts) -> list[Item]:
    return Marked(page).candidates


def trails(page: PageFacts) -> list[bool]:
    return breadcrumbs(Marked(page))


def test_candidates_are_top_level_nodes_their_main_entities_and_what_is_reviewed() -> None:
    page = facts(
        node("WebPage", {"mainEntity": [nested("Product", name="Shoe")]}),
        node("Review", {"itemReviewed": [nested("Book", name="It")]}),
        node("Offer", top_level=False),
    )
    assert [min(item.types) for item in candidates(page)] == ["WebPage", "Product", "Review", "Book"]


def test_references_are_resolved_within_the_page() -> None:
    page = facts(
        node("WebPage", {"mainEntity": [{"@id": "#shoe"}]}),
        node("Product", {"name": "Shoe"}, id="#shoe", top_level=False),
    )
    assert [first_text(item, "name") for item in candidates(page)] == ["", "Shoe"]


def test_a_marked_reference_stands_for_the_node_as_it_is_now() -> None:
    copied = {"@type": ["Product"], "@id": "#shoe", "@reference": True, "name": ["Old name"], "gtin": ["1"]}
    about = node("WebPage", {"mainEntity": [copied]})
    whole = node("Product", {"name": "Shoe", "url": "/shoe"}, id="#shoe", top_level=False)
    stub = node("Product", {"name": "Stub"}, id="#shoe", top_level=False)
    assert [first_text(item, "name") for item in candidates(facts(about, stub, whole))] == ["", "Shoe"]
    assert [first_text(item, "name") for item in candidates(facts(about))] == ["", "Old name"]
    assert [item.types for item in walk(page_items(facts(about))[0])] == [{"WebPage"}]  # a copy is not nested
    assert bad_gtins(Marked(facts(about)).every) == 0


def test_a_reference_is_no_property() -> None:
    empty = page_items(facts(node("Article", {"author": [{"@type": [], "@reference": True}]})))[0]
    assert not empty.has("author", "@reference")
    assert texts(empty, "author") == []


def test_a_trail_that_is_referred_to_counts_once() -> None:
    made = replace(trail(), id="#trail")
    referring = {"@type": ["BreadcrumbList"], "@id": "#trail", "@reference": True, **made.properties}
    assert trails(facts(node("WebPage", {"breadcrumb": [referring]}), made)) == [False]


@pytest.mark.parametrize(
    ("page_type", "made", "primary"),
    [
        ("home", node("Store", {"name": "Acme"}), True),
        ("home", node("Organization"), False),  # without a name
        ("home", node("Product", {"name": "Shoe"}), False),
        ("product", node("ProductGroup"), True),
        ("product", node("Thing", {"offers": [nested("Offer", price=1)]}), True),
        ("product", node("Article", {"headline": "x"}), False),
        ("article", node("NewsArticle", {"headline": "x"}), True),
        ("article", node("NewsArticle", {"name": "x"}), False),
        ("article", node("Recipe"), True),
        ("collection", node("ItemList"), True),
        ("collection", node("WebPage"), False),
        ("brand", node("AboutPage"), False),
    ],
)
def test_primary(page_type: str, made: Node, primary: bool) -> None:
    assert any(is_primary(item, page_type) for item in candidates(facts(made))) is primary


def trail(*steps: dict[str, Any]) -> Node:
    return node("BreadcrumbList", {"itemListElement": list(steps)})


def step(position: int, **more: Any) -> dict[str, Any]:
    return nested("ListItem", position=position, **more)


@pytest.mark.parametrize(
    ("made", "valid"),
    [
        (trail(step(1, name="Home", item="/"), step(2, name="Shoe")), True),
        (trail(step(1, item=nested("Thing", name="Home")), step(2, name="Shoe", item="/shoe")), True),
        (trail(step(1, name="Home"), step(2, name="Shoe")), False),  # only the last may leave out its item
        (trail(step(1, name="Home", item="/")), False),
        (trail(step(1, name="Home", item="/"), nested("ListItem", name="Shoe")), False),
        (trail(), False),
    ],
)
def test_breadcrumbs(made: Node, valid: bool) -> None:
    assert trails(facts(made)) == [valid]
    wrapped = node("WebPage", {"breadcrumb": [{"@type": ["BreadcrumbList"], **made.properties}]})
    assert trails(facts(wrapped)) == [valid]


def test_texts_take_the_name_of_nested_items() -> None:
    item = page_items(facts(node("Article", {"author": [nested("Person", name="Ann"), " Bob ", nested("Person")]})))[0]
    assert texts(item, "author") == ["Ann", "Bob"]
    assert first_text(item, "editor") == ""


def test_hostile_properties() -> None:
    deep: dict[str, Any] = {"@type": ["Thing"]}
    for _ in range(500):
        deep = {"@type": "Thing", "@id": 3, "x": [deep]}
    made = Node(
        ("Product", "Product"),
        {"a": 3, "b": None, "c": [None, "", [1]], "d": [deep], "@type": [[]]},
        "rdfa",
        top_level=True,
    )
    page = facts(made, node("BreadcrumbList", {"itemListElement": ["x", 4, deep]}))
    assert trails(page) == [False]
    items = page_items(page)
    assert sum(1 for _ in walk(items[0])) < 50
    assert not items[0].has("b", "c0")
