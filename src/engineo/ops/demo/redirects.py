"""Redirect rules of a static site, and which of them answers a request.

Order: `RewriteRule` first, then `Redirect` and `RedirectMatch` together in file order. Both modules work in Apache's
fixup phase, where mod_rewrite asks to be first and mod_alias stands in the middle, whatever the order in the file.
Source: https://httpd.apache.org/docs/2.4/mod/mod_alias.html and mod_rewrite.html. One difference: a redirecting
RewriteRule ends the matching even without L.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

# Python's matcher can need quadratic or cubic time, so long paths match nothing.
MAX_PATH_LENGTH = 2048

TAKES_TARGET = range(300, 400)
"""Statuses that say where to go; the others (410, 404, ...) end the request."""

ABSOLUTE = re.compile(r"/|[A-Za-z][A-Za-z0-9+.-]*:")
_REFERENCE = re.compile(r"\\(.)|\$(\d)", re.DOTALL)

Answer = tuple[int, str]
"""Status and location; the location is "" for a status that has none, such as 410."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """`Redirect`: the path itself and everything below it; what follows the prefix is appended to the target."""

    status: int
    prefix: str
    target: str

    def answer(self, path: str, query: str) -> Answer | None:
        rest = path.removeprefix(self.prefix)
        below = self.prefix.endswith("/") or not rest or rest.startswith("/")
        if not path.startswith(self.prefix) or not below:
            return None
        return _answer(self.status, _escaped(self.target) + _quoted(rest), query)


@dataclass(frozen=True, slots=True)
class RedirectMatch:
    """`RedirectMatch`: a regular expression that may match anywhere in the path; `$0` to `$9` in the target."""

    status: int
    pattern: re.Pattern[str]
    target: str

    def answer(self, path: str, query: str) -> Answer | None:
        match = self.pattern.search(path)
        return _answer(self.status, _expanded(self.target, match), query) if match else None


@dataclass(frozen=True, slots=True)
class Rewrite:
    """`RewriteRule` with R, or with `-` and L (`status` is None). Sees the path below `folder`, without its slash."""

    status: int | None
    pattern: re.Pattern[str]
    target: str
    negated: bool = False
    folder: str = "/"
    root: str = "/"  # what a relative target is appended to: RewriteBase, or the folder
    add_query: bool = False  # QSA
    drop_query: bool = False  # QSD

    def matches(self, path: str) -> bool:
        inside = path.startswith(self.folder)
        return inside and (self.pattern.search(path.removeprefix(self.folder)) is not None) != self.negated

    def answer(self, path: str, query: str) -> Answer | None:
        """The answer for a path that `matches`; None where the path is to be left alone."""
        if self.status is None or (self.target == "-" and self.status in TAKES_TARGET):
            return None
        match = None if self.negated else self.pattern.search(path.removeprefix(self.folder))
        location = _expanded(self.target, match)
        if not ABSOLUTE.match(location):
            location = self.root + location
        if self.add_query and query and "?" in location:
            location = f"{location}&{query}"
        return _answer(self.status, location, "" if self.drop_query else query)


Rule = Redirect | RedirectMatch | Rewrite


def redirect_for(rules: Sequence[Rule], path: str, query: str = "") -> Answer | None:
    """Where a request goes instead, or None. `path` is percent-decoded and starts with "/"; `query` has no "?".

    The location is percent-encoded, so that nothing in a path can end the header. The request's query goes along
    unless the target has one of its own.
    """
    if len(path) > MAX_PATH_LENGTH:
        return None
    for rule in rules:
        if isinstance(rule, Rewrite) and rule.matches(path):
            if answer := rule.answer(path, query):
                return answer
            break
    answers = (rule.answer(path, query) for rule in rules if not isinstance(rule, Rewrite))
    return next(filter(None, answers), None)


def _expanded(target: str, match: re.Match[str] | None) -> str:
    """The target with `$0` to `$9` filled in; a group that is missing or did not take part is empty."""

    def value(reference: re.Match[str]) -> str:
        literal, digit = reference.groups()
        if literal is not None:
            return str(literal)
        number = int(digit)
        known = match is not None and number <= match.re.groups
        return _quoted(match[number] or "") if match is not None and known else ""

    parts = (value(piece) if isinstance(piece, re.Match) else _escaped(piece) for piece in _pieces(target))
    return "".join(parts)


def _pieces(target: str) -> Iterator[str | re.Match[str]]:
    end = 0
    for reference in _REFERENCE.finditer(target):
        yield target[end : reference.start()]
        yield reference
        end = reference.end()
    yield target[end:]


def _quoted(path: str) -> str:
    """Text of a decoded path, for a URL."""
    return quote(path, safe="/:@!$&'()*+,;=~", errors="surrogateescape")


def _escaped(target: str) -> str:
    """A target as written: its own escapes, query and fragment stay."""
    return quote(target, safe="/:@!$&'()*+,;=~%?#[]", errors="surrogateescape")


def _answer(status: int, location: str, query: str) -> Answer | None:
    if status not in TAKES_TARGET:
        return status, ""
    if not ABSOLUTE.match(location):
        return None
    if query and "?" not in location:
        address, mark, fragment = location.partition("#")
        location = f"{address}?{_escaped(query)}{mark}{fragment}"
    return status, location
