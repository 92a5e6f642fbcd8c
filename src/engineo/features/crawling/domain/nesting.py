"""Markup made safe to parse: bounded depth, bounded repetition, bounded attributes.

An HTML5 parser does quadratic work, or builds a tree a thousand times larger than its source, on markup that nobody
writes by accident: 100,000 nested `<div>`, 10,000 paragraphs under 300 open `<b>`, 20,000 attributes on one tag. So
before parsing, tags are read as the tokenizer of the HTML standard reads them, the stack of open elements is followed
conservatively (never shallower than the parser's own), and a start tag that would go beyond a bound is blanked, as
browsers flatten what lies too deep. Whatever makes the stack hard to follow and holds no text or link of its own
(svg, select, template) is blanked always. Everything is linear in the size of the page.
"""

import re
from itertools import islice

from engineo.features.crawling.domain.lexicon import words
from engineo.features.crawling.domain.open_elements import FORMATTING, TABLE_PARTS, UNCOUNTED, OpenElements

MAX_TAGS = 250_000  # start tags
_LONG_TAG = 4_000  # characters; only longer tags are counted for attributes
_MAX_ATTRIBUTES = 300

_S = r"\t\n\f\r "
_ATTRIBUTE = rf"(?:=[^{_S}/>=]*+|[^{_S}/>=]++)(?:[{_S}]*+=[{_S}]*+(?:\"[^\"]*+\"|'[^']*+'|[^{_S}>]*+))?+"
_TOKEN = re.compile(
    rf"<(?:(/?+[a-zA-Z][^{_S}/>]*+)(?:[{_S}/]++|{_ATTRIBUTE})*+(?:>|\Z)"
    r"|!--(?:-?>|(?s:.*?)(?:--!?>|\Z))"
    r"|[!?/][^>]*+>?)",
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)

_RAW = words("script style textarea title xmp iframe noembed noframes")
_REMOVED = words("svg select template noscript")  # with all they hold
_BLANKED = words(  # the tags only
    "math object applet marquee frameset plaintext option optgroup ruby rb rt rtc rp",
)
_RENAMED = words("dialog form search")  # whose end tags follow rules of their own
WAS = "data-was"

_UNFOLLOWED = UNCOUNTED | _RAW | _REMOVED  # end tags that change nothing here
_PLAIN = UNCOUNTED - TABLE_PARTS
_NO_LOSS = TABLE_PARTS | FORMATTING  # blanked without a loss of text, links or structure
_CLOSERS = {name: re.compile(rf"</{name}(?=[{_S}/>])", re.IGNORECASE) for name in _RAW}
_TAGS_OF = {name: re.compile(rf"<(/?){name}(?=[{_S}/>])[^>]*+>?", re.IGNORECASE) for name in _REMOVED}


def tame(html: str) -> tuple[str, bool]:
    """The markup with its bounds kept, and whether something had to be blanked for being too deep or too much."""
    return _Tamer(html).run()


class _Tamer:
    def __init__(self, html: str) -> None:
        self.html = html
        self.stack = OpenElements()
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
            name = match[1]
            if name is None:
                if match[0][:9].lower() == "<!doctype":
                    self._blank(begin, end)  # one way to parse (quirks), whatever the page declares
                continue
            name = name.lower()
            self.tags += name[0] != "/"
            if self.tags > MAX_TAGS:
                self.html, self.truncated = self.html[:begin], True
                return None
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
        plain = name.lstrip("/")
        renamed = plain in _RENAMED
        if plain in _BLANKED:
            self._blank(begin, end)
        elif name != plain:
            if plain not in _UNFOLLOWED:
                self.stack.end("div" if renamed else plain)
            if renamed:
                self._replace(begin, end, "</div>")
        elif not (name in _PLAIN or self.stack.start("div" if renamed else name)):
            self.truncated = self.truncated or name not in _NO_LOSS
            self._blank(begin, end)
        elif renamed:
            self._replace(begin, begin + 1 + len(name), f'<div {WAS}="{name}"')

    def _remove(self, name: str, match: re.Match[str]) -> int:
        begin, end = match.span()
        resume = end if name == "svg" and match[0].endswith("/>") else self._end_of(name, end)
        if resume == end:
            self.tags += 16  # an element that does not end costs as much to look at as many tags
        self._blank(begin, resume)
        return resume

    def _blank(self, begin: int, end: int) -> None:
        """A space instead, so that what stands left and right does not become a tag together."""
        self._replace(begin, end, " ")

    def _replace(self, begin: int, end: int, text: str) -> None:
        self.kept += self.html[self.done : begin], text
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
