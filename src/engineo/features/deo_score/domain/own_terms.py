"""U: how many terms a page has of its own, where text that many pages repeat fades out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import fsum, log2

from engineo.features.crawling.contracts import Block
from engineo.features.deo_score.domain.reading import Fading
from engineo.features.deo_score.domain.stopwords import STOPWORDS

_BITS = 1 << 25
_ONCE = frozenset((1,))


def credit(count: float) -> float:
    """A term's credit: its count below 1, then the logarithm of its repetitions."""
    return count if count < 1 else 1 + log2(count)


def own_terms(blocks: Iterable[Block], faded: Mapping[int, float]) -> float:
    """U with the weights of blocks that many pages repeat (by hash; 1 for all others)."""
    counts: dict[str, float] = {}
    for block in blocks:
        weight = faded.get(block_hash(block), 1.0)
        for term, count in block.terms.items():
            counts[term] = counts.get(term, 0.0) + weight * count
    return _without_stopwords(counts)


def _without_stopwords(counts: dict[str, float]) -> float:
    """The sum of credits; stopwords are taken out of `counts`."""
    for term in STOPWORDS.intersection(counts):
        del counts[term]
    return _credits(list(counts.values()))


def _credits(counts: list[float]) -> float:
    """The sum of credits. Nearly all terms of a page stand there once."""
    once = counts.count(1)
    return once + fsum([credit(count) for count in counts if count != 1]) if once < len(counts) else float(once)


def block_hash(block: Block) -> int:
    return hash(block.hash)


class Terms:
    """Reads the blocks of page after page, and keeps of each what the final weights may still change.

    A block may fade only if another page holds it, too. So a page keeps the counts of terms in blocks that some page
    before it may have held (a bitmap tells, now and then wrongly: that costs memory, never truth). The first page that
    holds such a block cannot know: it has to be read again.
    """

    def __init__(self) -> None:
        self._seen = bytearray(_BITS >> 3)

    def read(self, blocks: Sequence[Block]) -> tuple[float, Fading | None]:
        """U with all weights 1, and what is left to be weighted."""
        counts: dict[str, float] = Counter(chain.from_iterable([block.terms for block in blocks]))  # type: ignore[assignment] # counts may become fractions
        repeated: dict[int, Mapping[str, float]] = {}
        places = []
        for block in blocks:
            terms = block.terms
            if not _ONCE.issuperset(terms.values()):
                for term, count in terms.items():
                    counts[term] += count - 1
            key = block_hash(block)
            byte, bit = key >> 3 & (_BITS >> 3) - 1, 1 << (key & 7)
            if self._seen[byte] & bit:
                repeated[key] = _added(repeated[key], terms) if key in repeated else terms
            else:
                places.append((byte, bit))
        for byte, bit in places:
            self._seen[byte] |= bit
        total = _without_stopwords(counts)
        return total, _fading(counts, repeated, total) if repeated else None


def _added(terms: Mapping[str, float], more: Mapping[str, float]) -> dict[str, float]:
    return {term: terms.get(term, 0.0) + more.get(term, 0.0) for term in (*terms, *more)}


def _fading(counts: Mapping[str, float], repeated: Mapping[int, Mapping[str, float]], total: float) -> Fading:
    within: dict[str, tuple[tuple[int, float], ...]] = {}
    for key, terms in repeated.items():
        for term, count in terms.items():
            if term in counts:
                within[term] = (*within.get(term, ()), (key, count))
    inside = [counts[term] for term in within]
    rows = Counter(
        (whole - (found[0][1] if len(found) == 1 else fsum(count for _, count in found)), found)
        for whole, found in zip(inside, within.values(), strict=True)
    )
    rest = total - _credits(inside)
    return Fading(rest, tuple([(number, outside, found) for (outside, found), number in rows.items()]))


def weighted(fading: Fading, faded: Mapping[int, float]) -> float:
    """U with the weights of the blocks that fade."""
    return fading.rest + fsum(
        number * credit(outside + fsum(faded.get(key, 1.0) * count for key, count in found))
        for number, outside, found in fading.rows
    )


def covers(fading: Fading | None, held: Iterable[int]) -> bool:
    """Whether what a page kept is enough for blocks that fade."""
    known = {key for _, _, found in fading.rows for key, _ in found} if fading is not None else set()
    return known.issuperset(held)
