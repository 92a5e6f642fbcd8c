"""Words: tokens, content terms, names, prices. Never chosen by the language that a page claims."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from math import isfinite

from engineo.features.deo_score.domain.stopwords import GENERIC_LINK_TEXTS, STOPWORDS

# Scripts that put no space between words: Thai, Lao, Myanmar, Khmer, Kana and Han.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[^\W_])+(?:['\u2019](?:(?![{_UNSPACED}])[^\W_])+)*")
_FIRST_UNSPACED = re.compile(f"[{_UNSPACED}]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,12})?")

_JACCARD = 0.6
_CONTAINED = 0.8
_CONTAINED_TOKENS = 2
_SAME_PRICE = 0.005
_KEPT = 8_192  # results of each kind that are remembered


def _runs(text: str) -> list[str]:
    found: list[str] = _TOKEN.findall(unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'"))
    return found


@lru_cache(maxsize=_KEPT)
def tokens(text: str) -> tuple[str, ...]:
    """Runs of letters or digits with inner apostrophes, lower case; scripts without spaces give characters."""
    return tuple([part for run in _runs(text) for part in (run if _FIRST_UNSPACED.match(run) else (run,))])


def terms_of(text: str) -> frozenset[str]:
    """Tokens that are no stopword of any language; scripts without spaces give character bigrams."""
    terms: set[str] = set()
    for run in _runs(text):
        if _FIRST_UNSPACED.match(run) and len(run) > 1:
            terms.update(run[i : i + 2] for i in range(len(run) - 1))
        elif run not in STOPWORDS:
            terms.add(run)
    return frozenset(terms)


content_terms = lru_cache(maxsize=_KEPT)(terms_of)  # for short texts: titles, headings, names


def plain(text: str) -> str:
    """NFKC, case folded, punctuation and space collapsed: texts that are equal so are the same to a reader."""
    return _BETWEEN_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


normalised = lru_cache(maxsize=_KEPT)(plain)  # for short texts
_GENERIC = frozenset(map(plain, GENERIC_LINK_TEXTS))


def says_something(link_text: str) -> bool:
    """Whether a link's text tells where it leads: not empty and not one of the "click here" kind."""
    said = normalised(link_text)
    return bool(said) and said not in _GENERIC


def names_match(name: str, other: str) -> bool:
    """Token Jaccard >= .6, or >= 80 % of the shorter one's tokens (at least two) are in the other."""
    left, right = set(tokens(name)), set(tokens(other))
    if not left or not right:
        return False
    shared = len(left & right)
    shorter = min(len(left), len(right))
    return shared / len(left | right) >= _JACCARD or (shorter >= _CONTAINED_TOKENS and shared / shorter >= _CONTAINED)


def matches_any(name: str, others: Iterable[str]) -> bool:
    return any(names_match(name, other) for other in others)


def number(value: object) -> float | None:
    """A finite number >= 0 written as JSON number or plain decimal string; anything else is None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        amount = float(value) if abs(value) < 1e15 else -1.0  # noqa: PLR2004 - beyond any price, and float() may overflow
        return amount if isfinite(amount) and amount >= 0 else None
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    return None


def same_price(price: float, other: float) -> bool:
    """Within half a per cent."""
    return abs(price - other) <= _SAME_PRICE * max(price, other)
