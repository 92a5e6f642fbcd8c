"""Entities that grow with their pages."""

from engineo.features.entity_extraction.domain.entity import Entity, Evidence, Index


def at(url: str, source: str = "json-ld", path: str = "Product") -> Evidence:
    return Evidence(url, source, path, "x")


def test_pages_are_counted_once_and_evidence_is_kept_up_to_twenty() -> None:
    entity = Entity("topic", "k", "Lamps")
    for number in range(30):
        for _ in range(3):
            entity.prove(at(f"https://x.example/{number}"))
    assert entity.pages == 30
    assert len(entity.evidence) == 20
    entity.prove(at("", "catalogue"))
    assert entity.pages == 30


def test_values_that_differ_are_conflicts() -> None:
    entity = Entity("product", "k", "Lamp")
    for url, price in (("a", "39"), ("b", "42"), ("c", "42"), ("c", " 42 ")):
        entity.say("price", price, at(url), str.__eq__)
    entity.say("name", "Lamp", at("a"), str.__eq__)
    entity.say("brand", "", at("a"), str.__eq__)
    assert entity.properties == {"price": "39", "name": "Lamp"}
    assert entity.conflicts(["price", "name", "brand"]) == [
        {
            "field": "price",
            "values": [
                {"value": "42", "count": 3, "sources": ["json-ld"], "urls": ["b", "c"]},
                {"value": "39", "count": 1, "sources": ["json-ld"], "urls": ["a"]},
            ],
        }
    ]


def test_many_values_and_pages_are_bounded() -> None:
    entity = Entity("product", "k", "Lamp")
    for number in range(100):
        entity.say("name", f"Lamp {number}", at(str(number)), str.__eq__)
        entity.say("price", "5", at(str(number)), str.__eq__)
    (names,) = entity.conflicts(["name"])
    assert len(names["values"]) == 10
    assert entity.count_of("price") == 100
    assert len(entity._values["price"][0].urls) == 5


def test_an_alias_leads_to_whoever_came_with_it_first() -> None:
    index = Index("product", 2)
    lamp = index.find_or_add(["gtin:1", "sku:a"], "Lamp")
    assert index.find_or_add(["", "sku:a", "url:x"], "Other name") is lamp
    assert index.find_or_add(["url:x"], "") is lamp
    vase = index.find_or_add(["sku:b", "sku:a"], "Vase")
    assert vase is lamp  # it names the lamp's number, too
    assert index.find_or_add(["sku:b"], "Vase") is lamp
    index.find_or_add(["sku:c"], "Cup")
    assert index.find_or_add(["sku:d"], "Dish") is None
    assert index.find_or_add([], "Nothing") is None
    assert (len(index.entities), index.left_out) == (2, 1)
