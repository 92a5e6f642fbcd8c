"""The stack of open elements, followed as the tree construction of the HTML standard does, only never shallower.

What it leaves out is either always one level (html, body, parts of tables) or removed before: foreign content, select,
template, form.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from engineo.features.crawling.domain.lexicon import words

MAX_DEPTH = 200
MAX_OPEN_FORMATTING = 2
UNCOUNTED = words(
    "html head body area base basefont bgsound br col embed frame hr image img input keygen link meta param source "
    "track wbr colgroup tbody tfoot thead tr",
)
TABLE_PARTS = words("caption colgroup tbody td tfoot th thead tr")
_CELLS = words("caption td th")
_SCOPE = _CELLS | {"table"}
FORMATTING = words("a b big code em font i nobr s small strike strong tt u")
_HEADINGS = words("h1 h2 h3 h4 h5 h6")
_CLOSING_P = _HEADINGS | words(
    "address article aside blockquote center details dir div dl dd dt fieldset figcaption figure footer header "
    "hgroup li listing main menu nav ol p pre section summary ul",
)
_SPECIAL = _CLOSING_P | _SCOPE | {"button"}  # their end tags pass over whatever is open inside, others not over them


@dataclass(slots=True)
class OpenElements:
    """The open elements, never fewer than the parser has (table parts and implied elements are not counted)."""

    names: list[str] = field(default_factory=list)
    formatting: dict[str, int] = field(default_factory=dict)  # opened and not yet closed by an end tag of their own
    open_formatting: int = 0

    def start(self, name: str) -> bool:
        """Open an element; False where that would go beyond a bound."""
        names = self.names
        if name in TABLE_PARTS:
            if not self._close({"table"}, frozenset(), keep=True):
                return False  # ignored by the parser: there is no table
        elif name == "table":
            self._close({"table"}, _CELLS)
        elif name in _CLOSING_P:
            if "p" in names:
                self._close({"p"}, _SCOPE | {"button"})
            self._close_sibling(name)
        elif name == "button":
            self._close({"button"}, _SCOPE)
        elif name in {"a", "nobr"}:
            self._end_formatting(name)
        if name in UNCOUNTED:
            return True
        if len(names) >= MAX_DEPTH:
            return name == "a"  # links do not nest in themselves
        if name in FORMATTING:
            if name != "a" and self.open_formatting >= MAX_OPEN_FORMATTING:
                return False
            self.formatting[name] = self.formatting.get(name, 0) + 1
            self.open_formatting += 1
        names.append(name)
        return True

    def end(self, name: str) -> None:
        names = self.names
        if name in FORMATTING:
            self._end_formatting(name)
        elif names and names[-1] == name:
            names.pop()
        elif name in _HEADINGS:
            self._close(_HEADINGS, _SCOPE)
        elif name == "li":
            self._close({name}, _SCOPE | {"ol", "ul"})
        elif name == "p":
            self._close({name}, _SCOPE | {"button"})
        elif name in _CELLS:
            self._close({name}, {"table"})
        elif name == "table":
            self._close({name}, frozenset())
        else:
            self._close({name}, _SCOPE if name in _SPECIAL else _SPECIAL)

    def _close(self, wanted: AbstractSet[str], barriers: AbstractSet[str], *, keep: bool = False) -> bool:
        """Close up to the innermost of the wanted elements, unless a barrier lies before it."""
        names = self.names
        for index in range(len(names) - 1, -1, -1):
            if names[index] in wanted:
                del names[index + keep :]
                return True
            if names[index] in barriers:
                return False
        return False

    def _close_sibling(self, name: str) -> None:
        """The item before, or the heading before, that a new one ends."""
        if name == "li":
            self._close({"li"}, _SPECIAL - {"address", "div", "p"})
        elif name in {"dd", "dt"}:
            self._close({"dd", "dt"}, _SPECIAL - {"address", "div", "p"})
        elif name in _HEADINGS and self.names and self.names[-1] in _HEADINGS:
            self.names.pop()

    def _end_formatting(self, name: str) -> None:
        """The adoption agency: what is special above the element stays open, up to eight levels of it."""
        names, special = self.names, 0
        for index in range(len(names) - 1, -1, -1):
            if names[index] == name:
                if special:
                    del names[index]
                else:
                    del names[index:]
                break
            if names[index] in _SCOPE:
                return
            special += names[index] in _SPECIAL
        if special < 8 and self.formatting.get(name):  # noqa: PLR2004 - the standard's own bound
            self.formatting[name] -= 1
            self.open_formatting -= 1
