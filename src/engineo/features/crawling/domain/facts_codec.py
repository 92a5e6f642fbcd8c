"""Facts as JSON, and back. Fields at their default are left out; rows of older versions read with defaults."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import UTC, datetime
from functools import partial
from typing import Any

from engineo.features.crawling.contracts import (
    AnswerUnit,
    Block,
    DateEvidence,
    Heading,
    Image,
    Link,
    Node,
    PageFacts,
    RobotsDirectives,
)

_ITEMS: dict[str, type] = {
    "links": Link,
    "headings": Heading,
    "images": Image,
    "nodes": Node,
    "blocks": Block,
    "dates": DateEvidence,
    "robots": RobotsDirectives,
    "answer_units": AnswerUnit,
}


def facts_to_json(facts: PageFacts) -> dict[str, Any]:
    """A JSON object. Items (links, blocks, ...) are arrays of their fields in order, defaults at the end left out."""
    found: dict[str, Any] = {}
    for name, default in _DEFAULTS[PageFacts].items():
        value = getattr(facts, name)
        if value != default:
            found[name] = [_row(item) for item in value] if name in _ITEMS else _plain(value)
    return found


def facts_from_json(row: Mapping[str, Any], shared: dict[str, str] | None = None) -> PageFacts:
    """The facts of a stored object. Fields that are missing have their default; unknown ones are ignored.

    Pages of one site repeat each other's words and links: whoever reads many of them passes one `shared` dictionary,
    and equal texts are kept once.
    """
    one = shared if shared is not None else {}
    known: dict[str, Any] = {}
    for name, default in _DEFAULTS[PageFacts].items():
        if name not in row or row[name] is None:
            continue
        value = row[name]
        if name in _ITEMS:
            known[name] = tuple(_READERS[_ITEMS[name]](item, one) for item in value)
        elif name == "hreflang":
            known[name] = tuple((code, href) for code, href in value)
        else:
            known[name] = tuple(value) if isinstance(default, tuple) else value
    return PageFacts(**known)


def _row(item: Any) -> list[Any]:  # noqa: ANN401 - one of the item classes
    kind = type(item)
    values = [getattr(item, name) for name in _DEFAULTS[kind]]
    for default in reversed(_DEFAULTS[kind].values()):
        if default is MISSING or values[-1] != default:
            break
        values.pop()
    return [_plain(value) for value in values]


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return dict(value) if isinstance(value, Mapping) else value


def _read(kind: type, tuples: frozenset[str], row: list[Any], one: dict[str, str]) -> Any:  # noqa: ANN401 - one of the item classes
    names = _DEFAULTS[kind]
    row = [one.setdefault(value, value) if isinstance(value, str) else value for value in row]
    return kind(**{name: tuple(value) if name in tuples else value for name, value in zip(names, row, strict=False)})


def _read_block(row: list[Any], one: dict[str, str]) -> Block:
    tag, digest, words, terms = row
    return Block(
        one.setdefault(tag, tag),
        digest,
        words,
        {one.setdefault(term, term): _COUNTS.get(count, count) for term, count in terms.items()},
    )


def _read_date(row: list[Any], _one: dict[str, str]) -> DateEvidence:
    return DateEvidence(datetime.fromisoformat(row[0]), row[1])


def _default(field: Field[Any]) -> Any:  # noqa: ANN401 - any field
    return field.default if field.default_factory is MISSING else field.default_factory()


_DEFAULTS: dict[type, dict[str, Any]] = {
    kind: {field.name: _default(field) for field in fields(kind)} for kind in (PageFacts, *_ITEMS.values())
}
_TUPLES = {Link: frozenset({"rel"}), Node: frozenset({"types"}), RobotsDirectives: frozenset({"directives"})}
_READERS: dict[type, Callable[[list[Any], dict[str, str]], Any]] = {
    kind: partial(_read, kind, _TUPLES.get(kind, frozenset())) for kind in _ITEMS.values()
} | {Block: _read_block, DateEvidence: _read_date}
_COUNTS = {half / 2: half / 2 for half in range(1, 65)}  # the counts that most terms have, each as one object
