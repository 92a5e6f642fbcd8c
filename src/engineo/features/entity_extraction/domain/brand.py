"""What a site calls itself, by five sources that should agree."""

import re
from collections import Counter
from urllib.parse import urlsplit

from engineo.features.crawling.contracts import PageFacts
from engineo.features.entity_extraction.domain.entity import Entity, Evidence
from engineo.features.entity_extraction.domain.names import plain, same_company
from engineo.features.entity_extraction.domain.nodes import ORGANIZATIONS, items_of

_TITLE_PARTS = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022-]\s+|\s*\|\s*|:\s+")
_SECOND_LEVEL = frozenset(("co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "go"))
_MOST_PARTS = 50_000
_LEAST_PAGES = 2
_LEAST_SHARE = 0.1


class BrandSources:
    """Collects the names that a site gives itself; every page is added once."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._pages = 0
        self._entity = Entity("brand", "site", "")
        self._parts: Counter[str] = Counter()
        self._spelled: dict[str, Evidence] = {}

    def add(self, url: str, facts: PageFacts, *, is_home: bool) -> None:
        self._pages += 1
        name = facts.open_graph.get("site_name", "")
        if name:
            self._say(Evidence(url, "meta", "og:site_name", name))
        if is_home:
            for item in items_of(facts):
                is_site = "WebSite" in item.types or bool(item.types & ORGANIZATIONS and not item.role)
                if is_site and item.text("name"):
                    self._say(Evidence(url, item.syntax, f"{item.type}.name", item.text("name")))
        for part in dict.fromkeys(_TITLE_PARTS.split(facts.title or "")):
            key = plain(part)
            if key and (key in self._parts or len(self._parts) < _MOST_PARTS):
                self._parts[key] += 1
                self._spelled.setdefault(key, Evidence(url, "title", "title", part.strip()))

    def entity(self) -> Entity | None:
        """The brand, by the name that most sources agree on; None for a site that names itself nowhere."""
        if self._parts:
            key, count = min(self._parts.items(), key=lambda item: (-item[1], item[0]))
            if count >= max(_LEAST_PAGES, _LEAST_SHARE * self._pages):
                self._hint(self._spelled[key])
        label = domain_label(self._origin)
        if label:
            self._hint(Evidence(self._origin, "domain", "host", label))
        by_source: dict[str, str] = {}
        for evidence in self._entity.evidence:
            by_source.setdefault(evidence.path, evidence.value)
        said = list(by_source.values())
        if not said:
            return None
        agreeing = {name: sum(same_company(name, other) for other in said) for name in said}
        self._entity.name = max(said, key=lambda name: (agreeing[name], -said.index(name)))
        self._entity.pages = max(self._entity.pages, 1)
        return self._entity

    def _say(self, evidence: Evidence) -> None:
        self._entity.prove(evidence)
        self._entity.say("name", evidence.value, evidence, same_company)

    def _hint(self, evidence: Evidence) -> None:
        """What speaks for a name, and contradicts none: a domain is called otherwise for many reasons."""
        self._entity.evidence.append(evidence)


def domain_label(url: str) -> str:
    """The registered name in a host: "shop" of www.shop.co.uk; "" for addresses and single labels."""
    labels = (urlsplit(url).hostname or "").removeprefix("www.").split(".")
    if len(labels) < _LEAST_PAGES or labels[-1].isdigit():
        return ""
    second = len(labels) > _LEAST_PAGES and labels[-2] in _SECOND_LEVEL
    return labels[-3] if second else labels[-2]
