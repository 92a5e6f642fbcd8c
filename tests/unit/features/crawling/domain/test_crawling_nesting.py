import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from engineo.features.crawling.domain.lexicon import words
from engineo.features.crawling.domain.nesting import MAX_TAGS, tame
from engineo.features.crawling.domain.open_elements import MAX_DEPTH

NAMES = sorted(
    words(
        "div b a p li dd table tr td th caption tbody font x search dialog h1 form button ul span script style title "
        "svg select template noscript option rt ruby math mi object nobr label body head html textarea iframe img br",
    ),
)
TOKENS = st.one_of(
    st.sampled_from([f"<{name}>" for name in NAMES]),
    st.sampled_from([f"<{name} x=N>" for name in NAMES]),
    st.sampled_from([f"</{name}>" for name in NAMES]),
    st.sampled_from(["x", "<!--", "-->", '"', "<a ='", " <", ">", "<![CDATA[", "]]>", '<p a="', "<p a='", "</", "<!"]),
)


def shape_of(html: str) -> tuple[int, int]:
    """Depth and number of nodes of the tree that the parser builds."""
    node = LexborHTMLParser(html).root
    above, deepest, nodes = [], 0, 0
    while node is not None:
        nodes += 1
        child = node.first_child
        if child is not None:
            above.append(node)
            deepest = max(deepest, len(above))
            node = child
            continue
        following = node.next
        while following is None and above:
            following = above.pop().next
        node = following
    return deepest, nodes


@settings(deadline=None, max_examples=150)
@given(st.lists(TOKENS, max_size=3), st.lists(TOKENS, min_size=1, max_size=8))
def test_no_repetition_makes_a_deep_or_large_tree(start: list[str], unit: list[str]) -> None:
    repeated = "".join("".join(unit).replace("N", str(number)) for number in range(400))
    html = "".join(start) + repeated
    tamed, _ = tame(html)
    depth, nodes = shape_of(tamed)
    assert depth <= 2 * MAX_DEPTH + 60
    assert nodes <= 12 * html.count("<") + 2_000


@settings(max_examples=200)
@given(st.text())
def test_any_text_passes(html: str) -> None:
    tamed, _ = tame(html)
    assert len(tamed) <= 20 * len(html) + 20


@pytest.mark.parametrize(
    "html",
    [
        "<p>one <b>two</b><ul><li>a<li>b</ul><table><tr><td>x</table>",
        "<div a=\"</div>\" b='>' c=d/e>x</div><br/><img src=x>",
        "<p>a < b, c <3, <!-- <div> --> d</p>",
    ],
)
def test_ordinary_markup_is_left_as_it_is(html: str) -> None:
    assert tame(html) == (html, False)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<!DOCTYPE html><p>x", " <p>x"),
        ("a<svg><title>t</title><svg/><path/></svg>b", "a b"),
        ("<select><option>1<option>2</select>x", " x"),
        ("<noscript><img></noscript>x", " x"),
        ("a<svg>b", "a b"),
        ("<form action=/x>y</form>", '<div data-was="form" action=/x>y</div>'),
        ("<script><!-- <script> --></script>x", "<script>     <script> --></script>x"),
        ("<title><b></title>", "<title><b></title>"),
        ("<<svg></svg>div>", "< div>"),
    ],
)
def test_what_cannot_be_followed_is_taken_out(html: str, expected: str) -> None:
    assert tame(html) == (expected, False)


def test_what_lies_too_deep_is_flattened() -> None:
    tamed, truncated = tame("<div>" * 1_000 + "<a href=/x>text</a>")
    assert truncated
    assert tamed.count("<div>") == MAX_DEPTH
    assert tamed.endswith("<a href=/x>text</a>")


def test_a_tag_with_hundreds_of_attributes_is_taken_out() -> None:
    tag = "<div " + " ".join(f"a{number}=1" for number in range(2_000)) + ">"
    assert tame(f"{tag}x") == (" x", True)


def test_a_long_attribute_is_no_reason_to_take_a_tag_out() -> None:
    html = f'<a href="{"x" * 100_000}">y</a>'
    assert tame(html) == (html, False)


def test_tags_beyond_the_bound_end_the_page() -> None:
    tamed, truncated = tame("<br>" * (MAX_TAGS + 10) + "end")
    assert truncated
    assert tamed.count("<br>") == MAX_TAGS
    assert "end" not in tamed
