"""Items of structured data."""

from tests.unit.features.entity_extraction.domain.entity_pages import facts, item, node

from engineo.features.crawling.contracts import Node
from engineo.features.entity_extraction.domain.nodes import items_of


def test_items_with_what_is_nested_in_them() -> None:
    article = node(
        "Article", author=item("Person", name="Ada", worksFor=item("Organization", name="Acme")), headline="Lamps"
    )
    site = node("WebSite", top_level=False, name="Acme")
    found = [(found.type, found.role, found.owner) for found in items_of(facts(site, article))]
    assert found == [
        ("Article", "", ""), ("Person", "author", "Article"), ("Organization", "worksFor", "Person"),
        ("WebSite", "", ""),
    ]  # fmt: skip


def test_texts_of_all_shapes() -> None:
    thing = Node(("Thing",), {"a": ["x", 5, None, True, ""], "b": "y"}, "rdfa", top_level=True)
    (found,) = items_of(facts(thing))
    assert found.texts("a") == ["x", "5"]
    assert (found.text("b"), found.text("none")) == ("y", "")


def test_a_nested_item_is_its_name_or_address() -> None:
    (thing, *_) = items_of(facts(node("Thing", a=item("X", url="u"), b=item("X", name="n", url="u"), c={})))
    assert (thing.text("a"), thing.text("b"), thing.text("c")) == ("u", "n", "")


def test_references_are_not_followed_and_depth_is_bounded() -> None:
    reference = {"@id": "#me", "@reference": True, "name": ["Ada"], "knows": [item("Person", name="Bob")]}
    assert len(list(items_of(facts(node("Article", author=reference))))) == 2
    deep = item("Thing", name="bottom")
    for _ in range(50):
        deep = item("Thing", part=deep)
    assert len(list(items_of(facts(node("Thing", part=deep))))) == 7


def test_a_page_of_a_thousand_items_is_bounded() -> None:
    many = [item("Thing", name=str(number)) for number in range(1000)]
    assert len(list(items_of(facts(node("ItemList", itemListElement=many))))) == 500
