"""Markup made safe to parse: bounded depth, bounded repetition, bounded attributes.

An HTML5 parser does quadratic work, or builds a tree a thousand times larger than its source, on markup that nobody
writes by accident: 100,000 nested `<div>`, 10,000 paragraphs under 300 open `<b>`, 20,000 attributes on one tag. So
before parsing, tags are read as the tokenizer of the HTML standard reads them, the stack of open elements is followed
conservatively (never shallower than the parser's own), and a start tag that would go beyond a bound is blanked, as
browsers flatten what lies too deep. Whatever makes the stack hard to follow and holds no text or link of its own
(svg, select, template) is blanked always. Everything is linear in the size of the page.
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import islice

from engineo.features.crawling.domain.lexicon import words

MAX_DEPTH = 200
MAX_OPEN_FORMATTING = 4
MAX_TAGS = 300_000
_LONG_TAG = 4_000  # characters; only longer tags are counted for attributes
_MAX_ATTRIBUTES = 300

_S = r"\t\n\f\r "
_ATTRIBUTE = rf"(?:=[^{_S}/>=]*+|[^{_S}/>=]++)(?:[{_S}]*+=[{_S}]*+(?:\"[^\"]*+\"|'[^']*+'|[^{_S}>]*+))?+"
_TOKEN = re.compile(
    rf"<(?:(/?+[a-zA-Z][^{_S}/>]*+)(?:[{_S}/]++|{_ATTRIBUTE})*+(?:>|\Z)"
    r"|!--(?:-?>|(?s:.*?)(?:--!?>|\Z))"
    r"|[!?/][^>]*+)",
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)

_RAW = words("script style textarea title xmp iframe noembed noframes")
_REMOVED = words("svg select template noscript")  # with all they hold
_BLANKED = words(  # the tags only
    "math object applet marquee frameset plaintext option optgroup ruby rb rt rtc rp",
)
_RENAMED = words("form search")  # whose end tags follow rules of their own
WAS = "data-was"
_UNCOUNTED = words(
    "html head body area base basefont bgsound br col embed frame hr image img input keygen link meta param source "
    "track wbr colgroup tbody tfoot thead tr",
)

_UNFOLLOWED = _UNCOUNTED | _RAW | _REMOVED  # end tags that change nothing here
_TABLE_PARTS = words("caption colgroup tbody td tfoot th thead tr")
_CELLS = words("caption td th")
_SCOPE = _CELLS | {"table"}
_PLAIN = _UNCOUNTED - _TABLE_PARTS
_FORMATTING = words("a b big code em font i nobr s small strike strong tt u")
_HEADINGS = words("h1 h2 h3 h4 h5 h6")
_CLOSING_P = _HEADINGS | words(
    "address article aside blockquote center details dialog dir div dl dd dt fieldset figcaption figure footer header "
    "hgroup li listing main menu nav ol p pre section summary ul",
)
_SPECIAL = _CLOSING_P | _SCOPE | {"button"}
_CLOSERS = {name: re.compile(rf"</{name}(?=[{_S}/>])", re.IGNORECASE) for name in _RAW}
_TAGS_OF = {name: re.compile(rf"<(/?){name}(?=[{_S}/>])[^>]*+>?", re.IGNORECASE) for name in _REMOVED}


@dataclass(slots=True)
class _Stack:
    """The open elements, never fewer than the parser has (table parts and implied elements are not counted)."""

    names: list[str] = field(default_factory=list)
    formatting: dict[str, int] = field(default_factory=dict)  # opened and not yet closed by an end tag of their own
    open_formatting: int = 0

    def start(self, name: str) -> bool:
        """Open an element; False where that would go beyond a bound."""
        names = self.names
        if name in _TABLE_PARTS:
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
        if name in _UNCOUNTED:
            return True
        if len(names) >= MAX_DEPTH:
            return name == "a"  # links do not nest in themselves
        if name in _FORMATTING:
            if name != "a" and self.open_formatting >= MAX_OPEN_FORMATTING:
                return False
            self.formatting[name] = self.formatting.get(name, 0) + 1
            self.open_formatting += 1
        names.append(name)
        return True

    def end(self, name: str) -> None:
        names = self.names
        if name in _FORMATTING:
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


def tame(html: str) -> tuple[str, bool]:
    """The markup with its bounds kept, and whether something had to be blanked for being too deep or too much."""
    return _Tamer(html).run()


class _Tamer:
    def __init__(self, html: str) -> None:
        self.html = html
        self.stack = _Stack()
        self.kept: list[str] = []
        self.done = 0  # everything before is in `kept`
        self.tags = 0
        self.truncated = False
        self.unclosed: set[str] = set()  # elements of which no further end tag exists

    def run(self) -> tuple[str, bool]:
        position: int | None = 0
        while position is not None:
            position = self._scan(position)
        self.kept.append(self.html[self.done :])
        return "".join(self.kept), self.truncated

    def _scan(self, position: int) -> int | None:
        """Read tags until the text has to be taken up elsewhere; None at its end, or where there are too many."""
        for match in _TOKEN.finditer(self.html, position):
            begin, end = match.span()
            self.tags += 1
            if self.tags > MAX_TAGS:
                self.html, self.truncated = self.html[:begin], True
                return None
            name = match[1]
            if name is None:
                if match[0][:9].lower() == "<!doctype":
                    self._blank(begin, end)  # one way to parse (quirks), whatever the page declares
                continue
            name = name.lower()
            if end - begin > _LONG_TAG and _too_many_attributes(match[0]):
                self.truncated = True
                self._blank(begin, end)
            elif name in _RAW:
                return self._skip_raw(name, end)
            elif name in _REMOVED:
                return self._remove(name, match)
            else:
                self._follow(name, begin, end)
        return None

    def _follow(self, name: str, begin: int, end: int) -> None:
        if name.lstrip("/") in _RENAMED:
            name = self._rename(name, begin)
        if name[0] == "/":
            if (name := name[1:]) in _BLANKED:
                self._blank(begin, end)
            elif name not in _UNFOLLOWED:
                self.stack.end(name)
        elif name in _BLANKED:
            self._blank(begin, end)
        elif not (name in _PLAIN or self.stack.start(name)):
            self.truncated = self.truncated or name not in _TABLE_PARTS
            self._blank(begin, end)

    def _rename(self, name: str, begin: int) -> str:
        """The tag as that of a `<div>`, with the real name in an attribute."""
        slash = "/" if name[0] == "/" else ""
        self.kept += self.html[self.done : begin], "</div" if slash else f'<div {WAS}="{name}"'
        self.done = begin + 1 + len(name)
        return f"{slash}div"

    def _remove(self, name: str, match: re.Match[str]) -> int:
        begin, end = match.span()
        resume = end if name == "svg" and match[0].endswith("/>") else self._end_of(name, end)
        if resume == end:
            self.tags += 16  # an element that does not end costs as much to look at as many tags
        self._blank(begin, resume)
        return resume

    def _blank(self, begin: int, end: int) -> None:
        """A space instead, so that what stands left and right does not become a tag together."""
        self.kept += self.html[self.done : begin], " "
        self.done = end

    def _skip_raw(self, name: str, begin: int) -> int:
        """Where the text of a script, style, title and the like ends.

        A script that opens a comment may hold end tags that are none; without the comment it cannot.
        """
        end = self._closer(name, begin)
        end = len(self.html) if end is None else end
        if name == "script" and "<!--" in (text := self.html[begin:end]):
            self.kept += self.html[self.done : begin], text.replace("<!--", "    ")
            self.done = end
        return end

    def _end_of(self, name: str, begin: int) -> int:
        """Where an element that is removed ends, those nested in it included; `begin` where it never ends."""
        opened, first = 1, begin
        for match in islice(_TAGS_OF[name].finditer(self.html, begin), 16):
            opened += -1 if match[1] else 1
            if match[1] and first == begin:
                first = match.end()
            if not opened:
                return match.end()
        return first

    def _closer(self, name: str, begin: int) -> int | None:
        if name not in self.unclosed:
            found = _CLOSERS[name].search(self.html, begin)
            if found:
                return found.start()
            self.unclosed.add(name)
        return None


def _too_many_attributes(tag: str) -> bool:
    return next(islice(_ATTRIBUTES.finditer(tag), _MAX_ATTRIBUTES, None), None) is not None
