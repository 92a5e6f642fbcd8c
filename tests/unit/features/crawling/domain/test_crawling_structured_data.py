import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from engineo.features.crawling.contracts import Node
from engineo.features.crawling.domain.structured_data import MAX_NODES, read_structured_data, short_name

URL = "https://a.b/page"


def read(*scripts: str) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    html = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return read_structured_data(LexborHTMLParser(html), URL)


def nodes_of(value: Any) -> tuple[Node, ...]:
    return read(json.dumps(value))[0]


def test_an_object() -> None:
    (node,) = nodes_of({"@context": "https://schema.org", "@type": "https://schema.org/Product", "name": "Pot", "n": 1})
    assert node == Node(("Product",), {"name": ["Pot"], "n": [1]}, "json-ld", top_level=True)


def test_nested_items_stay_nested_and_every_property_is_a_list() -> None:
    (node,) = nodes_of({"@type": ["Product", "Thing"], "offers": {"@type": "Offer", "price": 5, "x": [[1], [2]]}})
    assert node.types == ("Product", "Thing")
    assert node.properties == {"offers": [{"@type": ["Offer"], "price": [5], "x": [1, 2]}]}


def test_graphs_and_lists_are_opened_in_order() -> None:
    nodes = nodes_of([{"@graph": [{"@type": "A"}, {"@type": "B"}]}, {"@type": "C"}])
    assert [node.types for node in nodes] == [("A",), ("B",), ("C",)]


def test_references_are_resolved_one_level_and_told_apart() -> None:
    product, _ = nodes_of(
        [
            {"@type": "Product", "brand": {"@id": "#org"}, "isPartOf": {"@id": "#gone"}},
            {"@type": "Organization", "@id": "#org", "name": "Acme", "parent": {"@id": "#org"}},
        ],
    )
    (brand,) = product.properties["brand"]
    assert (brand["@type"], brand["name"], brand["@reference"]) == (["Organization"], ["Acme"], True)
    assert product.properties["isPartOf"] == [{"@type": [], "@id": "#gone", "@reference": True}]


def test_a_cycle_of_references_ends() -> None:
    nodes = nodes_of([{"@id": "#a", "@type": "A", "b": {"@id": "#b"}}, {"@id": "#b", "@type": "B", "a": {"@id": "#a"}}])
    json.dumps([node.properties for node in nodes])


def test_typed_values_and_empty_ones() -> None:
    (node,) = nodes_of({"@type": "A", "v": {"@value": "x", "@type": "Text"}, "none": None, "empty": "", "list": []})
    assert node.properties == {"v": ["x"]}


def test_faults_are_listed_by_script() -> None:
    nodes, errors = read('{"@type": "A"}', "{", '{"@type": "B",}', "3", '{"@context": "x"}')
    assert [node.types for node in nodes] == [("A",), ("B",)]
    assert [error[:16] for error in errors] == ["JSON-LD script 2", "JSON-LD script 3"]


def test_names_lose_their_vocabulary() -> None:
    names = ("https://schema.org/Product", "schema:Product", "x#Product", "Product/")
    assert {short_name(name) for name in names} == {"Product"}
    assert not short_name(3)


def test_keywords_in_disguise_are_no_properties() -> None:
    (node,) = nodes_of({"@type": "A", "x/@id": "y", "x/@type": "z", "": "w", "@index": "v"})
    assert node == Node(("A",), {}, "json-ld", top_level=True)


def test_nodes_and_values_are_bounded() -> None:
    assert len(nodes_of([{"@type": "A"}] * 2_000)) == MAX_NODES
    (node,) = nodes_of({"@type": "A", "x": list(range(1, 100_000))})
    assert len(node.properties["x"]) < 20_000


KEYS = st.sampled_from(["@type", "@id", "@graph", "@value", "@list", "name", "mainEntity", "", "x/@id"])
SCALARS = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner),
    max_leaves=20,
)


@given(VALUES)
def test_no_value_is_too_hostile(value: Any) -> None:
    for node in nodes_of(value):
        json.dumps(node.properties, allow_nan=False)
        assert all(isinstance(values, list) for values in node.properties.values())
