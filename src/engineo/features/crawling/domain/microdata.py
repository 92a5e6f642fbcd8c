"""Microdata and RDFa Lite: the same nested mappings as JSON-LD gives."""

from collections.abc import Iterator, Mapping
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from engineo.features.crawling.domain.json_ld import Bounds, clean_text
from engineo.features.crawling.domain.text import collapse
from engineo.features.crawling.domain.urls import normalise

_MAX_ELEMENTS = 20_000
_URL_ATTRIBUTES = {
    "a": "href", "area": "href", "link": "href", "img": "src", "audio": "src", "video": "src", "source": "src",
    "embed": "src", "iframe": "src", "track": "src", "object": "data",
}  # fmt: skip
_SYNTAXES = (
    ("microdata", "itemscope", "itemtype", "itemprop", "itemid"),
    ("rdfa", "typeof", "typeof", "property", "resource"),
)


def read_items(tree: LexborHTMLParser, page_url: str, bounds: Bounds) -> Iterator[tuple[dict[str, Any], str]]:
    """Top-level items and their syntax; items that are a property of another are nested in it.

    An element belongs to the nearest item above it, so `itemref` is not followed.
    """
    for syntax, scope, kind, name, identity in _SYNTAXES:
        scopes: dict[int, dict[str, Any]] = {}
        seen: set[int] = set()
        for node in tree.css(f"[{scope}], [{name}]")[:_MAX_ELEMENTS]:
            if node.mem_id in seen:
                continue  # an element that both selectors match comes twice
            seen.add(node.mem_id)
            attributes = node.attributes
            if not bounds.take():
                return
            owner = _owner(node, scopes)
            item = _item(attributes, kind, identity) if scope in attributes else None
            if item is not None:
                scopes[node.mem_id] = item
            names = (attributes.get(name) or "").split()
            if owner is not None and names:
                value = item if item is not None else _value(node, attributes, page_url)
                for key in names[:5] if value not in (None, "") else ():
                    owner.setdefault(_short(key), []).append(value)
            elif item is not None and item["@type"]:
                yield item, syntax


def _owner(node: LexborNode, scopes: Mapping[int, dict[str, Any]]) -> dict[str, Any] | None:
    """The item around an element. The depth of the tree is bounded before it is parsed."""
    above = node.parent
    while above is not None and scopes:
        found = scopes.get(above.mem_id)
        if found is not None:
            return found
        above = above.parent
    return None


def _item(attributes: Mapping[str, str | None], kind: str, identity: str) -> dict[str, Any]:
    types = (attributes.get(kind) or "").split()[:10]
    item: dict[str, Any] = {"@type": [short for short in map(_short, types) if short]}
    if attributes.get(identity):
        item["@id"] = clean_text(attributes[identity] or "")
    return item


def _value(node: LexborNode, attributes: Mapping[str, str | None], page_url: str) -> str:
    tag = node.tag or ""
    if attributes.get("content") is not None:
        return clean_text(attributes["content"] or "")
    if tag in _URL_ATTRIBUTES and attributes.get(_URL_ATTRIBUTES[tag]) is not None:
        href = (attributes[_URL_ATTRIBUTES[tag]] or "").strip()
        return clean_text(normalise(href, page_url) or href)
    for attribute in ("datetime", "value"):
        if tag in {"time", "data", "meter"} and attributes.get(attribute) is not None:
            return clean_text(attributes[attribute] or "")
    return clean_text(collapse(node.text()[:20_000]))


def _short(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2].rpartition("#")[2].rpartition(":")[2][:100]
