from hypothesis import given
from hypothesis import strategies as st

from engineo.features.crawling.domain.hashing import content_hash, features, hash64, simhash, text_hash
from engineo.features.crawling.domain.text import tokenise

WORDS = [f"word{number}" for number in range(400)]


def distance(a: str, b: str) -> int:
    return (int(a, 16) ^ int(b, 16)).bit_count()


def test_similar_texts_differ_in_few_bits_and_others_in_many() -> None:
    changed = [*WORDS[:200], "other", *WORDS[201:]]
    assert distance(simhash(WORDS), simhash(changed)) <= 6
    assert distance(simhash(WORDS), simhash([f"x{word}" for word in WORDS])) > 15


def test_a_simhash_is_the_majority_of_its_features() -> None:
    assert simhash([]) == simhash(["alone"]) == "0" * 16
    assert simhash(["one", "two"]) == hash64("one two")


def test_features_are_word_pairs_and_character_triples() -> None:
    assert features(["a", "b", "a", "b"]) == {"a b", "b a"}
    assert features(["a", "漢字かな", "b", "c"]) == {"漢字か", "字かな", "b c"}


def test_a_new_date_is_no_new_content() -> None:
    before, after = tokenise("Updated 3 March 2024: the pot"), tokenise("Updated 14 Juni 2026: the pot")
    assert content_hash(before) == content_hash(after)
    assert content_hash(before) != content_hash(tokenise("Updated 3 March 2024: the cup"))


@given(st.lists(st.text(min_size=1)), st.text())
def test_hashes_have_16_digits(tokens: list[str], title: str) -> None:
    for value in (simhash(tokenise(" ".join(tokens))), text_hash(title, tokens), content_hash(tokens)):
        assert len(value) == 16
        int(value, 16)
