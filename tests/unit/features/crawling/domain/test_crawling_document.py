from selectolax.lexbor import LexborHTMLParser

from engineo.features.crawling.domain.document import CITED, NOSNIPPET, QUOTED, TEMPLATE, Document, read_body
from engineo.features.crawling.domain.nesting import tame


def read(html: str) -> Document:
    body = LexborHTMLParser(tame(html)[0]).body
    assert body is not None
    return read_body(body)


def blocks(html: str) -> list[tuple[str, str]]:
    return [(block.tag, block.text) for block in read(html).blocks]


def test_text_comes_in_blocks_of_the_innermost_block_element() -> None:
    html = (
        "<div>a <b>b</b>c<p>d<br>e</p>f<ul><li>g<p>h</ul><h2>i <span>j</span></h2><table><tr><td>k<td>l</table></div>"
    )
    assert blocks(html) == [
        ("div", "a bc"), ("p", "d e"), ("div", "f"), ("li", "g"), ("p", "h"), ("h2", "i j"), ("td", "k"), ("td", "l"),
    ]  # fmt: skip


def test_what_is_no_main_text_is_apart() -> None:
    found = read(
        "<nav>menu</nav><p>main<span hidden>secret</span></p><button>buy</button><script>x</script><style>y</style>"
        "<svg>z</svg><select><option>o</select><p data-nosnippet>quiet</p><textarea>t</textarea><noscript>n</noscript>",
    )
    assert [block.text for block in found.blocks] == ["main", "quiet"]
    assert [block.flags & NOSNIPPET for block in found.blocks] == [0, NOSNIPPET]
    assert "".join(found.template_text).split() == ["menu"]
    assert "".join(found.hidden_text).split() == ["secret"]
    assert "".join(found.nosnippet_text).split() == ["quiet"]


def test_links_have_text_or_the_alt_text_of_their_image() -> None:
    found = read(
        "<a href=/1>one <i>two</i></a><nav><a href=/2><img alt=Logo></a></nav><a name=x>no</a>"
        "<map><area href=/3 alt=Area></map><a href=/4 aria-label=Label><span aria-hidden=true>*</span></a>"
        "<div hidden><a href=/5>in a menu</a></div><a href>empty</a>",
    )
    read_links = [(link.href, link.text.strip() or link.image or link.label) for link in found.links]
    assert read_links == [
        ("/1", "one two"), ("/2", "Logo"), ("/3", "Area"), ("/4", "Label"), ("/5", "in a menu"), ("", "empty"),
    ]  # fmt: skip
    assert [bool(link.flags & TEMPLATE) for link in found.links] == [False, True, False, False, False, False]


def test_headings_know_where_they_stand() -> None:
    found = read("<header><h1>Site</h1></header><p>a<h2>Two</h2><p>b<h3><img alt=Three></h3>")
    assert [(heading.level, heading.text or heading.image, heading.block) for heading in found.headings] == [
        (1, "Site", 0), (2, "Two", 1), (3, "Three", 3),
    ]  # fmt: skip
    assert found.headings[0].flags & TEMPLATE


def test_lists_and_tables_count_when_they_hold_something() -> None:
    found = read(
        "<ul><li>1<li>2<li>3</ul><ol><li>1<li>2</ol><ul><li>1<ul><li>a<li>b<li>c</ul></ul>"
        "<table><tr><td>1<td>2<tr><td>3<td>4</table><table><tr><td>layout</table>"
        "<table role=presentation><tr><td>1<td>2<tr><td>3<td>4</table><dl><dt>x<dd>y</dl><dl><dt>x</dl>"
        "<nav><ul><li>1<li>2<li>3</ul></nav>",
    )
    assert (found.lists, found.tables, found.definition_lists) == (2, 1, 1)


def test_quotations_and_times() -> None:
    found = read(
        "<blockquote cite=x>a</blockquote><blockquote>b</blockquote><time datetime=2024-01-01>x</time><time>y</time>"
    )
    assert [block.flags & (QUOTED | CITED) for block in found.blocks[:2]] == [QUOTED | CITED, QUOTED]
    assert found.times == ["2024-01-01", "y"]


def test_many_links_are_counted_and_few_kept() -> None:
    found = read("<a href=/x>y</a>" * 6_000)
    assert (found.links_total, len(found.links)) == (6_000, 5_000)
