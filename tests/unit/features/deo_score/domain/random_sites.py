"""Random and degenerate sites, as Hypothesis strategies."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from tests.unit.features.deo_score.domain.sample_sites import HOME, NOW, ORIGIN, body, digest, failed, key, page

from engineo.features.crawling.contracts import (
    ROBOTS_AGENTS,
    AnswerUnit,
    Block,
    CrawledPage,
    DateEvidence,
    Heading,
    Hop,
    Image,
    Link,
    Node,
    PageFacts,
    RobotsDirectives,
    SiteFacts,
)

PATHS = (
    "", "a", "b", "products/a", "products/b", "blog/a", "2024/x", "c/a", "about", "contact", "privacy", "cart",
    "list?page=2", "x/y/z", "search?q=1",
)  # fmt: skip
URLS = (*map(key, PATHS), "https://other.example/", "http://www.shop.example/a", "mailto:x", "", "http://[bad", "//")

words = st.sampled_from(
    ("", "red", "red shoe", "Shop", "click here", "\u65e5\u672c", "!!!", "Page not found", "x | Shop")
)
counts = st.integers(0, 3)
urls = st.sampled_from(URLS)
days = st.integers(-30, 3000)
scalars = st.one_of(words, st.integers(-5, 5), st.floats(), st.none(), st.booleans(), urls, st.just("4006381333931"))
KINDS = (
    "Product", "Offer", "Article", "Review", "Organization", "WebSite", "BreadcrumbList", "ItemList", "FAQPage", "Thing"
)  # fmt: skip
NAMES = (
    "name", "url", "offers", "price", "priceCurrency", "availability", "itemListElement", "position", "item", "brand",
    "author", "headline", "datePublished", "mainEntity", "@id", "publisher", "reviewRating", "itemReviewed", "gtin",
)  # fmt: skip
nested = st.recursive(
    scalars,
    lambda inner: st.dictionaries(
        st.sampled_from((*NAMES, "@type", "@reference")),
        st.one_of(st.lists(inner, max_size=3), urls, st.booleans()),
        max_size=4,
    ),
    max_leaves=6,
)
nodes = st.builds(
    Node,
    st.lists(st.sampled_from(KINDS), max_size=2).map(tuple),
    st.dictionaries(st.sampled_from(NAMES), st.lists(nested, max_size=3), max_size=5),
    st.just("json-ld"),
    st.booleans(),
    st.one_of(st.none(), st.sampled_from(("#a", "_:b", key("a"), ""))),
)
directives = st.sampled_from(
    (
        "noindex",
        "nofollow",
        "none",
        "nosnippet",
        "max-snippet:0",
        "max-image-preview:none",
        "unavailable_after: 2020-01-01",
        "x",
    )
)
robots = st.builds(
    RobotsDirectives,
    st.sampled_from(("", "googlebot", "bingbot")),
    st.lists(directives, max_size=2).map(tuple),
    st.just("meta"),
)
links = st.builds(Link, urls, urls, words, st.sampled_from(((), ("nofollow",))), st.booleans(), st.booleans())
blocks = st.builds(
    Block,
    st.just("p"),
    st.sampled_from("abcdef").map(digest),
    st.integers(0, 80),
    st.dictionaries(st.sampled_from(("red", "shoe", "the", "und", "\u65e5\u672c")), st.floats(0, 9), max_size=4),
)


def several(of: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=most).map(tuple)


facts_of_pages: st.SearchStrategy[PageFacts] = st.builds(
    PageFacts,
    title=st.one_of(st.none(), words),
    description=st.one_of(st.none(), words),
    canonicals=several(urls, 2),
    canonical_header=several(urls, 1),
    robots=several(robots, 1),
    hreflang=several(st.tuples(words, urls), 1),
    open_graph=st.dictionaries(st.sampled_from(("title", "image", "type", "site_name")), words, max_size=2),
    headings=several(st.builds(Heading, st.integers(1, 6), words)),
    links=several(links, 6),
    images=several(
        st.builds(Image, words, st.one_of(st.none(), words), st.booleans(), st.booleans(), st.booleans()), 2
    ),
    nodes=several(nodes),
    structured_data_errors=several(words, 1),
    words=st.sampled_from((0, 10, 60, 65, 100)),
    raw_words=st.sampled_from((0, 10, 60, 500)),
    blocks=several(blocks),
    simhash=st.sampled_from(("0" * 16, "f" * 16, "f" * 15 + "e", digest("x"), "", "nonsense")),
    text_hash=st.sampled_from(("", "t", "u")),
    first_words=words,
    nosnippet_words=st.sampled_from((0, 60)),
    sections=counts,
    tables=counts,
    lists=counts,
    facts=counts,
    quotations=counts,
    citations=counts,
    lead_has_fact=st.booleans(),
    answer_units=several(st.builds(AnswerUnit, words, st.integers(0, 60), st.booleans(), st.booleans())),
    product_questions=st.integers(0, 10),
    main_prices=several(st.sampled_from(("19.90", "25.00")), 1),
    visible_prices=several(st.sampled_from(("19.90", "0", "x", "")), 2),
    visible_text_sample=st.sampled_from(("", "red shoe 19.90 \u20ac", "sold out", "in stock $5")),
    dates=several(
        st.builds(
            DateEvidence, days.map(lambda d: NOW - timedelta(days=d)), st.sampled_from(("time", "text", "sitemap"))
        )
    ),
    scripts=counts,
    head_scripts_blocking=counts,
    stylesheets_blocking=counts,
    iframes=st.just(2),
    iframes_sized=st.integers(0, 2),
)
failures: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    (
        {"outcome": "http_error", "status": 404}, {"outcome": "http_error", "status": 500},
        {"outcome": "timeout", "status": None}, {"outcome": "redirect_loop", "status": None},
        {"outcome": "redirected_off_site", "status": 302}, {"outcome": "not_attempted", "status": None},
        {"outcome": "disallowed", "status": None}, {"outcome": "not_html", "status": 200},
        {"outcome": "malformed", "status": None}, {"outcome": "html", "status": 200},
    )
)  # fmt: skip


@st.composite
def rows(draw: st.DrawFn, path: str) -> CrawledPage:
    flags: dict[str, Any] = {
        "linked": draw(st.booleans()), "in_sitemap": draw(st.booleans()), "known": draw(st.booleans()),
        "blocked_agents": draw(several(st.sampled_from(ROBOTS_AGENTS), 2)),
        "url": draw(st.sampled_from((key(path), f"http://{path}"))),
        "ttfb_ms": draw(st.one_of(st.none(), st.floats(0, 9000))),
        "transfer_bytes": draw(st.one_of(st.none(), st.integers(0, 10**7))),
        "fetched_at": draw(st.sampled_from((None, NOW))), "sitemap_lastmod": draw(st.sampled_from((None, NOW))),
    }  # fmt: skip
    how = draw(st.integers(0, 9))
    if how == 0:
        target = draw(st.sampled_from(PATHS))
        hops = (Hop(key(path), 301, key(target)),) * draw(st.integers(0, 3))
        return replace(page(path, **flags), facts=None, final_key=key(target), final_url=key(target), redirects=hops)
    if how == 1:
        return replace(page(path, **flags), facts=None, final_key=None, **draw(failures))
    return page(path, draw(facts_of_pages), not_modified=draw(st.booleans()), **flags)


@st.composite
def crawls(draw: st.DrawFn, least: int = 0) -> tuple[SiteFacts, list[CrawledPage]]:
    paths = draw(st.lists(st.sampled_from(PATHS), min_size=least, max_size=8, unique=True))
    facts = SiteFacts(
        ORIGIN,
        draw(st.sampled_from((HOME, HOME, HOME, key("a"), "nonsense", ""))),
        robots_status=draw(st.sampled_from((None, 200, 404, 500))),
        robots_problems=draw(several(st.just("line 1"), 1)),
        robots_empty=draw(st.booleans()),
        probe=draw(st.one_of(st.none(), facts_of_pages)),
    )
    return facts, [draw(rows(path)) for path in paths]


CLOSED = (RobotsDirectives("", ("noindex",), "meta"),)
SHELL = PageFacts(title="App", scripts=3)
DEGENERATE: dict[str, list[CrawledPage]] = {
    "no page": [],
    "one page": [page("")],
    "only redirects": [
        replace(page(path), facts=None, final_key=key(target)) for path, target in (("", "a"), ("a", "b"), ("b", ""))
    ],
    "only 404s": [failed("", 404), failed("a", 404), failed("b", 404, in_sitemap=True)],
    "only noindex": [page(path, body(path or "home", robots=CLOSED)) for path in ("", "a", "products/b")],
    "empty bodies": [page(path, PageFacts()) for path in ("", "a", "products/b")],
    "one page 100 times": [page(f"copy{n}" if n else "", body("copy")) for n in range(100)],
    "a script shell": [page(path, SHELL) for path in ("", "a", "b")],
    "home disallowed": [failed("", None, "disallowed", blocked_agents=ROBOTS_AGENTS), page("a")],
    "home disallowed for us": [failed("", None, "disallowed", blocked_agents=("EngineOBot",)), page("a")],
    "nothing answers": [failed("", None, "unreachable"), failed("a", None, "timeout")],
    "never attempted": [failed("", None, "not_attempted"), failed("a", None, "not_attempted")],
}
