from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import nested, node

from engineo.features.crawling.contracts import Node, PageFacts
from engineo.features.deo_score.domain.markup import (
    breadcrumbs,
    candidates,
    first_text,
    has_breadcrumb,
    is_primary,
    page_items,
    texts,
    walk,
)


def facts(*nodes: Node) -> PageFacts:
    return PageFacts(nodes=nodes)


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
    assert breadcrumbs(facts(made)) == [valid]
    assert has_breadcrumb(facts(made)) is valid
    wrapped = node("WebPage", {"breadcrumb": [{"@type": ["BreadcrumbList"], **made.properties}]})
    assert has_breadcrumb(facts(wrapped)) is valid


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
    assert breadcrumbs(page) == [False]
    items = page_items(page)
    assert sum(1 for _ in walk(items[0])) < 50
    assert not items[0].has("b", "c0")
