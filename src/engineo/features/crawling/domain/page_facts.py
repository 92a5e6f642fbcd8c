"""All that EngineO reads off one HTML page: bytes and headers in, facts out. Never raises, whatever the page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from engineo.features.crawling.contracts import DateEvidence, Heading, Image, Node, PageFacts
from engineo.features.crawling.domain.charset import decode
from engineo.features.crawling.domain.dates import full_dates, parse_date
from engineo.features.crawling.domain.document import MAIN_MASK, Document, TextBlock, read_body
from engineo.features.crawling.domain.head import Head, canonical_headers, robots_headers
from engineo.features.crawling.domain.links import read_links
from engineo.features.crawling.domain.main_text import bounded, lead_of, text_facts
from engineo.features.crawling.domain.nesting import WAS, tame
from engineo.features.crawling.domain.regions import declares_ratio
from engineo.features.crawling.domain.structured_data import read_structured_data
from engineo.features.crawling.domain.text import collapse

_LAST_MODIFIED_MARGIN = timedelta(seconds=60)
_META_DATES = ("article:modified_time", "article:published_time", "og:updated_time")
_NODE_DATES = ("dateModified", "datePublished")
_MAX_DATES = 60
_MAX_LABEL = 500


def extract(url: str, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> PageFacts:
    """Read a page. `url` is where the body came from, `headers` those of the response, names in any case.

    Linear in the size of the page: depth, tags, links, blocks and characters of main text are bounded, and
    `nesting_truncated` says when markup had to be cut. `status` does not change what a page says; it is taken so that
    callers pass an answer as a whole.
    """
    del status
    text, charset = decode(body, _header(headers, "content-type"))
    html, truncated = tame(text)
    tree = LexborHTMLParser(html)
    head = Head(tree, url)
    document = read_body(tree.body) if tree.body is not None else Document()
    nodes, errors = read_structured_data(tree, url)
    links = read_links(document.links, head.base)
    main = bounded(document.blocks)
    canonicals, relative = head.canonicals()
    return PageFacts(
        title=head.title,
        titles=head.titles,
        description=head.meta("description"),
        lang=head.lang(),
        viewport=head.meta("viewport"),
        charset=charset,
        canonicals=canonicals,
        canonical_header=canonical_headers(headers, url),
        canonical_relative=relative,
        robots=(*head.robots(), *robots_headers(headers)),
        hreflang=head.hreflang(),
        open_graph=head.family("og:"),
        twitter=head.family("twitter:"),
        headings=_headings(document),
        links=links,
        links_total=document.links_total,
        images=_images(document),
        nodes=nodes,
        structured_data_errors=errors,
        dates=_dates(head, nodes, document, main, headers),
        nesting_truncated=truncated,
        **text_facts(head.title or "", document, main, links, nodes, url),
        **_technical_facts(tree),
    )


def _header(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)


def _headings(document: Document) -> tuple[Heading, ...]:
    found = (
        Heading(heading.level, collapse(heading.text or heading.image)[:_MAX_LABEL], not heading.flags & MAIN_MASK)
        for heading in document.headings
    )
    return tuple(heading for heading in found if heading.in_main or heading.level == 1)


def _images(document: Document) -> tuple[Image, ...]:
    return tuple(
        Image(
            src=(attributes.get("src") or attributes.get("data-src") or "").strip()[:_MAX_LABEL],
            alt=collapse(attributes["alt"] or "")[:_MAX_LABEL] if "alt" in attributes else None,
            sized=_is_sized(attributes),
            lazy=(attributes.get("loading") or "").strip().lower() == "lazy" or "data-src" in attributes,
            in_main=not flags & MAIN_MASK,
        )
        for attributes, flags in document.images
    )


def _is_sized(attributes: Mapping[str, str | None]) -> bool:
    sizes = bool((attributes.get("width") or "").strip() and (attributes.get("height") or "").strip())
    return sizes or declares_ratio(attributes.get("style") or "")


def _dates(
    head: Head,
    nodes: Iterable[Node],
    document: Document,
    main: Sequence[TextBlock],
    headers: Sequence[tuple[str, str]],
) -> tuple[DateEvidence, ...]:
    """Every distinct (date, source), in a fixed order: structured data, metas, `<time>`, visible text, headers."""
    written = chain(
        (
            (f"json-ld:{name}", value)
            for node in nodes
            for name in _NODE_DATES
            for item in (node.properties, *_main_entities(node))
            for value in item.get(name, ())
        ),
        ((f"meta:{name}", value) for name in _META_DATES for value in head.metas.get(name, ())),
        (("time", value) for value in document.times),
    )
    found = [(parse_date(value), source) for source, value in written if isinstance(value, str)]
    headings = (collapse(heading.text) for heading in document.headings if not heading.flags & MAIN_MASK)
    for text in chain([lead_of(document, main)], headings):
        found.extend((date, "text") for _, date in full_dates(text))
    found.append((_last_modified(headers), "last-modified"))
    distinct = dict.fromkeys((date, source) for date, source in found if date is not None)
    return tuple(DateEvidence(date, source) for date, source in distinct)[:_MAX_DATES]


def _main_entities(node: Node) -> list[Mapping[str, Any]]:
    return [item for item in node.properties.get("mainEntity", ()) if isinstance(item, dict)]


def _last_modified(headers: Sequence[tuple[str, str]]) -> datetime | None:
    """Last-Modified, unless it says no more than when the answer was made (within a minute of Date)."""
    modified = parse_date(_header(headers, "last-modified") or "")
    sent = parse_date(_header(headers, "date") or "")
    if modified is None or (sent is not None and sent - modified <= _LAST_MODIFIED_MARGIN):
        return None
    return modified


def _technical_facts(tree: LexborHTMLParser) -> dict[str, Any]:
    scripts = tree.css("script")
    frames = tree.css("iframe")
    return {
        "scripts": sum(_is_code(node.attributes) for node in scripts),
        "head_scripts_blocking": sum(_is_blocking(node.attributes) for node in tree.css("head script[src]")),
        "stylesheets_blocking": sum(
            "stylesheet" in (node.attributes.get("rel") or "").lower().split()
            and (node.attributes.get("media") or "").strip().lower() != "print"
            and "disabled" not in node.attributes
            for node in tree.css("link[rel]")
        ),
        "iframes": len(frames),
        "iframes_sized": sum(_is_sized(node.attributes) for node in frames),
        "forms_insecure": sum(_is_insecure(node) for node in tree.css(f"[{WAS}=form]")),
    }


def _is_code(attributes: Mapping[str, str | None]) -> bool:
    kind = (attributes.get("type") or "").strip().lower()
    return kind in {"", "module", "text/javascript", "application/javascript"} or "ecmascript" in kind


def _is_blocking(attributes: Mapping[str, str | None]) -> bool:
    kind = (attributes.get("type") or "").strip().lower()
    return _is_code(attributes) and kind != "module" and not {"async", "defer"} & attributes.keys()


def _is_insecure(node: LexborNode) -> bool:
    return (node.attributes.get("action") or "").strip().lower().startswith("http:")
