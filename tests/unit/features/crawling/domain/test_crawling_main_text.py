from selectolax.lexbor import LexborHTMLParser

from engineo.features.crawling.domain.document import Document, TextBlock, read_body
from engineo.features.crawling.domain.main_text import bounded, lead_of, text_facts
from engineo.features.crawling.domain.nesting import tame


def read(html: str) -> Document:
    body = LexborHTMLParser(tame(html)[0]).body
    assert body is not None
    return read_body(body)


def facts(html: str) -> dict[str, object]:
    document = read(html)
    return text_facts("Title", document, bounded(document.blocks), [], [], "https://a.b/")


def test_words_are_counted_by_where_they_stand() -> None:
    found = facts("<nav>one two</nav><p>three 漢字</p><p hidden>four five six</p><p data-nosnippet>seven</p>")
    assert (found["words"], found["raw_words"], found["hidden_words"], found["nosnippet_words"]) == (3, 5, 3, 1)


def test_equal_texts_have_equal_fingerprints_whatever_the_markup() -> None:
    first = facts("<div><p>The POT holds water</p></div>")
    second = facts("<main><li>the pot <b>holds</b> water!</li></main><footer>x</footer>")
    names = ("simhash", "text_hash", "content_hash")
    assert [first[name] for name in names] == [second[name] for name in names]


def test_the_lead_begins_after_the_h1() -> None:
    document = read("<p>before</p><h1>Pot</h1><p>One two.</p><p>" + "word " * 200)
    lead = lead_of(document, document.blocks)
    assert lead.startswith("One two. word")
    assert len(lead.split()) == 80
    assert lead_of(read("<p>no heading"), read("<p>no heading").blocks) == "no heading"


def test_sections_have_20_words_under_a_heading() -> None:
    found = facts(f"<p>{'w ' * 30}</p><h2>a</h2><p>{'w ' * 19}</p><h2>b</h2><p>{'w ' * 10}</p><p>{'w ' * 10}</p>")
    assert found["sections"] == 1


def test_prices_of_the_main_text_are_apart_from_those_of_the_page() -> None:
    found = facts("<p>5,00 € today</p><footer>free from $50.00</footer><p hidden>1 €</p>")
    assert found["main_prices"] == ("5.00",)
    assert found["visible_prices"] == ("5.00", "50.00")


def test_facts_are_distinct_over_the_page() -> None:
    found = facts("<p>12 cm and 3 kg</p><p>12cm</p><li>40 %</li>")
    assert (found["facts"], found["lead_has_fact"], found["product_questions"]) == (3, True, 2)
    assert found["shopper_questions"] == ("size", "weight or capacity")


def test_text_is_bounded() -> None:
    assert len(bounded([TextBlock("p", "x", 0)] * 10_000)) == 4_000
    assert sum(len(block.text) for block in bounded([TextBlock("p", "x" * 700_000, 0)] * 3)) == 1_000_000
