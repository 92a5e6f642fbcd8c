import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.crawling.domain.text import (
    collapse,
    count_words,
    first_words,
    half_words,
    normal,
    runs,
    terms_of,
    tokenise,
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Don\u2019t stop, O'Neill!", ["don't", "stop", "o'neill"]),
        ("'quoted' rock-n-roll_x", ["quoted", "rock", "n", "roll", "x"]),
        ("\ufb01ne \uff21\uff22\uff23 \uff11\uff12", ["fine", "abc", "12"]),
        ("naïve e\u0301te\u0301", ["naïve", "été"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("漢字 abc かな", ["漢", "字", "abc", "か", "な"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        ("— … !", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert tokenise(text) == tokens


def test_two_characters_of_an_unspaced_script_are_a_word() -> None:
    assert count_words("漢字かな two words") == 4
    assert terms_of(runs("漢字か x x")) == {"漢字": 0.5, "字か": 0.5, "x": 2.0}
    assert terms_of(runs("漢")) == {"漢": 0.5}


def test_the_first_words_are_cut_as_written() -> None:
    assert first_words("One, two  three.", 2) == "One, two"
    assert first_words("One", 5) == "One"
    assert first_words("漢字かな", 1) == "漢字"


def test_words_are_cut_at_64_characters() -> None:
    assert runs("a" * 1_000 + " b") == ["a" * 64, "b"]


@given(st.text(), st.integers(0, 10))
def test_any_text_has_tokens(text: str, limit: int) -> None:
    found = runs(normal(text))
    assert half_words(found) >= len(found)
    assert sum(terms_of(found).values()) <= half_words(found)
    assert count_words(first_words(normal(text), limit)) <= limit
    assert collapse(collapse(text)) == collapse(text)
