from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from engineo.ops.demo.prose import plain, questions, to_html


def test_blocks_and_links() -> None:
    text = "One & two\nlines.\n\n## A heading?\n\n- first\n- [second](/to/)\n\n#### Deep"
    assert to_html(text) == (
        "<p>One &amp; two lines.</p>\n<h2>A heading?</h2>\n"
        '<ul><li>first</li><li><a href="/to/">second</a></li></ul>\n<h4>Deep</h4>'
    )


def test_questions_with_their_answers() -> None:
    text = (
        "Intro.\n\n## Why?\n\nBecause [it](/x) is.\n\nReally.\n\n## A statement\n\nNo.\n\n## Empty?\n\n## Last?\n\nYes."
    )
    assert list(questions(text)) == [("Why?", "Because it is. Really."), ("Last?", "Yes.")]


def test_plain() -> None:
    assert plain("a [b](/c)\n d") == "a b d"


class _Balance(HTMLParser):
    open = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 -- as in the class above
        self.open += 1

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 -- as in the class above
        self.open -= 1


@given(st.text(st.sampled_from('ab <>&"#-[]()/\n'), max_size=80))
def test_any_text_gives_balanced_html(text: str) -> None:
    parser = _Balance()
    parser.feed(to_html(text))
    parser.close()
    assert parser.open == 0
