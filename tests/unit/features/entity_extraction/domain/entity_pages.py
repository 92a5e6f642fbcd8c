"""Pages to read entities off, put together by the tests."""

from collections.abc import Iterable, Mapping
from typing import Any

from engineo.features.crawling.contracts import CrawledPage, Heading, Node, PageFacts
from engineo.features.entity_extraction.domain.entity import Extracted
from engineo.features.entity_extraction.domain.extraction import Extraction
from engineo.features.products.contracts import Agreement, Product
from engineo.features.products.domain.compare import compare
from engineo.features.products.domain.markup import read_products

ORIGIN = "https://www.acme-lamps.example"
HOME = f"{ORIGIN}/"


def item(kind: str, **properties: Any) -> dict[str, Any]:
    return {
        "@type": [kind],
        **{name: value if isinstance(value, list) else [value] for name, value in properties.items()},
    }


def node(kind: str, *, syntax: str = "json-ld", top_level: bool = True, **properties: Any) -> Node:
    listed = {name: value if isinstance(value, list) else [value] for name, value in properties.items()}
    return Node((kind,), listed, syntax, top_level)


def facts(*nodes: Node, heading: str = "", **changes: Any) -> PageFacts:
    headings = (Heading(1, heading),) if heading else ()
    return PageFacts(nodes=nodes, headings=headings, **changes)


def crawled(path: str, page: PageFacts) -> CrawledPage:
    url = f"{ORIGIN}/{path}"
    return CrawledPage(url_key=url, url=url, outcome="html", status=200, facts=page)


def extract(
    pages: Mapping[str, PageFacts], catalogue: Mapping[str, Product] | None = None, unseen: Iterable[Product] = ()
) -> list[Extracted]:
    """`pages` by path, "" is home; `catalogue` says whose page a path is."""
    extraction = Extraction(ORIGIN, HOME)
    for path in sorted(pages):
        page, product = pages[path], (catalogue or {}).get(path)
        marked = read_products(page)
        top = [found for found in marked if found.top_level]
        agreements: list[tuple[Product | None, Agreement]] = [(product, compare(product, page))] if product else []
        if not agreements and len(top) == 1:
            agreements = [(None, compare(Product("", "", top[0].name), page))]
        extraction.add(crawled(path, page), page, marked, agreements)
    return extraction.finish(unseen)


def of_kind(kind: str, found: Iterable[Extracted]) -> list[Extracted]:
    return [entity for entity in found if entity.kind == kind]


def conflicts(entity: Extracted) -> dict[str, list[str]]:
    return {conflict["field"]: [value["value"] for value in conflict["values"]] for conflict in entity.conflicts}
