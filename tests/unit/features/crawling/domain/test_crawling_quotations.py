import pytest

from engineo.features.crawling.domain.document import CITED, QUOTED, TextBlock
from engineo.features.crawling.domain.quotations import count_quotations

EIGHT = "one two three four five six seven eight"


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([TextBlock("p", f"\u201c{EIGHT},\u201d said Ann.", 0)], 1),
        ([TextBlock("p", f'According to Ann, "{EIGHT}".', 0)], 1),
        ([TextBlock("p", f"Selon Anne, «{EIGHT}»", 0)], 1),
        ([TextBlock("p", f"\u201c{EIGHT}\u201d", 0), TextBlock("p", "\u2014 Ann Lee", 0)], 1),
        ([TextBlock("p", f"\u201c{EIGHT}\u201d and so on", 0)], 0),
        ([TextBlock("p", "\u201cone two three\u201d, said Ann", 0)], 0),
        ([TextBlock("blockquote", EIGHT, QUOTED | CITED)], 1),
        ([TextBlock("blockquote", EIGHT, QUOTED)], 0),
        ([TextBlock("blockquote", f"{EIGHT} \u2014 Ann", QUOTED)], 1),
        ([TextBlock("blockquote", EIGHT, QUOTED | CITED)] * 2, 1),
        ([], 0),
    ],
)
def test_quotations_have_eight_words_and_somebody_who_said_them(blocks: list[TextBlock], expected: int) -> None:
    assert count_quotations(blocks) == expected
