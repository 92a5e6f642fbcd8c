"""robots.txt as RFC 9309 and Google read it: who may fetch what.

An own matcher instead of a library: the cases that RFC 9309 decides (groups that other lines do not end, names matched
as whole product tokens, rules of merged groups, escapes compared as written) are all decided here, in one screen.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from engineo.features.crawling.domain.lexicon import words

MAX_ROBOTS_BYTES = 500 * 1024
_MAX_RULES = 20_000
_MAX_PROBLEMS = 50
_MAX_DELAY_SECONDS = 86_400.0

_KNOWN = words(
    "user-agent allow disallow sitemap crawl-delay clean-param host request-rate visit-time noindex content-signal"
)
_TOKEN = re.compile(r"[a-zA-Z_-]+")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_SERVER_ERROR = 500
_TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: str
    allow: bool

    def matches(self, path: str) -> bool:
        """Whether the pattern, where `*` is any text and a last `$` the end, matches the start of the path.

        Greedy from left to right: each literal takes its first place, which is never worse than a later one. So the
        time is bounded by pattern x path, whatever the pattern.
        """
        anchored = self.pattern.endswith("$")
        first, *others = self.pattern.removesuffix("$").split("*")
        if not path.startswith(first):
            return False
        position = len(first)
        if not others:
            return not anchored or position == len(path)
        last = others.pop() if anchored else ""
        for literal in others:
            found = path.find(literal, position)
            if found < 0:
                return False
            position = found + len(literal)
        return not anchored or (path.endswith(last) and len(path) - len(last) >= position)


@dataclass(frozen=True, slots=True)
class _Group:
    agents: tuple[str, ...]  # lower case product tokens; "*" for all
    rules: tuple[_Rule, ...]
    delay: float | None


@dataclass(frozen=True, slots=True)
class RobotsPolicy:
    """What one robots.txt says.

    `verdict`: True allows everything (4xx), False refuses everything (5xx, 429, unreachable), None asks the rules.
    `problems` name each line that Lighthouse would not accept, as "line 3: unknown directive 'foo'".
    """

    groups: tuple[_Group, ...] = ()
    verdict: bool | None = None
    sitemaps: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    empty: bool = True

    @classmethod
    def parse(cls, status: int | None, body: bytes = b"") -> Self:
        """Read an answer. `status` is the HTTP status, None where there was no answer. Never raises."""
        if status is None or status >= _SERVER_ERROR or status == _TOO_MANY_REQUESTS:
            return cls(verdict=False)
        if not 200 <= status < 300:  # noqa: PLR2004 - the 2xx family; 4xx and endless redirects are "no rules"
            return cls(verdict=True)
        reader = _Reader()
        reader.read(body)
        return cls(
            groups=tuple(reader.groups),
            sitemaps=tuple(dict.fromkeys(reader.sitemaps)),
            problems=tuple(reader.problems),
            empty=reader.empty,
        )

    def allowed(self, agent: str, url: str) -> bool:
        """Whether an agent (product token or whole User-Agent) may fetch a URL. The longest rule wins, ties allow."""
        if self.verdict is not None:
            return self.verdict
        path = _path_of(url)
        if path == "/robots.txt":
            return True
        best: _Rule | None = None
        for group in self._groups_of(agent):
            for rule in group.rules:
                longer = best is None or (len(rule.pattern), rule.allow) > (len(best.pattern), best.allow)
                if longer and rule.matches(path):
                    best = rule
        return best is None or best.allow

    def crawl_delay(self, agent: str) -> float | None:
        """Seconds to wait between two fetches, at most a day; None where the file asks for nothing."""
        delays = [group.delay for group in self._groups_of(agent) if group.delay is not None]
        return max(delays, default=None)

    def _groups_of(self, agent: str) -> list[_Group]:
        """All groups that name the agent; those for everybody where none does."""
        found = _TOKEN.match(agent)
        token = found[0].lower() if found else ""
        named = [group for group in self.groups if token and token in group.agents]
        return named or [group for group in self.groups if "*" in group.agents]


class _Reader:
    def __init__(self) -> None:
        self.groups: list[_Group] = []
        self.agents: list[str] = []
        self.rules: list[_Rule] = []
        self.delay: float | None = None
        self.closed = False  # a rule was read: the next user-agent line starts a new group
        self.sitemaps: list[str] = []
        self.problems: list[str] = []
        self.room = _MAX_RULES
        self.empty = True

    def read(self, body: bytes) -> None:
        text = body[:MAX_ROBOTS_BYTES].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\x00", "")
        for number, raw in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
            line = raw.partition("#")[0].strip()
            if line:
                self.empty = False
                self._line(number, line)
        self._close_group()

    def _line(self, number: int, line: str) -> None:
        name, colon, value = line.partition(":")
        if not colon:
            self._problem(number, f"no colon in {line[:60]!r}")
            name, _, value = line.partition(" ")  # as Google reads "user-agent FooBot"
        name, value = name.strip().lower(), value.strip()
        if name == "user-agent":
            self._agent(number, value)
        elif name in {"allow", "disallow"}:
            self._rule(number, name, value)
        elif name == "sitemap":
            self._sitemap(number, value)
        elif name == "crawl-delay":
            self._crawl_delay(number, value)
        elif name not in _KNOWN and colon:
            self._problem(number, f"unknown directive {name[:60]!r}")

    def _agent(self, number: int, value: str) -> None:
        if not value:
            self._problem(number, "no user agent")
        if self.closed:
            self._close_group()
        found = _TOKEN.match(value)
        self.agents.append("*" if value.startswith("*") else found[0].lower() if found else "")

    def _rule(self, number: int, name: str, value: str) -> None:
        if value and value[0] not in "/*":
            self._problem(number, f"pattern {value[:60]!r} should start with / or *")
        if "$" in value[:-1]:
            self._problem(number, f"$ may only stand at the end of {value[:60]!r}")
        if not self.agents:
            self._problem(number, f"{name} before any user-agent")
            return
        self.closed = True
        if value and self.room:
            self.room -= 1
            self.rules.append(_Rule(_pattern(value), name == "allow"))

    def _sitemap(self, number: int, value: str) -> None:
        try:
            parts = urlsplit(value)
            valid = parts.scheme in {"http", "https", "ftp"} and bool(parts.netloc)
        except ValueError:
            valid = False
        if valid:
            self.sitemaps.append(value)
        else:
            self._problem(number, f"sitemap {value[:60]!r} is not an absolute URL")

    def _crawl_delay(self, number: int, value: str) -> None:
        if not self.agents:
            self._problem(number, "crawl-delay before any user-agent")
        elif re.fullmatch(r"\d{1,9}(\.\d{0,9})?|\.\d{1,9}", value, re.ASCII):
            self.delay = min(float(value), _MAX_DELAY_SECONDS)
        else:
            self._problem(number, f"crawl-delay {value[:60]!r} is not a number of seconds")

    def _close_group(self) -> None:
        if self.agents:
            self.groups.append(_Group(tuple(self.agents), tuple(self.rules), self.delay))
        self.agents, self.rules, self.delay, self.closed = [], [], None, False

    def _problem(self, number: int, what: str) -> None:
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(f"line {number}: {what}")


def _pattern(value: str) -> str:
    """A pattern with non-ASCII text escaped, escapes in upper case, and runs of `*` as one."""
    escaped = "".join(c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode("utf-8", "replace")) for c in value)
    return re.sub(r"\*+", "*", _ESCAPE.sub(lambda match: match[0].upper(), escaped))


def _path_of(url: str) -> str:
    """Path and query, with escapes in upper case; "/" for what is no URL."""
    rest = url.partition("#")[0].partition("//")[2] if "//" in url.partition("?")[0] else url.partition("#")[0]
    start = next((index for index, character in enumerate(rest) if character in "/?"), None)
    path = "/" if start is None else rest[start:]
    return _ESCAPE.sub(lambda match: match[0].upper(), path if path.startswith("/") else f"/{path}")


def agents_refused(policy: RobotsPolicy, agents: Sequence[str], url: str) -> tuple[str, ...]:
    """Those of the agents that may not fetch the URL, in order."""
    return tuple(agent for agent in agents if not policy.allowed(agent, url))
