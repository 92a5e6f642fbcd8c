"""What a page is, decided once per URL: by its address, else by what it shows when first read.

A stored type is never decided again: a type read off markup that is being scored would let a site win points by
deleting markup.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlsplit

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain import vocabulary
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.url_rules import segments

POLICY = "policy"
PAGE_TYPES = ("home", "product", "collection", "article", "brand", "other")

_EXTENSION = re.compile(r"\.[a-z0-9]{1,5}$")
_YEAR = re.compile(r"(19|20)\d\d")
_GROUP_SIZE = 5
_GROUP_SHARE = 0.5
_PRODUCT_CARDS = 8
_SHOP_PRODUCTS = 3
_SHOP_SHARE = 0.1


def kind_by_url(url: str) -> str | None:
    """Which of the seven service pages (about, contact, faq, privacy, terms, shipping, returns) a URL names."""
    parts = segments(url)
    return vocabulary.KIND_OF_SEGMENT.get(_EXTENSION.sub("", parts[-1])) if parts else None


def type_by_url(url: str) -> str | None:
    """The first rule that fires, or None where the address alone does not tell."""
    parts = segments(url)
    if not parts:
        return None
    last = _EXTENSION.sub("", parts[-1])
    if (kind := kind_by_url(url)) is not None:
        return POLICY if kind in vocabulary.POLICY_KINDS else "brand"
    before = parts[:-1]
    if vocabulary.PRODUCT_SEGMENTS.intersection(before):
        return "product"
    if vocabulary.COLLECTION_SEGMENTS.intersection((*before, last)):
        return "collection"
    if any(_is_article_segment(part) for part in before):
        return "article"
    return "collection" if _is_article_segment(last) else None


def _is_article_segment(segment: str) -> bool:
    return segment in vocabulary.ARTICLE_SEGMENTS or _YEAR.fullmatch(segment) is not None


def kind_by_evidence(facts: PageFacts) -> str | None:
    """What the markup of a page says it is; None where it says nothing of the kind."""
    top = {kind for node in facts.nodes if node.top_level for kind in node.types}
    og_type = facts.open_graph.get("type", "").strip().lower()
    sources = {date.source for date in facts.dates}
    if top & vocabulary.PRODUCT_TYPES or og_type in {"product", "og:product", "product.item"}:
        return "product"
    article = top & (vocabulary.ARTICLE_TYPES | vocabulary.REVIEW_TYPES)
    if article or og_type == "article" or "meta:article:published_time" in sources:
        return "article"
    if top & vocabulary.COLLECTION_TYPES:
        return "collection"
    return "brand" if top & vocabulary.BRAND_PAGE_TYPES.keys() else None


def _parent(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path.rstrip('/').rpartition('/')[0]}"


def decide_types(
    home: str,
    pages: Mapping[str, Reading | None],
    known_types: Mapping[str, str],
    sold: Collection[str],
    linked: Callable[[str], set[str]],
) -> tuple[dict[str, str], dict[str, str]]:
    """Types of all URLs (None: not read), and of those the ones that are decided and to be stored.

    `sold` are the addresses of the catalogue; `linked` gives what a page links to outside its template. Values are
    those of PAGE_TYPES or "policy". A page that was never read and whose address tells nothing counts as "other" for
    now, and stays undecided.
    """
    decided: dict[str, str] = {}
    open_urls: list[str] = []
    for url in pages:
        stored = known_types.get(url)
        if url == home:
            decided[url] = "home"
        elif url in sold:
            decided[url] = "product"
        elif stored in PAGE_TYPES or stored == POLICY:
            decided[url] = str(stored)
        elif (by_url := type_by_url(url)) is not None:
            decided[url] = by_url
        else:
            open_urls.append(url)
    decided.update(_by_evidence(open_urls, pages, decided, linked))
    return {url: decided.get(url, "other") for url in pages}, decided


def _by_evidence(
    urls: list[str], pages: Mapping[str, Reading | None], decided: Mapping[str, str], linked: Callable[[str], set[str]]
) -> dict[str, str]:
    """The types of URLs that do not tell themselves: by what most of their neighbours are, else by their own markup."""
    evidence = {url: reading.kind for url in urls if (reading := pages[url]) is not None}
    products = {url for url, kind in (*decided.items(), *evidence.items()) if kind == "product"}
    for url, kind in evidence.items():
        if kind is None and len(linked(url) & products) >= _PRODUCT_CARDS:
            evidence[url] = "collection"
    by_parent: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        by_parent[_parent(url)].append(url)
    found = {}
    for neighbours in by_parent.values():
        shared = _shared_evidence([evidence.get(url) for url in neighbours])
        for url in neighbours:
            if shared is not None:
                found[url] = shared
            elif url in evidence:
                found[url] = evidence[url] or "other"
    return found


def _shared_evidence(kinds: list[str | None]) -> str | None:
    """The evidence that at least half of a URL group of five or more share."""
    if len(kinds) < _GROUP_SIZE:
        return None
    counts = Counter(kind for kind in kinds if kind is not None)
    if not counts:
        return None
    kind, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return kind if count >= _GROUP_SHARE * len(kinds) else None


def decide_profile(types: Mapping[str, str], readable: Collection[str], home: str) -> str:
    """Shop when at least three, and at least a tenth, of the pages that were read besides home are products."""
    others = [types[url] for url in readable if url != home]
    products = sum(kind == "product" for kind in others)
    return "shop" if products >= max(_SHOP_PRODUCTS, _SHOP_SHARE * len(others)) else "info"
