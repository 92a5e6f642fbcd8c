"""References inside structured data, and what they lead to."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urldefrag, urljoin

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.markup import Item, is_reference, page_items, walk
from engineo.features.deo_score.domain.memo import Memo
from engineo.features.deo_score.domain.url_rules import site_of, url_key
from engineo.features.deo_score.domain.word_lists import words

_REFERRING = words(
    """
    brand isPartOf item mainEntityOfPage publisher author isVariantOf itemReviewed
    """
)
_BARE = frozenset(("@type", "@id", "url", "name"))


def reference_key(page: str, reference: str) -> str:
    """A reference as it is compared: the url_key of the page it is on, with its fragment; "" off the web."""
    if reference.startswith("_:"):  # a blank node: known on its own page only
        reference = f"#{reference}"
    address, fragment = urldefrag(absolute(page, reference))
    key = url_key(address)
    return f"{key}#{fragment}" if key and fragment else key


def absolute(page: str, reference: str) -> str:
    """A reference as an absolute address; as it stands where it cannot be resolved."""
    try:
        return urljoin(page, reference.strip())
    except ValueError:
        return reference


def all_node_ids(pages: Mapping[str, PageFacts], memo: Memo) -> frozenset[str]:
    """The absolute @id of every node of the site that says more of itself than its @id."""

    def ids(facts: PageFacts) -> frozenset[str]:
        items = page_items(facts)
        own = [item.id for item in items if item.id and _defines(item.properties)]
        return frozenset((*own, *(name for item in items for name in _embedded(item))))

    found: set[str] = set()
    for url, facts in pages.items():
        found.update(reference_key(url, name) for name in memo.get("ids", facts, partial(ids, facts)))
    return frozenset(found)


def _embedded(item: Item) -> Iterator[str]:
    """The @id of the nodes within an item that are given in full there."""
    for name, value in _values(item):
        if isinstance(value, Mapping) and _defines(value) and _reference(name, value) is None:
            identity = value.get("@id")
            if isinstance(identity, str) and identity and not name.startswith("@"):
                yield identity


def _defines(properties: Mapping[str, Any]) -> bool:
    return any(not key.startswith("@") for key in properties)


def internal_references(url: str, facts: PageFacts) -> set[str]:
    """Distinct same-site references of a page: bare @ids, and addresses given as brand, publisher, item and so on."""
    site = site_of(url)
    values = (pair for item in page_items(facts) for pair in _values(item))
    found = {reference_key(url, reference) for name, value in values if (reference := _reference(name, value))}
    return {reference for reference in found if site_of(reference) == site}


def _values(item: Item) -> Iterator[tuple[str, object]]:
    """Every property of an item and of what is nested in it, value by value; not of what it refers to."""
    for inner in walk(item):
        for name, listed in inner.properties.items():
            yield from ((name, value) for value in (listed if isinstance(listed, list | tuple) else (listed,)))


def _reference(name: str, value: object) -> str | None:
    """The address a value refers to, if it does no more than refer; embedded nodes speak for themselves.

    `{"@id": address, "name": ...}` is how breadcrumbs name the page of an item: it refers. With a fragment the @id is
    the identity of a node that is given right there.
    """
    if isinstance(value, str):
        looks = value.startswith(("http://", "https://", "/", "#"))
        return value if name in _REFERRING and looks else None
    if not isinstance(value, Mapping) or name.startswith("@"):
        return None
    keys = value.keys()
    reference = value.get("@id")
    if isinstance(reference, str) and (is_reference(value) or keys <= {"@id", "@type"}):
        return reference
    if name not in _REFERRING or not keys <= _BARE:
        return None
    if isinstance(reference, str):
        return None if "#" in reference or reference.startswith("_:") else reference
    url = value.get("url")
    url = url[0] if isinstance(url, list | tuple) and url else url
    return url if isinstance(url, str) else None


def without_fragment(reference: str) -> tuple[str, bool]:
    """The address of the page a reference is on, and whether it names a part of it."""
    page, fragment = urldefrag(reference)
    return page, bool(fragment)
