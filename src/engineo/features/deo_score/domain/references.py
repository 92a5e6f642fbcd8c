"""References inside structured data, and what they lead to."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urldefrag, urljoin

from engineo.features.deo_score.domain.markup import Marked, is_reference
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
    reference = reference.strip()
    if reference.startswith(("https://", "http://")):
        return reference
    try:
        return urljoin(page, reference)
    except ValueError:
        return reference


def references(url: str, marked: Marked) -> tuple[set[str], set[str]]:
    """What the structured data of a page names, as `reference_key`s.

    First the @id of every node that says more of itself than its @id. Then the distinct same-site references: bare
    @ids, and addresses given as brand, publisher, item and so on.
    """
    names = {item.id for item in marked.items if item.id and _defines(item.properties)}
    referred = set()
    for name, value in _values(marked):
        reference = _reference(name, value)
        if reference is not None:
            referred.add(reference)
        elif isinstance(value, dict) and "@id" in value and _defines(value):
            identity = value["@id"]
            if isinstance(identity, str) and identity and not name.startswith("@"):
                names.add(identity)  # a node that is given in full within another
    site = site_of(url)
    found = {reference_key(url, reference) for reference in referred if reference}
    return {reference_key(url, name) for name in names}, {key for key in found if site_of(key) == site}


def _defines(properties: Mapping[str, Any]) -> bool:
    return any(not key.startswith("@") for key in properties)


def _values(marked: Marked) -> Iterator[tuple[str, object]]:
    """Every property of every item, value by value, that may refer; not of what it refers to."""
    for inner in marked.every:
        for name, listed in inner.properties.items():
            for value in listed if isinstance(listed, list | tuple) else (listed,):
                if isinstance(value, dict) or name in _REFERRING:
                    yield name, value


def _reference(name: str, value: object) -> str | None:
    """The address a value refers to, if it does no more than refer; embedded nodes speak for themselves.

    `{"@id": address, "name": ...}` is how breadcrumbs name the page of an item: it refers. With a fragment the @id is
    the identity of a node that is given right there.
    """
    if isinstance(value, str):
        looks = value.startswith(("http://", "https://", "/", "#"))
        return value if name in _REFERRING and looks else None
    if not isinstance(value, dict) or name.startswith("@"):
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
