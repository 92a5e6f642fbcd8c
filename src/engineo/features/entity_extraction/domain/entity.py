"""An entity that grows with every page that mentions it: what is said of it, where, and what does not fit together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Same = Callable[[str, str], bool]
KINDS = ("brand", "organization", "product", "person", "topic")
_MOST_EVIDENCE = 20
_MOST_VALUES = 10  # different values of one field that are told
_MOST_URLS = 5  # pages of one value that are told
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place that proves an entity: a page, the syntax or part of it, and the property that names it."""

    url: str
    source: str  # json-ld, microdata, rdfa, meta, title, text, domain, catalogue
    path: str  # "Product.brand", "og:site_name", "h1"
    value: str

    def as_json(self) -> dict[str, str]:
        return {"url": self.url, "source": self.source, "path": self.path, "value": self.value}


@dataclass(slots=True)
class _Value:
    """One of the values that a field has, and where. Tuples, because a large shop has a great many of these."""

    text: str
    count: int = 0
    sources: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    def add(self, evidence: Evidence) -> None:
        self.count += 1
        if evidence.source not in self.sources:
            self.sources = (*self.sources, evidence.source)
        if evidence.url and evidence.url not in self.urls and len(self.urls) < _MOST_URLS:
            self.urls = (*self.urls, evidence.url)

    def as_json(self) -> dict[str, Any]:
        return {"value": self.text, "count": self.count, "sources": sorted(self.sources), "urls": list(self.urls)}


@dataclass(slots=True)
class Entity:
    """`pages` counts those that name it; pages must come one after the other, each with all that it says."""

    kind: str
    key: str
    name: str
    pages: int = 0
    properties: dict[str, str] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    _values: dict[str, list[_Value]] = field(default_factory=dict)
    _last_page: str = ""

    def prove(self, evidence: Evidence) -> None:
        if evidence.url and evidence.url != self._last_page:
            self._last_page = evidence.url
            self.pages += 1
        known = any(
            (seen.url, seen.source, seen.path) == (evidence.url, evidence.source, evidence.path)
            for seen in self.evidence
        )
        if not known and len(self.evidence) < _MOST_EVIDENCE:
            self.evidence.append(evidence)

    def say(self, name: str, text: str, evidence: Evidence, same: Same) -> None:
        """Note a value of a field; values that are `same` count as one, and the first is how it is told."""
        text = " ".join(text.split())[:_LONGEST]
        if not text:
            return
        values = self._values.setdefault(name, [])
        found = next((value for value in values if same(value.text, text)), None)
        if found is None and len(values) < _MOST_VALUES:
            found = _Value(text)
            values.append(found)
        if found is not None:
            found.add(evidence)
        self.properties.setdefault(name, text)

    def conflicts(self, fields: Iterable[str]) -> list[dict[str, Any]]:
        """Fields with several values, the commonest value first."""
        found = []
        for name in fields:
            values = sorted(self._values.get(name, ()), key=lambda value: (-value.count, value.text))
            if len(values) > 1:
                found.append({"field": name, "values": [value.as_json() for value in values]})
        return found

    def count_of(self, name: str) -> int:
        return sum(value.count for value in self._values.get(name, ()))


class Index:
    """Entities of one kind, found by any of their aliases. An alias belongs to whoever came with it first."""

    def __init__(self, kind: str, most: int) -> None:
        self._kind = kind
        self._most = most
        self._by_alias: dict[str, Entity] = {}
        self.entities: list[Entity] = []
        self.left_out = 0

    def find_or_add(self, aliases: Iterable[str], name: str) -> Entity | None:
        """None once there are as many as may be: what comes later is counted only."""
        wanted = [alias for alias in aliases if alias]
        found = next((self._by_alias[alias] for alias in wanted if alias in self._by_alias), None)
        if found is None:
            if not wanted or len(self.entities) >= self._most:
                self.left_out += bool(wanted)
                return None
            found = Entity(self._kind, wanted[0], " ".join(name.split())[:_LONGEST])
            self.entities.append(found)
        for alias in wanted:
            self._by_alias.setdefault(alias, found)
        return found


@dataclass(frozen=True, slots=True)
class Extracted:
    """An entity as it is stored. `conflicts` and `evidence` are JSON-ready; evidence has at most 20 places."""

    kind: str
    key: str
    name: str
    pages: int
    properties: Mapping[str, Any]
    evidence: list[dict[str, str]]
    conflicts: list[dict[str, Any]]
