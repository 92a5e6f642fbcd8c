from array import array
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engineo.features.deo_score.domain.duplicates import clusters, holds_text_of, near_duplicates
from engineo.features.deo_score.domain.reading import Reading

BASE = 0x0123_4567_89AB_CDEF


def long_page(value: int, words: int = 100) -> Reading:
    return Reading(words=words, simhash=value, text_key=1 + value + words)


def test_near_by_bits_and_words() -> None:
    assert near_duplicates(long_page(BASE), long_page(BASE ^ 0b111111))
    assert not near_duplicates(long_page(BASE), long_page(BASE ^ 0b1111111))
    assert near_duplicates(long_page(BASE, 100), long_page(BASE, 90))
    assert not near_duplicates(long_page(BASE, 100), long_page(BASE, 89))


def test_short_pages_only_when_equal() -> None:
    one, same, other = (Reading(words=49, simhash=1, text_key=text) for text in (7, 7, 8))
    assert near_duplicates(one, same)
    assert not near_duplicates(one, other)
    assert not near_duplicates(one, Reading(words=50, simhash=1, text_key=7))
    assert not near_duplicates(Reading(), Reading())


def test_no_simhash_is_like_nothing() -> None:
    assert not near_duplicates(long_page(0), long_page(0))


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
    def with_blocks(*words: int) -> Reading:
        return Reading(blocks=array("q", words), block_words=words)

    assert holds_text_of(with_blocks(80, 5), with_blocks(80, 20))
    assert not holds_text_of(with_blocks(79, 5), with_blocks(79, 21))
    assert not holds_text_of(with_blocks(1), Reading())


def test_thousands_of_pages_of_one_template_are_told_apart_in_linear_time() -> None:
    chance = Random(1)  # noqa: S311 - the same texts every time

    def close_to(base: int) -> int:
        for bit in chance.sample(range(64), 2):
            base ^= 1 << bit
        return base

    pages = {f"t{n}": long_page(close_to(BASE)) for n in range(3000)}
    other = {f"x{n}": long_page(close_to(~BASE & (2**64 - 1))) for n in range(3000)}
    assert set(clusters({**pages, **other}).values()) == {"t0", "x0"}
