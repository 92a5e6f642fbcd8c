"""Quotations in main text: at least eight words, quoted and attributed."""

import re
from collections.abc import Sequence

from engineo.features.crawling.domain.document import CITED, QUOTED, TextBlock
from engineo.features.crawling.domain.text import count_words

_MIN_WORDS = 8
_REACH = 80  # characters around a quotation in which its attribution stands
_QUOTED_TEXT = re.compile(r"“([^“”]{20,1500})”|„([^„“”]{20,1500})[“”]|«([^«»]{20,1500})»|\"([^\"]{20,1500})\"")
_SPEAKS = re.compile(
    r"\b(?:sa(?:id|ys)|according to|wr(?:ote|ites)|expla(?:ined|ins)|told|notes?d?|adds?|added|argues?d?|stat(?:ed|es)|"
    r"quot(?:ed|es|ing)|sagte?|laut|erklärte?|schr(?:ieb|eibt)|selon|dit|explique|affirme|"
    r"según|dijo|dice|afirma|secondo|disse|afferma|volgens|zei)\b",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"\s*[\u2014\u2013-]{1,2}\s*(?!\d)[^\W\d_]")


def count_quotations(blocks: Sequence[TextBlock]) -> int:
    """Distinct quotations of the blocks of a page."""
    found: set[str] = set()
    for index, block in enumerate(blocks):
        after = blocks[index + 1].text if index + 1 < len(blocks) else ""
        if block.flags & QUOTED:
            signed = (
                block.flags & CITED or _SIGNATURE.match(after) or re.search(r"\s[\u2014\u2013]\s?[^\W\d_]", block.text)
            )
            if signed and count_words(block.text) >= _MIN_WORDS:
                found.add(block.text)
            continue
        for match in _QUOTED_TEXT.finditer(block.text):
            begin, end = match.span()
            around = f"{block.text[max(0, begin - _REACH) : begin]} {block.text[end : end + _REACH]}"
            tail = block.text[end : end + _REACH] or after
            if (_SPEAKS.search(around) or _SIGNATURE.match(tail)) and count_words(match[0]) >= _MIN_WORDS:
                found.add(match[0])
    return len(found)
