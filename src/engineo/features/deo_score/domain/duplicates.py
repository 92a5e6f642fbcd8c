"""Pages with the same text: near-duplicates by simhash, and clusters of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from engineo.features.crawling.contracts import PageFacts

_LONG = 50  # words from which a simhash tells texts apart
_DISTANCE = 6  # differing bits of 64
_WORDS_APART = 0.1
# 7 bands: two hashes that differ in at most 6 bits are equal in at least one of them.
_BANDS = ((0, 10), (10, 9), (19, 9), (28, 9), (37, 9), (46, 9), (55, 9))


def _hash(facts: PageFacts) -> int:
    """The simhash as a number; 0 where the page has none (a text of no features)."""
    try:
        return int(facts.simhash, 16) & 0xFFFF_FFFF_FFFF_FFFF
    except ValueError:
        return 0


def _close(left: tuple[int, int], right: tuple[int, int]) -> bool:
    near = (left[0] ^ right[0]).bit_count() <= _DISTANCE
    return near and abs(left[1] - right[1]) <= _WORDS_APART * max(left[1], right[1])


def near_duplicates(left: PageFacts, right: PageFacts) -> bool:
    """Both of at least 50 words, at most 6 of 64 bits and 10 % of the words apart; shorter ones only when equal."""
    if min(left.words, right.words) >= _LONG:
        left_hash, right_hash = _hash(left), _hash(right)
        return bool(left_hash and right_hash) and _close((left_hash, left.words), (right_hash, right.words))
    return max(left.words, right.words) < _LONG and bool(left.text_hash) and left.text_hash == right.text_hash


class _Forest:
    """Union-find; the smallest name of a set is its root, so the outcome does not depend on the order."""

    def __init__(self, names: Iterable[str]) -> None:
        self._parent = {name: name for name in names}

    def root(self, name: str) -> str:
        while self._parent[name] != name:
            self._parent[name] = self._parent[self._parent[name]]
            name = self._parent[name]
        return name

    def join(self, left: str, right: str) -> None:
        low, high = sorted((self.root(left), self.root(right)))
        self._parent[high] = low


def clusters(pages: Mapping[str, PageFacts]) -> dict[str, str]:
    """The cluster of every page, named by its smallest URL. Equal hashes are collapsed before any comparison."""
    forest = _Forest(sorted(pages))
    texts: dict[tuple[int, int], str] = {}
    short: dict[str, str] = {}
    for url in sorted(pages):
        facts = pages[url]
        if facts.words >= _LONG:
            if value := _hash(facts):
                forest.join(texts.setdefault((value, facts.words), url), url)
        elif facts.text_hash:
            forest.join(short.setdefault(facts.text_hash, url), url)
    for shift, width in _BANDS:
        buckets: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for text in texts:
            buckets[(text[0] >> shift) & ((1 << width) - 1)].append(text)
        for bucket in buckets.values():
            for left, right in combinations(bucket, 2):
                if _close(left, right):
                    forest.join(texts[left], texts[right])
    return {url: forest.root(url) for url in pages}


def holds_text_of(whole: PageFacts, part: PageFacts) -> bool:
    """Whether at least 80 % of the words of `part` stand in blocks that `whole` has too.

    Equal blocks have equal word pairs, so this never claims more than a comparison of word pairs would.
    """
    words = sum(block.words for block in part.blocks)
    if words <= 0:
        return False
    held = {block.hash for block in whole.blocks}
    return sum(block.words for block in part.blocks if block.hash in held) >= _HELD * words


_HELD = 0.8
