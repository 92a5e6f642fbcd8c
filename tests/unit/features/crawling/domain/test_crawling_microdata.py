from typing import Any

from selectolax.lexbor import LexborHTMLParser

from engineo.features.crawling.domain.json_ld import Bounds
from engineo.features.crawling.domain.microdata import read_items

PRODUCT = """
<div itemscope itemtype="https://schema.org/Product" itemid="#p"><h1 itemprop="name title"> A <b>pot</b></h1>
<img itemprop=image src=/i.png><meta itemprop=sku content=7><time itemprop=releaseDate datetime=2024-01-02>x</time>
<div itemprop=offers itemscope itemtype=http://schema.org/Offer><span itemprop=price content=5.00>5 euros</span></div>
</div>"""


def read(html: str, values: int = 1_000) -> list[tuple[dict[str, Any], str]]:
    bounds = Bounds()
    bounds.values = values
    return list(read_items(LexborHTMLParser(html), "https://a.b/", bounds))


def test_microdata() -> None:
    assert read(PRODUCT) == [
        (
            {
                "@type": ["Product"],
                "@id": "#p",
                "name": ["A pot"],
                "title": ["A pot"],
                "image": ["https://a.b/i.png"],
                "sku": ["7"],
                "releaseDate": ["2024-01-02"],
                "offers": [{"@type": ["Offer"], "price": ["5.00"]}],
            },
            "microdata",
        ),
    ]


def test_rdfa_lite() -> None:
    html = '<div vocab="https://schema.org/" typeof="Article" resource="#a"><h1 property="name">News</h1>'
    html += '<p property="author" typeof="schema:Person"><i property="name">Jo</i></p></div>'
    item = {"@type": ["Article"], "@id": "#a", "name": ["News"], "author": [{"@type": ["Person"], "name": ["Jo"]}]}
    assert read(html) == [(item, "rdfa")]


def test_open_graph_properties_are_no_items() -> None:
    assert read('<meta property="og:title" content="x"><b itemprop=name>stray</b><div itemscope></div>') == []


def test_values_are_bounded() -> None:
    html = "<div itemscope itemtype=x>" + "<b itemprop=n>y</b>" * 1_000 + "</div>"
    assert len(read(html, values=10)[0][0]["n"]) == 9
