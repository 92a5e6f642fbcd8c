"""Pages with the same text: near-duplicates by simhash, and clusters of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from engineo.features.deo_score.domain.reading import NONE, Reading

_LONG = 50  # words from which a simhash tells texts apart
_DISTANCE = 6  # differing bits of 64
_WORDS_APART = 0.1
_HELD = 0.8  # share of a text that a page must hold to stand for it
_MANY = 64
_NEIGHBOURS = 8
_Text = tuple[int, int]  # simhash and words


def _close(left: _Text, right: _Text) -> bool:
    near = (left[0] ^ right[0]).bit_count() <= _DISTANCE
    return near and abs(left[1] - right[1]) <= _WORDS_APART * max(left[1], right[1])


def near_duplicates(left: Reading, right: Reading) -> bool:
    """Both of at least 50 words, at most 6 of 64 bits and 10 % of the words apart; shorter ones only when equal."""
    if min(left.words, right.words) >= _LONG:
        known = bool(left.simhash and right.simhash)
        return known and _close((left.simhash, left.words), (right.simhash, right.words))
    return max(left.words, right.words) < _LONG and left.text_key != NONE and left.text_key == right.text_key


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


def clusters(pages: Mapping[str, Reading]) -> dict[str, str]:
    """The cluster of every page, named by its smallest URL. Equal hashes are collapsed before any comparison."""
    forest = _Forest(sorted(pages))
    texts: dict[_Text, str] = {}
    short: dict[int, str] = {}
    for url in sorted(pages):
        page = pages[url]
        if page.words >= _LONG:
            if page.simhash:
                forest.join(texts.setdefault((page.simhash, page.words), url), url)
        elif page.text_key:
            forest.join(short.setdefault(page.text_key, url), url)
    _join_near(list(texts), texts, forest)
    return {url: forest.root(url) for url in pages}


def _join_near(texts: list[_Text], names: Mapping[_Text, str], forest: _Forest) -> None:
    """Join texts that are close.

    Hashes that differ in at most six places are equal in at least two of eight bytes: only texts that are need be
    compared. Where very many are (pages of one template), each is compared with its neighbours in sorted order, so that
    the work stays linear.
    """
    for first, second in combinations(range(0, 64, 8), 2):
        buckets: dict[int, list[_Text]] = defaultdict(list)
        for text in texts:
            buckets[(text[0] >> first & 0xFF) << 8 | text[0] >> second & 0xFF].append(text)
        for bucket in buckets.values():
            if len(bucket) > _MANY:
                _compare_neighbours(bucket, second, names, forest)
            elif len(bucket) > 1:
                for left, right in combinations(bucket, 2):
                    if _close(left, right):
                        forest.join(names[left], names[right])


def _compare_neighbours(bucket: list[_Text], turn: int, names: Mapping[_Text, str], forest: _Forest) -> None:
    def turned(text: _Text) -> tuple[int, int]:
        return (text[0] << turn | text[0] >> 64 - turn) & 0xFFFF_FFFF_FFFF_FFFF, text[1]

    ordered = sorted(bucket, key=turned)
    for step in range(1, _NEIGHBOURS + 1):
        for left, right in zip(ordered, ordered[step:], strict=False):
            if _close(left, right):
                forest.join(names[left], names[right])


def holds_text_of(whole: Reading, part: Reading) -> bool:
    """Whether at least 80 % of the words of `part` stand in blocks that `whole` has too.

    Equal blocks have equal word pairs, so this never claims more than a comparison of word pairs would.
    """
    words = sum(part.block_words)
    if words <= 0:
        return False
    held = set(whole.blocks)
    return (
        sum(count for block, count in zip(part.blocks, part.block_words, strict=True) if block in held) >= _HELD * words
    )
