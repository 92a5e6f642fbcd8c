import pytest
from selectolax.lexbor import LexborHTMLParser

from engineo.features.crawling.domain.regions import declares_ratio, is_hidden, is_template


def template(html: str, *, in_article: bool = False) -> bool:
    body = LexborHTMLParser(html).body
    assert body is not None
    node = body.first_child
    assert node is not None
    return is_template(node.tag or "", node.attributes, node, in_article=in_article)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<nav></nav>", True),
        ("<footer></footer>", True),
        ("<header></header>", True),
        ("<header><main></main></header>", False),
        ("<div role=navigation></div>", True),
        ('<div data-was="form"></div>', True),
        ('<div data-was="form"><h1>All in a form</h1></div>', False),
        ("<div class='site-menu wide'></div>", True),
        ("<div class=mainMenu></div>", True),
        ("<div id=cookie_banner></div>", True),
        ("<div class=with-sidebar></div>", False),
        ("<div class=navigator></div>", False),
        ("<div class=shared-space></div>", False),
        ("<div class=sidebar><h1>Really the content</h1></div>", False),
        ("<div class=content></div>", False),
        ("<div></div>", False),
    ],
)
def test_what_pages_share_is_template(html: str, expected: bool) -> None:
    assert template(html) is expected


def test_a_header_in_an_article_is_its_own() -> None:
    assert not template("<header></header>", in_article=True)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"hidden": None}, True),
        ({"hidden": "until-found"}, False),
        ({"aria-hidden": "TRUE"}, True),
        ({"aria-hidden": "false"}, False),
        ({"style": "color:red; DISPLAY : none !important"}, True),
        ({"style": "visibility:hidden"}, True),
        ({"style": "opacity:0"}, True),
        ({"style": "opacity:0.9"}, False),
        ({"style": "font-size:0px"}, True),
        ({"style": "font-size:0.5em"}, False),
        ({"style": "color:#fff;background-color:#fff"}, True),
        ({"style": "color:#fff;background:#000"}, False),
        ({"style": None}, False),
        ({}, False),
    ],
)
def test_what_the_markup_hides(attributes: dict[str, str | None], expected: bool) -> None:
    assert is_hidden(attributes) is expected


def test_a_closed_dialog_is_hidden() -> None:
    assert is_hidden({"data-was": "dialog"})
    assert not is_hidden({"data-was": "dialog", "open": None})


def test_a_ratio_reserves_room() -> None:
    assert declares_ratio("aspect-ratio: 16 / 9")
    assert not declares_ratio("width: 10px")
