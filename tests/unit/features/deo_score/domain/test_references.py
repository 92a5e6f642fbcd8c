from tests.unit.features.deo_score.domain.sample_sites import HOME, key, nested, node

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.memo import Memo
from engineo.features.deo_score.domain.references import all_node_ids, internal_references, reference_key


def test_keys() -> None:
    assert reference_key(HOME, "#org") == f"{HOME}#org"
    assert reference_key(key("a/b"), "../c") == key("c")
    assert reference_key("http://www.shop.example/", "/#org") == f"{HOME}#org"
    assert reference_key(key("a/b"), "_:b0") == f"{key('a/b')}#_:b0"  # of this page only
    assert reference_key(HOME, "urn:x:1") == ""
    assert reference_key(HOME, "http://[bad") == ""


def test_ids_are_those_of_nodes_that_say_something() -> None:
    facts = PageFacts(
        nodes=(
            node("Organization", {"name": "Acme"}, id="#org"),
            node("Thing", id="#empty"),
            node("WebPage", {"publisher": [{"@id": "#else"}], "about": [{"@id": "#about", "name": ["x"]}]}),
        )
    )
    assert all_node_ids({HOME: facts}, Memo()) == {f"{HOME}#org", f"{HOME}#about"}


def test_what_refers() -> None:
    facts = PageFacts(
        nodes=(
            node(
                "Product",
                {
                    "brand": [{"@id": "#brand"}],
                    "isVariantOf": [key("group")],
                    "publisher": [nested("Organization", name="A", url=key("about"))],
                    "author": ["Ann Smith"],
                    "mainEntityOfPage": ["https://other.example/x"],
                    "url": [key("self")],
                    "subjectOf": [{"@id": key("story")}],
                    "isPartOf": [nested("WebSite", name="A", url=HOME, potentialAction="x")],  # speaks for itself
                },
            ),
        )
    )
    found = internal_references(key("p"), facts)
    assert found == {f"{key('p')}#brand", key("group"), key("about"), key("story")}
