"""Structured data as it is read: items with properties, references resolved, and what a page is mainly about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain import vocabulary

_OTHER_PARTS = ("mainEntity", "mainEntityOfPage")
_MOST_NESTED = 12
_PRIMARY: Mapping[str, frozenset[str]] = {
    "home": vocabulary.ORGANIZATION_TYPES | vocabulary.WEBSITE_TYPES,
    "product": vocabulary.PRODUCT_TYPES,
    "article": vocabulary.ARTICLE_TYPES | vocabulary.OTHER_ARTICLE_TYPES | {"Product"},
    "collection": vocabulary.COLLECTION_TYPES,
}
MARKED_TYPES = tuple(_PRIMARY)  # page types that owe structured data
OFFER_TYPES = frozenset(("Offer", "AggregateOffer"))


@dataclass(slots=True, eq=False)
class Item:
    """A node, nested or not, with references within the page already resolved one step."""

    types: frozenset[str]
    properties: Mapping[str, Any]
    id: str | None
    ids: Mapping[str, "Item"] = field(repr=False)

    def values(self, name: str) -> tuple[Any, ...]:
        """All values of a property: texts, numbers, or Items."""
        found = self.properties.get(name)
        if found is None:
            return ()
        listed = found if isinstance(found, list | tuple) else (found,)
        return tuple([self._resolved(value) for value in listed if value is not None and value != ""])

    def items(self, *names: str) -> list["Item"]:
        return [value for name in names for value in self.values(name) if isinstance(value, Item)]

    def has(self, *names: str) -> bool:
        """Whether any of the properties says something."""
        return any(_says(value) for name in names if name in self.properties for value in self.values(name))

    def _resolved(self, value: object) -> object:
        if not isinstance(value, dict):
            return value
        reference = _id(value)
        refers = is_reference(value) or all(key.startswith("@") for key in value)
        if refers and reference is not None and reference in self.ids:
            return self.ids[reference]
        return Item(_types(value), value, reference, self.ids)


def is_reference(value: Mapping[str, Any]) -> bool:
    """Whether a nested mapping was written as a bare @id; what else it holds is a copy of the node it refers to."""
    return value.get("@reference") is True


def _says(value: object) -> bool:
    if isinstance(value, Item):
        return bool(value.id) or any(not key.startswith("@") for key in value.properties)
    return bool(str(value).strip())


def page_items(facts: PageFacts) -> list[Item]:
    """Every node of a page as an Item, top-level ones first, in document order."""
    ids: dict[str, Item] = {}
    items = []
    for node in sorted(facts.nodes, key=lambda node: not node.top_level):
        item = Item(frozenset(node.types), node.properties, node.id, ids)
        items.append(item)
        if node.id and (node.id not in ids or len(node.properties) > len(ids[node.id].properties)):
            ids[node.id] = item
    return items


class Marked:
    """The structured data of one page.

    `items` are all its nodes, `candidates` what may be its primary node (top-level nodes, their main entities, and what
    a review is of), `every` the nodes and all that is nested in them.
    """

    def __init__(self, facts: PageFacts) -> None:
        self.errors = len(facts.structured_data_errors)
        self.items = page_items(facts)
        self.top = self.items[: sum(node.top_level for node in facts.nodes)]
        self.every = [inner for item in self.items for inner in walk(item)]
        self.candidates: list[Item] = []
        for item in self.top:
            self.candidates.append(item)
            self.candidates.extend(item.items(*_OTHER_PARTS))
            if item.types & vocabulary.REVIEW_TYPES:
                self.candidates.extend(item.items("itemReviewed"))


def is_primary(item: Item, page_type: str) -> bool:
    """Whether an item is what a page of the type should be marked up as."""
    if page_type == "home":
        return bool(item.types & _PRIMARY["home"]) and item.has("name")
    if page_type == "article" and item.types & vocabulary.ARTICLE_TYPES:
        return item.has("headline")
    wanted = _PRIMARY.get(page_type, frozenset())
    return bool(item.types & wanted) or (page_type == "product" and item.has("offers"))


def home_item(home: Marked | None, kinds: frozenset[str]) -> Item | None:
    """The first item of one of the kinds on the home page, nested publishers included."""
    for item in home.candidates if home is not None else ():
        for found in (item, *item.items("publisher")):
            if found.types & kinds:
                return found
    return None


def walk(item: Item, depth: int = 0) -> Iterator[Item]:
    """An item and everything nested in it (not what it refers to by @id)."""
    yield item
    if depth < _MOST_NESTED:
        for name, found in item.properties.items():
            for value in found if isinstance(found, list | tuple) else (found,):
                if isinstance(value, dict) and not name.startswith("@") and not is_reference(value):
                    nested = Item(_types(value), value, _id(value), item.ids)
                    yield from walk(nested, depth + 1)


def _types(value: Mapping[str, Any]) -> frozenset[str]:
    types = value.get("@type", ())
    listed = types if isinstance(types, list | tuple) else (types,)
    return frozenset(kind for kind in listed if isinstance(kind, str))


def _id(value: Mapping[str, Any]) -> str | None:
    reference = value.get("@id")
    return reference if isinstance(reference, str) else None


def texts(item: Item, name: str) -> list[str]:
    """Values of a property as texts; of a nested item its name."""
    found: list[str] = []
    for value in item.values(name):
        if isinstance(value, Item):
            found.extend(str(inner).strip() for inner in value.values("name") if not isinstance(inner, Item))
        else:
            found.append(str(value).strip())
    return [text for text in found if text]


def first_text(item: Item, name: str) -> str:
    found = texts(item, name)
    return found[0] if found else ""


def breadcrumbs(marked: Marked) -> list[bool]:
    """For every BreadcrumbList of the page (nested in WebPage.breadcrumb too), whether it is valid."""
    lists = [
        found for item in marked.items for found in (item, *item.items("breadcrumb")) if "BreadcrumbList" in found.types
    ]
    seen: dict[str | int, Item] = {found.id or id(found.properties): found for found in lists}
    return [_valid_breadcrumb(found) for found in seen.values()]


def _valid_breadcrumb(trail: Item) -> bool:
    """At least two items with position, name and item; the last may omit item."""
    steps = trail.items("itemListElement")
    if len(steps) < 2:  # noqa: PLR2004 - a trail has a start and an end
        return False
    last = len(steps) - 1
    for index, step in enumerate(steps):
        named = step.has("name") or any(inner.has("name") for inner in step.items("item"))
        if not step.has("position") or not named or not (step.has("item") or index == last):
            return False
    return True
