"""Text as numbers can be taken of it: tokens, words, terms.

Scripts that put no spaces between words (Han, Kana, Thai, Lao, Khmer, Myanmar) are read character by character; two
characters count as a word, and their terms are the pairs of neighbours, at half credit.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_UNSPACED = (
    "\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
    "\u0e00-\u0e7f\u0e80-\u0eff\u1780-\u17ff\u1000-\u109f"
)
_MARKS = "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670\u0900-\u0903\u093a-\u0963\u0981-\u0dff"
_LETTERS = rf"[^\W_{_UNSPACED}]"
_TOKEN = re.compile(rf"[{_UNSPACED}]+|{_LETTERS}++(?:[{_MARKS}]++{_LETTERS}*+|['\u2019]{_LETTERS}++)*+")
_MAX_WORD = 64
_FIRST_UNSPACED = "\u0e00"
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")


def collapse(text: str) -> str:
    """Text with every run of whitespace as one space, none at the ends."""
    return " ".join(text.split())


def normal(text: str) -> str:
    """NFKC, lower case, one apostrophe: the form in which texts are compared."""
    return unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")


def runs(text: str) -> list[str]:
    """Words (cut at 64 characters), and runs of unspaced scripts, of a text in `normal` form."""
    found: list[str] = _TOKEN.findall(text)
    if max(map(len, found), default=0) > _MAX_WORD:
        return [run if unspaced(run) else run[:_MAX_WORD] for run in found]
    return found


def unspaced(run: str) -> bool:
    """Whether a run is of a script without spaces."""
    return run[0] >= _FIRST_UNSPACED and _IS_UNSPACED.match(run) is not None


def any_unspaced(found: Sequence[str]) -> bool:
    """Whether a run is, or might be, of a script without spaces; most texts have none, and are read faster then."""
    return max(found, default="") >= _FIRST_UNSPACED


def tokens_of(found: Sequence[str]) -> list[str]:
    """Tokens of runs: words, and single characters of unspaced scripts."""
    if not any_unspaced(found):
        return list(found)
    tokens: list[str] = []
    for run in found:
        if unspaced(run):
            tokens += run
        else:
            tokens.append(run)
    return tokens


def tokenise(text: str) -> list[str]:
    """Tokens of any text."""
    return tokens_of(runs(normal(text)))


def half_words(found: Sequence[str]) -> int:
    """Twice the number of words of runs: a word counts two, an unspaced character one."""
    if not any_unspaced(found):
        return 2 * len(found)
    return sum(len(run) if unspaced(run) else 2 for run in found)


def count_words(text: str) -> int:
    return half_words(runs(normal(text))) // 2


def terms_of(found: Sequence[str]) -> dict[str, float]:
    """Term -> count of runs."""
    if not any_unspaced(found):
        return {term: float(count) for term, count in Counter(found).items()}
    counts: dict[str, float] = {}
    for run in found:
        if unspaced(run):
            for pair in (run[i : i + 2] for i in range(max(1, len(run) - 1))):
                counts[pair] = counts.get(pair, 0.0) + 0.5
        else:
            counts[run] = counts.get(run, 0.0) + 1.0
    return counts


def first_words(text: str, limit: int) -> str:
    """The start of a text that holds at most `limit` words (unspaced characters count half), as written."""
    left = 2 * limit
    for match in _TOKEN.finditer(text):
        run = match[0]
        cost = len(run) if unspaced(run) else 2
        if cost > left:
            return text[: match.start() + (left if unspaced(run) else 0)].rstrip()
        left -= cost
    return text
