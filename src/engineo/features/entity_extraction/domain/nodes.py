"""Items of structured data, as far as entities are read from them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engineo.features.crawling.contracts import PageFacts

_MOST_DEPTH = 6
_MOST_ITEMS = 500  # of one page
ORGANIZATIONS = frozenset(
    (
        *("Organization", "Corporation", "OnlineStore", "OnlineBusiness", "LocalBusiness", "Store", "Brand", "NGO"),
        *("EducationalOrganization", "GovernmentOrganization", "NewsMediaOrganization", "SportsOrganization"),
        *("ClothingStore", "ElectronicsStore", "FurnitureStore", "GroceryStore", "HardwareStore", "HomeGoodsStore"),
        *("JewelryStore", "PetStore", "ShoeStore", "SportingGoodsStore", "ToyStore", "BookStore", "BikeStore"),
        *("Restaurant", "CafeOrCoffeeShop", "Bakery", "Hotel", "ProfessionalService", "MedicalBusiness", "Dentist"),
    )
)


@dataclass(frozen=True, slots=True)
class Item:
    """An item with the property that it stands in ("" for the top level). `reference`: it was written as a bare @id."""

    types: frozenset[str]
    properties: Mapping[str, Any]
    syntax: str
    role: str  # "publisher", "author", ...; "" at the top
    owner: str  # the type of the item around it; "" at the top
    id: str = ""
    reference: bool = False

    @property
    def type(self) -> str:
        return min(self.types, default="")

    def texts(self, name: str) -> list[str]:
        """Values as texts; of nested items their names, or else their addresses."""
        found = []
        for value in _values(self.properties, name):
            text = _named(value) if isinstance(value, Mapping) else value
            if isinstance(text, str | int | float) and not isinstance(text, bool) and str(text).strip():
                found.append(str(text).strip())
        return found

    def text(self, name: str) -> str:
        found = self.texts(name)
        return found[0] if found else ""

    def strings(self, name: str) -> list[str]:
        """Values that are texts and nothing else."""
        return [value for value in _values(self.properties, name) if isinstance(value, str)]

    def items(self, name: str) -> list["Item"]:
        return [
            _item(value, self.syntax, name, self.type)
            for value in _values(self.properties, name)
            if isinstance(value, Mapping)
        ]


def items_of(facts: PageFacts) -> Iterator[Item]:
    """Every item of a page, top-level ones first, each before what is nested in it; at most 500."""
    left = _MOST_ITEMS
    for node in sorted(facts.nodes, key=lambda node: not node.top_level):
        top = Item(frozenset(node.types), node.properties, node.syntax, "", "", node.id or "")
        for item in _with_nested(top, 0):
            if left <= 0:
                return
            left -= 1
            yield item


def _with_nested(item: Item, depth: int) -> Iterator[Item]:
    yield item
    if depth < _MOST_DEPTH and not item.reference:
        for name in item.properties:
            if not name.startswith("@"):
                for nested in item.items(name):
                    yield from _with_nested(nested, depth + 1)


def _item(value: Mapping[str, Any], syntax: str, role: str, owner: str) -> Item:
    types = frozenset(kind for kind in _values(value, "@type") if isinstance(kind, str))
    identity = value.get("@id")
    return Item(
        types, value, syntax, role, owner, identity if isinstance(identity, str) else "",
        value.get("@reference") is True,
    )  # fmt: skip


def _values(properties: Mapping[str, Any], name: str) -> Iterable[Any]:
    found = properties.get(name, ())
    return found if isinstance(found, list | tuple) else (found,)


def _named(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever the page has there
    for name in ("name", "url", "contentUrl"):
        for text in _values(value, name):
            if isinstance(text, str) and text.strip():
                return text
    return None
