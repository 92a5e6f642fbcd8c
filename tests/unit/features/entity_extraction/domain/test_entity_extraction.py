"""Organisations, people and topics, and what all entities have in common."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.features.entity_extraction.domain.entity_pages import (
    ORIGIN,
    conflicts,
    extract,
    facts,
    item,
    node,
    of_kind,
)

from engineo.features.crawling.contracts import Node, PageFacts
from engineo.features.entity_extraction.domain.entity import KINDS


def test_the_organization_of_a_site() -> None:
    home = node(
        "OnlineStore", name="Acme Lamps", url=f"{ORIGIN}/", telephone="+49 30 123456", sameAs=["https://a.example/acme"]
    )
    article = node("Article", publisher=item("Organization", name="Acme Lamps GmbH", telephone="0049 30 123456"))
    (found,) = of_kind("organization", extract({"": facts(home), "a": facts(article)}))
    assert (found.name, found.pages, found.conflicts) == ("Acme Lamps", 2, [])
    assert found.properties["sameAs"] == "https://a.example/acme"
    assert {evidence["path"] for evidence in found.evidence} == {"OnlineStore", "Article.publisher"}


def test_an_organization_that_contradicts_itself() -> None:
    one = node(
        "Organization", name="Acme", url=f"{ORIGIN}/", logo=f"{ORIGIN}/a.png", telephone="1", email="a@a.example"
    )
    other = node(
        "Organization", name="Acme", url=f"{ORIGIN}/", logo=f"{ORIGIN}/b.png", telephone="2", email="b@a.example"
    )
    (found,) = of_kind("organization", extract({"": facts(one), "a": facts(other)}))
    assert set(conflicts(found)) == {"logo", "telephone", "email"}
    renamed = node("Organization", name="Zenith", url=f"{ORIGIN}/")
    (found,) = of_kind("organization", extract({"": facts(one), "a": facts(renamed)}))
    assert conflicts(found)["name"] == ["Acme", "Zenith"]


def test_other_organizations_and_what_is_none() -> None:
    page = facts(
        node(
            "Product",
            name="Lamp",
            brand=item("Organization", name="Lumen"),
            manufacturer=item("Organization", name="Fab"),
        ),
        node("Event", organizer=item("Organization", name="Guild", url="https://guild.example/")),
    )
    assert [found.name for found in of_kind("organization", extract({"": facts(), "a": page}))] == ["Guild"]


def test_people() -> None:
    full = item("Person", name="Ada Lovelace", url=f"{ORIGIN}/ada", jobTitle="Editor")
    pages = {
        "a": facts(node("Article", author=full)),
        "b": facts(node("Article", author="ada lovelace")),
        "c": facts(node("Article", author=item("Person", name="Ada Lovelace", jobTitle="Author"))),
        "d": facts(node("Article", author="https://x.example/ada", editor=["Bob", ""])),
    }
    ada, bob = of_kind("person", extract(pages))
    assert (ada.name, ada.pages, ada.properties["url"]) == ("Ada Lovelace", 3, f"{ORIGIN}/ada")
    assert conflicts(ada) == {"jobTitle": ["Author", "Editor"]}
    assert (bob.name, bob.evidence[0]["path"]) == ("Bob", "Article.editor")


def test_topics() -> None:
    crumbs = node(
        "BreadcrumbList",
        itemListElement=[
            item("ListItem", position=1, name="Home"),
            item("ListItem", position=2, item=item("WebPage", name="Lamps")),
            item("ListItem", position=3, name="Desk lamp"),
        ],
    )
    article = node("Article", articleSection="Lamps", keywords="led, LED , dimming", about=item("Thing", name="Light"))
    found = of_kind(
        "topic",
        extract({"a": facts(crumbs), "b": facts(article), "c": facts(node("Product", category="Home > Lamps"))}),
    )
    assert [(topic.name, topic.pages) for topic in found] == [
        ("Lamps", 3), ("dimming", 1), ("Home", 1), ("led", 1), ("Light", 1),
    ]  # fmt: skip
    assert [evidence["path"] for evidence in found[0].evidence] == [
        "BreadcrumbList", "Article.articleSection", "Product.category",
    ]  # fmt: skip


def test_what_is_no_topic() -> None:
    article = node(
        "Article", about=["https://x.example/light", "x" * 81, " ", "!!"], keywords=",".join(map(str, range(50)))
    )
    assert len(of_kind("topic", extract({"a": facts(article)}))) == 20


def test_kinds_come_in_their_order_and_the_most_mentioned_first() -> None:
    pages = {str(n): facts(node("Article", author="Ada" if n else "Bob", articleSection="Lamps")) for n in range(3)}
    found = extract(pages)
    assert [entity.kind for entity in found] == sorted((entity.kind for entity in found), key=KINDS.index)
    assert [person.name for person in of_kind("person", found)] == ["Ada", "Bob"]


def test_the_same_pages_give_the_same_entities() -> None:
    pages = {str(n): facts(node("Product", name=f"Lamp {n % 3}", sku=str(n % 3), brand="Lumen")) for n in range(9)}
    assert extract(pages) == extract(dict(reversed(pages.items())))
    assert len({(entity.kind, entity.key) for entity in extract(pages)}) == len(extract(pages))


SCALAR: st.SearchStrategy[Any] = st.text(max_size=8) | st.integers() | st.booleans() | st.none()
VALUE = st.recursive(
    SCALAR,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@type", "name", "url", "@id", "item"]), st.lists(inner, max_size=2), max_size=3
        )
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["name", "author", "publisher", "brand", "about", "keywords", "itemListElement", "sameAs", "offers"]
)
NODES = st.builds(
    Node,
    st.sampled_from(["Organization", "Article", "Product", "Person", "BreadcrumbList", "WebSite"]).map(lambda t: (t,)),
    st.dictionaries(NAMES, VALUE, max_size=4), st.just("json-ld"), st.booleans(),
)  # fmt: skip


@given(st.lists(NODES, max_size=5), st.text(max_size=20))
def test_whatever_markup_says_it_is_read(nodes: list[Node], text: str) -> None:
    pages = {"": PageFacts(nodes=tuple(nodes), title=text, open_graph={"site_name": text}), "a": facts(*nodes)}
    for entity in extract(pages):
        assert entity.kind in KINDS
        assert len(entity.evidence) <= 20
        assert all(len(conflict["values"]) > 1 for conflict in entity.conflicts)
