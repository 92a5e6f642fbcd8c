"""Lists of words, written as text."""


def words(text: str) -> frozenset[str]:
    """The words of a text, separated by whitespace."""
    return frozenset(text.split())
