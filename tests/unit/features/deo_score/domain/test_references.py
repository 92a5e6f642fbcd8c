from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import HOME, key, nested, node

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.markup import Marked
from engineo.features.deo_score.domain.references import reference_key, references


def ids(url: str, facts: PageFacts) -> set[str]:
    return references(url, Marked(facts))[0]


def referred(url: str, facts: PageFacts) -> set[str]:
    return references(url, Marked(facts))[1]


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
    assert ids(HOME, facts) == {f"{HOME}#org", f"{HOME}#about"}


def reference(identity: str, **more: Any) -> dict[str, Any]:
    """A bare @id as the crawler hands it on: marked, and with a copy of what it refers to."""
    return {"@type": ["Organization"], "@id": identity, "@reference": True, **more}


def test_a_marked_reference_refers_and_says_nothing_itself() -> None:
    copied = {"name": ["Acme"], "publisher": [{"@id": "#copied"}], "founder": [nested("Person", url=key("ann"))]}
    facts = PageFacts(nodes=(node("Product", {"seller": [reference("#org", **copied)]}),))
    assert referred(key("p"), facts) == {f"{key('p')}#org"}
    assert ids(key("p"), facts) == set()
    embedded = node("Product", {"seller": [{**reference("#org", **copied), "@reference": False}]})
    assert ids(key("p"), PageFacts(nodes=(embedded,))) == {f"{key('p')}#org"}


@pytest.mark.parametrize(
    ("value", "refers_to"),
    [
        ({"@id": "#a"}, "#a"),
        ({"@id": "#a", "@type": ["Brand"]}, "#a"),
        ({"@id": "#a", "@type": ["Brand"], "name": ["A"]}, None),  # embedded, with an identity of its own
        ({"@id": "_:a", "@type": ["Brand"], "name": ["A"]}, None),
        ({"@id": key("a"), "name": ["A"]}, ""),  # names a page, as in breadcrumbs
        ({"@type": ["Brand"], "name": ["A"], "url": [key("a")]}, ""),
        ({"@type": ["Brand"], "name": ["A"], "logo": ["l"], "url": [key("a")]}, None),
        ({"@type": [], "name": ["A"]}, None),
        (key("a"), ""),
        ("Acme", None),
    ],
)
def test_a_brand_refers_or_is_embedded(value: Any, refers_to: str | None) -> None:
    facts = PageFacts(nodes=(node("Product", {"brand": [value]}),))
    wanted = {"#a": f"{key('p')}#a", "": key("a")}
    assert referred(key("p"), facts) == ({wanted[refers_to]} if refers_to is not None else set())


def test_naming_a_page_does_not_make_it_a_node() -> None:
    step = nested("ListItem", position=1, item={"@id": key("gone"), "name": ["Gone"]})
    facts = PageFacts(nodes=(node("BreadcrumbList", {"itemListElement": [step]}),))
    assert referred(HOME, facts) == {key("gone")}
    assert ids(HOME, facts) == set()


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
    found = referred(key("p"), facts)
    assert found == {f"{key('p')}#brand", key("group"), key("about"), key("story")}
