"""The redirects of an Apache `.htaccess` file: what a static site moved elsewhere, read without Apache.

Only lines that always hold are read. What depends on the request (`<If>`, `<Files>`, a `RewriteRule` after a
`RewriteCond` or a chained rule, server variables) is left out, so no answer is invented. A `RewriteRule` without the R
flag is an internal rewrite and is left out too; `-` with L is kept, because it shields a path from the rules after it.
Unlike in Apache, rules count without `RewriteEngine on` (but not after `off`).
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engineo.ops.demo.redirects import ABSOLUTE, TAKES_TARGET, Redirect, RedirectMatch, Rewrite, Rule

_STATUS_WORDS = {"permanent": 301, "temp": 302, "seeother": 303, "gone": 410}
_ALIASES = {"redirectpermanent": "permanent", "redirecttemp": "temp"}
_STATUSES = range(300, 600)

_WORD = re.compile(r"""\s*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|((?:\\.|\S)+))""")
_SECTION = re.compile(r"<(/?)(\w+)\s*([^>]*)")
# `(a+)+` and its like: every such group is ambiguous, and a miss costs time exponential in the length of the path.
_EXPONENTIAL = re.compile(r"\((?:\?:)?(?:\\.|\[[^\]]*\]|[^\\()\[\]])[+*]\)[+*]")


@dataclass(frozen=True, slots=True)
class Htaccess:
    """What a file says. `problems` names the lines that were skipped and why: "line 3: …"."""

    rules: tuple[Rule, ...] = ()
    problems: tuple[str, ...] = ()


class _Problem(Exception):  # noqa: N818 -- a note for the reader of the file, not an error of the program
    """A line that cannot be used."""


def parse_htaccess(text: str, folder: str = "/") -> Htaccess:
    """Read the redirects of the `.htaccess` of the folder with that URL path (ends with "/"). Never raises."""
    rules: list[Rule] = []
    problems: list[str] = []
    conditional = False  # the next RewriteRule depends on something
    engine, root = True, folder
    for number, name, words in _directives(text):
        try:
            match name:
                case "redirect" | "redirectmatch" | "redirectpermanent" | "redirecttemp":
                    rules.append(_alias(name, words))
                case "rewriteengine":
                    engine = [word.lower() for word in words] != ["off"]
                case "rewritebase" if words:
                    root = words[0].rstrip("/") + "/"
                case "rewritecond":
                    conditional = True
                case "rewriterule":
                    flags = _flags(words[2:])
                    depends, conditional = conditional, bool(flags.keys() & {"c", "chain"})
                    if not depends:
                        rules += _rewrite(words, flags, folder)
                case _:
                    pass
        except _Problem as problem:
            problems.append(f"line {number}: {problem}")
    # RewriteEngine and RewriteBase hold for the whole file, wherever in it they stand.
    placed = (replace(rule, root=root) if isinstance(rule, Rewrite) else rule for rule in rules)
    return Htaccess(tuple(rule for rule in placed if engine or not isinstance(rule, Rewrite)), tuple(problems))


def merged(files: Sequence[Htaccess]) -> tuple[Rule, ...]:
    """The rules that hold in a folder, from the files of its parents (outermost first) and its own.

    As in Apache, redirects of the inner folder come first, and its rewrite rules replace those of its parents.
    """
    inner_first = files[::-1]
    rewrites = ([rule for rule in file.rules if isinstance(rule, Rewrite)] for file in inner_first)
    redirects = [rule for file in inner_first for rule in file.rules if not isinstance(rule, Rewrite)]
    return (*next(filter(None, rewrites), []), *redirects)


def _directives(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Line number, name (lower case) and words of every directive that holds for every request."""
    sections: list[bool] = []  # of the open sections, whether what they hold always holds
    for number, line in _lines(text):
        if section := _SECTION.match(line):
            closing, name, argument = section.groups()
            if closing:
                del sections[-1:]
            else:
                sections.append(_always(name.lower(), argument))
        elif all(sections):
            name, *words = _words(line)
            yield number, name.lower(), words


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Directives with the number of their first line; a backslash at the end of a line continues it."""
    first, parts = 0, list[str]()
    for number, raw in enumerate([*text.removeprefix("\ufeff").splitlines(), ""], start=1):
        first = first if parts else number
        parts.append(raw.removesuffix("\\"))
        if raw.endswith("\\"):
            continue
        line = "".join(parts).strip()
        parts.clear()
        if line and not line.startswith("#"):
            yield first, line


def _words(line: str) -> list[str]:
    found = (match.groups() for match in _WORD.finditer(line))
    return [
        plain if plain is not None else re.sub(r"\\([\"'])", r"\1", double if double is not None else single)
        for double, single, plain in found
    ] or [""]


def _always(name: str, argument: str) -> bool:
    """Whether the lines of a section hold for every request. mod_alias and mod_rewrite count as loaded."""
    if name == "ifmodule":
        return re.match(r"!\s*(mod_)?(rewrite|alias)(_module|\.c)\b", argument.strip(" \"'").lower()) is None
    return name == "ifversion"


def _alias(name: str, words: Sequence[str]) -> Rule:
    named = _ALIASES.get(name)
    status = _status(named or words[0]) if words else None
    rest = list(words if named or status is None else words[1:])
    status = status or 302
    expected = 2 if status in TAKES_TARGET else 1
    if len(rest) != expected:
        form = "a path and a target" if expected > 1 else "a path and no target"
        raise _Problem(f"{name} with status {status} takes {form}")
    source, target = rest[0], rest[1] if expected > 1 else ""
    if name == "redirectmatch":
        return RedirectMatch(status, _compiled(source), target)
    if target and not ABSOLUTE.match(target):
        raise _Problem(f"the target {target!r} is neither a URL nor a path from the root")
    return Redirect(status, source, target)


def _rewrite(words: Sequence[str], flags: dict[str, str], folder: str) -> Iterator[Rewrite]:
    """The rule, where it redirects or shields."""
    if len(words) < 2:  # noqa: PLR2004 -- a pattern and a target
        raise _Problem("RewriteRule takes a pattern and a target")
    pattern, target = words[:2]
    redirect = flags.get("r", flags.get("redirect"))
    if redirect is None and not (target == "-" and flags.keys() & {"l", "last", "end"}):
        return
    if redirect is not None and ("%{" in target or "${" in target):
        raise _Problem("the target uses variables of the server")
    status = None if redirect is None else _status(redirect or "temp")
    if redirect is not None and status is None:
        raise _Problem("the R flag has no such status")
    yield Rewrite(
        status,
        _compiled(pattern.removeprefix("!"), ignore_case=bool(flags.keys() & {"nc", "nocase"})),
        target,
        negated=pattern.startswith("!"),
        folder=folder,
        add_query=bool(flags.keys() & {"qsa", "qsappend"}),
        drop_query=bool(flags.keys() & {"qsd", "qsdiscard"}),
    )


def _flags(words: Sequence[str]) -> dict[str, str]:
    """`[R=301,L]` as {"r": "301", "l": ""}."""
    listed = "".join(words).strip("[]").split(",")
    return {name.strip().lower(): value.strip() for name, _, value in (flag.partition("=") for flag in listed)}


def _status(word: str) -> int | None:
    if re.fullmatch(r"[0-9]{3}", word):
        return int(word) if int(word) in _STATUSES else None
    return _STATUS_WORDS.get(word.lower())


def _compiled(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    if _EXPONENTIAL.search(pattern):
        raise _Problem(f"the pattern {pattern!r} could take for ever")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python warns of, Apache reads differently
            return re.compile(pattern, re.ASCII | (re.IGNORECASE if ignore_case else 0))
    except (re.error, Warning, OverflowError, RecursionError) as error:
        raise _Problem(f"the pattern {pattern!r} cannot be used: {error}") from error
