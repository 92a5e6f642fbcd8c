"""Facts of a page's main text: words, blocks, fingerprints, structure, evidence and answers."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from engineo.features.crawling.contracts import Block, Link, Node
from engineo.features.crawling.domain.answers import answer_units
from engineo.features.crawling.domain.document import Document, TextBlock
from engineo.features.crawling.domain.hashing import content_hash, hash64, simhash, text_hash
from engineo.features.crawling.domain.links import count_citations
from engineo.features.crawling.domain.measures import facts_of, has_fact, prices_of
from engineo.features.crawling.domain.quotations import count_quotations
from engineo.features.crawling.domain.shopper_questions import questions_answered
from engineo.features.crawling.domain.text import collapse, first_words, half_words, normal, runs, terms_of, tokens_of

LEAD_WORDS = 80
SAMPLE_CHARACTERS = 2_000
_MAX_BLOCKS = 4_000
_MAX_CHARACTERS = 1_000_000  # of main text; what comes after is not read
_MIN_SECTION_WORDS = 20
_HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_DIGIT = re.compile(r"\d")


def bounded(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """The first blocks, at most 4,000 of them and a million characters."""
    kept: list[TextBlock] = []
    room = _MAX_CHARACTERS
    for block in blocks[:_MAX_BLOCKS]:
        if room <= 0:
            break
        kept.append(block if len(block.text) <= room else TextBlock(block.tag, block.text[:room], block.flags))
        room -= len(block.text)
    return kept


def lead_of(document: Document, main: Sequence[TextBlock]) -> str:
    """The first 80 words of main text after the first h1; of all main text where there is no h1."""
    start = next((heading.block for heading in document.headings if heading.level == 1), 0)
    if start < len(main) and main[start].tag == "h1":
        start += 1
    left: list[str] = []
    length = 0
    for block in main[start:]:
        left.append(block.text)
        length += len(block.text)
        if length > 40 * LEAD_WORDS:
            break
    return first_words(" ".join(left)[: 60 * LEAD_WORDS], LEAD_WORDS)


def text_facts(
    title: str,
    document: Document,
    main: Sequence[TextBlock],
    links: Sequence[Link],
    nodes: Iterable[Node],
    url: str,
) -> dict[str, Any]:
    """Those fields of `PageFacts` that the text decides."""
    blocks: list[Block] = []
    every_run: list[str] = []
    doubled = 0  # twice the words
    for block in main:
        found = runs(normal(block.text))
        if found:
            halves = half_words(found)
            doubled += halves
            every_run += found
            blocks.append(Block(block.tag, hash64(" ".join(found)), (halves + 1) // 2, terms_of(found)))
    tokens = tokens_of(every_run)
    template = "".join(document.template_text)
    with_digits = [block.text for block in main if _DIGIT.search(block.text)]
    facts: set[str] = set()
    for text in with_digits:
        facts |= facts_of(text)
    joined = "\n".join(block.text for block in main)
    lead = lead_of(document, main)
    asked = questions_answered(joined)
    return {
        "words": doubled // 2,
        "raw_words": (doubled + _halves(template)) // 2,
        "hidden_words": _halves("".join(document.hidden_text)) // 2,
        "blocks": tuple(blocks),
        "simhash": simhash(every_run),
        "text_hash": text_hash(" ".join(runs(normal(title))), tokens),
        "content_hash": content_hash(tokens),
        "first_words": lead,
        "nosnippet_words": _halves("".join(document.nosnippet_text)) // 2,
        "sections": _count_sections(blocks),
        "tables": document.tables,
        "definition_lists": document.definition_lists,
        "lists": document.lists,
        "facts": len(facts),
        "quotations": count_quotations(main),
        "citations": count_citations(links, url),
        "lead_has_fact": has_fact(lead),
        "answer_units": answer_units([(block.tag, block.text) for block in main], nodes),
        "product_questions": len(asked),
        "shopper_questions": asked,
        "main_prices": prices_of(with_digits),
        "visible_prices": prices_of([*with_digits, collapse(template[:_MAX_CHARACTERS])]),
        "visible_text_sample": joined[:SAMPLE_CHARACTERS],
    }


def _halves(text: str) -> int:
    return half_words(runs(normal(text[:_MAX_CHARACTERS]))) if text.strip() else 0


def _count_sections(blocks: Iterable[Block]) -> int:
    """Headings of the main text with at least 20 words before the next one."""
    sections, words, headed = 0, 0, False
    for block in blocks:
        if block.tag in _HEADING_TAGS:
            sections += headed and words >= _MIN_SECTION_WORDS
            words, headed = 0, True
        else:
            words += block.words
    return sections + (headed and words >= _MIN_SECTION_WORDS)
