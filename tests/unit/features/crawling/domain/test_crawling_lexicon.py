from engineo.features.crawling.domain.lexicon import words


def test_words_are_separated_by_whitespace() -> None:
    assert words(" a b\n c a") == {"a", "b", "c"}
