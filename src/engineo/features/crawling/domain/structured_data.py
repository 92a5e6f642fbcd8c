"""Structured data of a page, whatever its syntax: a list of nodes, references by @id resolved."""

from collections.abc import Iterator, Mapping
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from engineo.features.crawling.contracts import Node
from engineo.features.crawling.domain.json_ld import Bounds, clean_text, clean_value, read_json
from engineo.features.crawling.domain.microdata import read_items

MAX_NODES = 500
_MAX_ERRORS = 50
_KEYWORDS = frozenset({"@context", "@graph", "@type", "@id"})


def read_structured_data(tree: LexborHTMLParser, page_url: str) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """Nodes in document order (JSON-LD, then microdata, then RDFa), and the faults of scripts that are no JSON."""
    bounds = Bounds()
    raw: list[tuple[dict[str, Any], str]] = []
    errors: list[str] = []
    for number, script in enumerate(tree.css('script[type*="ld+json" i]'), start=1):
        value, fault = read_json(script.text())
        if fault and len(errors) < _MAX_ERRORS:
            errors.append(f"JSON-LD script {number} {fault}")
        raw.extend((mapping, "json-ld") for item in _items(value) if (mapping := _mapping(item, bounds)))
    raw.extend((mapping, syntax) for mapping, syntax in read_items(tree, page_url, bounds))
    known = _by_id(mapping for mapping, _ in raw[:MAX_NODES])
    return tuple(_node(mapping, syntax, known) for mapping, syntax in raw[:MAX_NODES]), tuple(errors)


def _items(value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - any JSON value
    """The top-level objects of a JSON-LD value: lists and @graph opened, in document order."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(reversed(item))
        elif isinstance(item, dict):
            if "@graph" in item:
                pending.append(item["@graph"])
            if "@graph" not in item or item.keys() - _KEYWORDS:
                yield item


def _mapping(item: Mapping[str, Any], bounds: Bounds) -> dict[str, Any]:
    """A JSON-LD object as nested mappings with "@type", maybe "@id", and lists. Its depth was bounded when read."""
    found: dict[str, Any] = {"@type": [kind for kind in (short_name(t) for t in _listed(item.get("@type"))) if kind]}
    identity = item.get("@id")
    if isinstance(identity, str) and identity.strip():
        found["@id"] = clean_text(identity)
    for name, value in item.items():
        key = clean_text(short_name(name))
        if not key or key[0] == "@" or not bounds.take():
            continue
        values = [cleaned for entry in _listed(value) if (cleaned := _value(entry, bounds)) not in (None, "", {})]
        if values:
            found.setdefault(key, []).extend(values)
    return found if len(found) > 1 or found["@type"] else {}


def _value(value: Any, bounds: Bounds) -> Any:  # noqa: ANN401 - any JSON value
    if not bounds.take():
        return None
    if isinstance(value, dict):
        if "@value" in value:
            return clean_value(value["@value"])
        if "@list" in value or "@set" in value:
            return _mapping({"itemListElement": value.get("@list", value.get("@set"))}, bounds)
        return _mapping(value, bounds)
    return clean_value(value)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON value
    """A value as a flat list."""
    if not isinstance(value, list):
        return [] if value is None else [value]
    flat: list[Any] = []
    pending = list(reversed(value))
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(reversed(item))
        else:
            flat.append(item)
    return flat


def short_name(name: object) -> str:
    """A type or property without its vocabulary: `https://schema.org/Product` -> `Product`."""
    if not isinstance(name, str):
        return ""
    name = name.strip().rstrip("/")
    return name.rpartition("/")[2].rpartition("#")[2].rpartition(":")[2][:100]


def _by_id(mappings: Iterator[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The fullest mapping of each @id, nested ones included."""
    known: dict[str, dict[str, Any]] = {}
    pending = list(mappings)
    while pending:
        mapping = pending.pop()
        identity = mapping.get("@id")
        if identity and len(mapping) > max(2, len(known.get(identity, ()))):
            known[identity] = mapping
        for key, values in mapping.items():
            if key[0] != "@":
                pending.extend(value for value in values if isinstance(value, dict))
    return known


def _node(mapping: dict[str, Any], syntax: str, known: Mapping[str, dict[str, Any]]) -> Node:
    properties = {key: values for key, values in mapping.items() if key[0] != "@"}
    resolved = {key: [_resolved(value, known) for value in values] for key, values in properties.items()}
    return Node(tuple(mapping["@type"]), resolved, syntax, top_level=True, id=mapping.get("@id"))


def _resolved(value: Any, known: Mapping[str, dict[str, Any]]) -> Any:  # noqa: ANN401 - any JSON value
    """A bare reference with what it refers to, one level deep, so that cycles end; "@reference" tells it apart."""
    if not isinstance(value, dict) or "@id" not in value or len(value) > 2 or value["@type"]:  # noqa: PLR2004
        return value
    target = known.get(value["@id"])
    return {**target, "@reference": True} if target else {**value, "@reference": True}
