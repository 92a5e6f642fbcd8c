from hypothesis import given, settings
from hypothesis import strategies as st

from engineo.features.crawling.contracts import Block, PageFacts
from engineo.features.deo_score.domain.duplicates import clusters, holds_text_of, near_duplicates

BASE = 0x0123_4567_89AB_CDEF


def long_page(value: int, words: int = 100) -> PageFacts:
    return PageFacts(words=words, simhash=f"{value:016x}", text_hash=f"{value}{words}")


def test_near_by_bits_and_words() -> None:
    assert near_duplicates(long_page(BASE), long_page(BASE ^ 0b111111))
    assert not near_duplicates(long_page(BASE), long_page(BASE ^ 0b1111111))
    assert near_duplicates(long_page(BASE, 100), long_page(BASE, 90))
    assert not near_duplicates(long_page(BASE, 100), long_page(BASE, 89))


def test_short_pages_only_when_equal() -> None:
    one, same, other = (PageFacts(words=49, simhash="1" * 16, text_hash=text) for text in "aab")
    assert near_duplicates(one, same)
    assert not near_duplicates(one, other)
    assert not near_duplicates(one, PageFacts(words=50, simhash="1" * 16, text_hash="a"))
    assert not near_duplicates(PageFacts(), PageFacts())


def test_no_simhash_is_like_nothing() -> None:
    assert not near_duplicates(long_page(0), long_page(0))
    assert not near_duplicates(PageFacts(words=99, simhash="zz"), PageFacts(words=99, simhash="zz"))


def test_clusters_are_connected_components() -> None:
    chain = {
        "a": long_page(BASE),
        "b": long_page(BASE ^ 0x3F),
        "c": long_page(BASE ^ 0xFFF),
        "d": long_page(~BASE & (2**64 - 1)),
    }
    assert clusters(chain) == {"a": "a", "b": "a", "c": "a", "d": "d"}


@settings(deadline=None)  # a busy machine is no slow algorithm
@given(st.integers(1, 2**64 - 1), st.sets(st.integers(0, 63), max_size=6))
def test_every_pair_within_six_bits_is_found(value: int, flipped: set[int]) -> None:
    other = value
    for bit in flipped:
        other ^= 1 << bit
    if other:
        assert clusters({"a": long_page(value), "b": long_page(other)}) == {"a": "a", "b": "a"}


@settings(deadline=None)  # a busy machine is no slow algorithm
@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 120)), max_size=8), st.randoms())
def test_clusters_do_not_depend_on_the_order(texts: list[tuple[int, int]], random: object) -> None:
    pages = {str(number): long_page(*text) for number, text in enumerate(texts)}
    shuffled = list(pages.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined] # Hypothesis gives a random.Random
    assert clusters(dict(shuffled)) == clusters(pages)
    for left, first in pages.items():
        for right, second in pages.items():
            if near_duplicates(first, second):
                assert clusters(pages)[left] == clusters(pages)[right]


def test_text_held_by_another_page() -> None:
    def with_blocks(*words: int) -> PageFacts:
        return PageFacts(blocks=tuple(Block("p", f"{count:016x}", count, {}) for count in words))

    assert holds_text_of(with_blocks(80, 5), with_blocks(80, 20))
    assert not holds_text_of(with_blocks(79, 5), with_blocks(79, 21))
    assert not holds_text_of(with_blocks(1), PageFacts())
