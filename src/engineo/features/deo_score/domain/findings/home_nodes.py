"""Structured data of the home page as a careful owner would write it."""

from typing import Any

from engineo.features.crawling.contracts import Node

_PROFILES = ["https://profiles.example/a", "https://profiles.example/b"]
_LOGO = "https://images.example/1.jpg"


def organization_node(home: str, name: str) -> Node:
    contact = {"@type": ["ContactPoint"], "telephone": ["+1 555 0100"]}
    return _node("Organization", name=[name], url=[home], logo=[_LOGO], sameAs=_PROFILES, contactPoint=[contact])


def website_node(home: str, name: str) -> Node:
    return _node("WebSite", name=[name], url=[home])


def _node(kind: str, **properties: list[Any]) -> Node:
    return Node((kind,), properties, "json-ld", top_level=True)
