import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engineo.features.crawling.contracts import DateEvidence, Heading, Image, PageFacts
from engineo.features.crawling.domain.facts_codec import facts_from_json, facts_to_json
from engineo.features.crawling.domain.page_facts import extract

URL = "https://www.shop.example/p/moka"
PAGE = """<!doctype html><html lang=en-GB><head><title>Moka pot | Acme</title><meta name=viewport content="width=1">
<meta name=description content="A pot"><link rel=canonical href="/p/moka"><meta name=robots content=noindex>
<meta property=og:title content=Moka><meta property="article:modified_time" content="2024-02-03">
<script src=a.js></script><script src=b.js defer></script><script type=module src=c.js></script>
<link rel=stylesheet href=x.css><link rel=stylesheet media=print href=y.css>
<script type="application/ld+json">{"@type": "Product", "name": "Moka", "dateModified": "2024-05-06"}</script></head>
<body class="has-sidebar"><header><h1>Acme</h1><nav><a href=/>Home</a></nav></header>
<main><h1>Moka pot</h1><p>A moka pot is 12 cm high and costs <b>1.299,00 EUR</b>.</p>
<img src=p.jpg alt="Pot" width=1 height=2>
<form action="http://pay.example/"><button>Buy</button></form><h2>What is it?</h2><p>It was made on 3 March 2013.</p>
<time datetime=2023-01-02>then</time><a href="https://cite.example/x">source</a></main>
<footer><img src=f.png loading=lazy>$9.99</footer><iframe width=1 height=1></iframe></body></html>"""


def read(html: str | bytes, *headers: tuple[str, str]) -> PageFacts:
    return extract(URL, 200, headers, html if isinstance(html, bytes) else html.encode())


def test_a_page() -> None:
    facts = read(PAGE, ("X-Robots-Tag", "noarchive"), ("Link", '</c>; rel="canonical"'))
    assert (facts.title, facts.titles, facts.description, facts.lang) == ("Moka pot | Acme", 1, "A pot", "en-GB")
    assert (facts.viewport, facts.charset, facts.canonical_relative) == ("width=1", "utf-8", True)
    assert (facts.canonicals, facts.canonical_header) == ((URL,), ("https://www.shop.example/c",))
    assert [(place.source, place.directives) for place in facts.robots] == [
        ("meta", ("noindex",)),
        ("header", ("noarchive",)),
    ]
    assert facts.open_graph == {"title": "Moka"}
    assert facts.headings == (
        Heading(1, "Acme", in_main=False),
        Heading(1, "Moka pot"),
        Heading(2, "What is it?"),
    )
    assert [(link.url, link.template) for link in facts.links] == [
        ("https://www.shop.example/", True),
        ("https://cite.example/x", False),
    ]
    assert facts.images == (
        Image("p.jpg", "Pot", sized=True, lazy=False, in_main=True),
        Image("f.png", None, sized=False, lazy=True, in_main=False),
    )
    assert [node.types for node in facts.nodes] == [("Product",)]
    assert (facts.main_prices, facts.visible_prices) == (("1299.00",), ("1299.00", "9.99"))
    assert (facts.facts, facts.citations, facts.lead_has_fact) == (3, 1, True)
    assert [(unit.heading, unit.question, unit.fact) for unit in facts.answer_units] == [("What is it?", True, True)]
    assert (facts.scripts, facts.head_scripts_blocking, facts.stylesheets_blocking) == (3, 1, 1)
    assert (facts.iframes, facts.iframes_sized, facts.forms_insecure) == (1, 1, 1)
    assert not facts.nesting_truncated
    assert facts.visible_text_sample.startswith("Moka pot\nA moka pot is 12 cm")


def test_dates_come_with_their_evidence() -> None:
    old, sent = "Tue, 15 Nov 2011 12:45:26 GMT", "Tue, 15 Nov 2022 12:45:26 GMT"
    facts = read(PAGE, ("Last-Modified", old), ("Date", sent))
    assert facts.dates == (
        DateEvidence(datetime(2024, 5, 6, tzinfo=UTC), "json-ld:dateModified"),
        DateEvidence(datetime(2024, 2, 3, tzinfo=UTC), "meta:article:modified_time"),
        DateEvidence(datetime(2023, 1, 2, tzinfo=UTC), "time"),
        DateEvidence(datetime(2013, 3, 3, tzinfo=UTC), "text"),
        DateEvidence(datetime(2011, 11, 15, 12, 45, 26, tzinfo=UTC), "last-modified"),
    )
    just_made = read("<p>x", ("Last-Modified", sent), ("Date", sent))
    assert just_made.dates == ()


def test_the_charset_of_the_header_is_used() -> None:
    facts = read("<title>ü</title>".encode("latin-1"), ("Content-Type", "text/html; charset=iso-8859-1"))
    assert (facts.title, facts.charset) == ("ü", "windows-1252")


def test_an_empty_answer_is_an_empty_page() -> None:
    facts = read("")
    assert (facts.title, facts.words, facts.links, facts.blocks) == (None, 0, (), ())


HOSTILE = {
    "nested divs": b"<div>x" * 800_000,
    "formatting": b"<p>" + b"".join(b"<b x=%d>" % number for number in range(300)) + b"<p>x" * 100_000,
    "attribute of 10 MB": b'<a href="' + b"x" * 10_000_000 + b'">y</a>',
    "attributes": b"<div " + b"a%d=1 " * 200_000 + b">",
    "nul": b"\x00" * 1_000_000 + b"<p>a\x00b</p>",
    "unclosed": b"<html><head><title>x<body><p><a href=",
    "quotes": b'<a b="' * 200_000,
    "comments": b"<!--" * 200_000,
    "svg": b"<svg>" * 100_000,
    "deep json": b'<script type="application/ld+json">' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"</script>",
    "surrogates": b'<script type="application/ld+json">{"@type":"P","name":"\\ud800\\u0000","v":1e999}</script>',
    "digits": b"<p>" + b"1" * 1_000_000,
    "one word": b"<p>" + b"a'" * 1_000_000,
    "utf-16 that is none": b"\xff\xfe\x00\xd8" * 100_000,
    "items": b"<div itemscope itemtype=x><b itemprop=n>y</b>" * 20_000,
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_read_and_can_be_stored(name: str) -> None:
    stored = json.dumps(facts_to_json(read(HOSTILE[name])), allow_nan=False)
    stored.encode()
    assert "\\u0000" not in stored
    assert "\\ud800" not in stored
    assert len(stored) < 5_000_000


def test_what_is_cut_is_said() -> None:
    assert read(HOSTILE["nested divs"]).nesting_truncated


def test_100_000_links_are_counted() -> None:
    facts = read(b"".join(b'<a href="/x%d">link</a> ' % number for number in range(100_000)))
    assert (facts.links_total, len(facts.links), facts.nesting_truncated) == (100_000, 5_000, False)


@settings(deadline=None)
@given(
    st.one_of(st.binary(), st.text().map(str.encode)),
    st.lists(st.tuples(st.sampled_from(["Content-Type", "link", "x-robots-tag", "last-modified", "date"]), st.text())),
)
def test_no_answer_is_too_hostile(body: bytes, headers: list[tuple[str, str]]) -> None:
    facts = extract(URL, 200, headers, body)
    assert facts_from_json(json.loads(json.dumps(facts_to_json(facts)))) == facts
    assert facts == extract(URL, 200, headers, body)
