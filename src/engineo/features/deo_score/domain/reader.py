"""Boils crawled pages down to readings, one at a time: the facts of a page are not needed again."""

import re
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from engineo.features.crawling.contracts import CrawledPage, Image, PageFacts, SiteFacts
from engineo.features.deo_score.domain.agreement import Shown
from engineo.features.deo_score.domain.catalogue import Catalogue, SoldProduct
from engineo.features.deo_score.domain.directives import image_preview_ok, is_nofollow, is_noindex, snippet_ok
from engineo.features.deo_score.domain.edges import Edges
from engineo.features.deo_score.domain.markup import MARKED_TYPES, Marked, breadcrumbs
from engineo.features.deo_score.domain.markups import markup_of
from engineo.features.deo_score.domain.names import description_of, main_headings, title_of
from engineo.features.deo_score.domain.offers import bad_gtins
from engineo.features.deo_score.domain.own_terms import Terms, block_hash, own_terms
from engineo.features.deo_score.domain.page_types import kind_by_evidence, type_by_url
from engineo.features.deo_score.domain.reading import NONE, Fading, Markup, Reading, Tally, hash_of
from engineo.features.deo_score.domain.references import references
from engineo.features.deo_score.domain.rows import Row
from engineo.features.deo_score.domain.soft_404 import says_not_found
from engineo.features.deo_score.domain.text import content_terms, normalised
from engineo.features.deo_score.domain.url_rules import site_of, url_key
from engineo.features.deo_score.domain.vocabulary import BRAND_PAGE_TYPES
from engineo.features.deo_score.domain.worth import answer_credit, evidence, lead, structure

SHELL_WORDS = 20
_LANGUAGE = re.compile(r"(?:[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?|x-default)", re.IGNORECASE)
_CODES = ("sku", "gtin", "gtin8", "gtin12", "gtin13", "gtin14")


@dataclass(slots=True)
class Seen:
    """A page while it is looked at: all that it says, and what will be kept of it."""

    url: str  # url_key of the page that the body is of
    row: Row
    facts: PageFacts
    marked: Marked
    tally: Tally
    reading: Reading


@dataclass(frozen=True, slots=True)
class _Data:
    """What structured data says: fields of `Reading`."""

    markups: Mapping[str, Markup] | None = None
    breadcrumb: bool = False
    mistakes: tuple[int, int, int] = (0, 0, 0)
    node_ids: tuple[int, ...] = ()
    references: tuple[int, ...] = ()
    brand_kinds: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()


class Reader:
    """Reads the pages of one crawl. `known_types` are what earlier crawls decided."""

    def __init__(
        self, site: SiteFacts, as_of: datetime, known_types: Mapping[str, str], catalogue: Catalogue | None = None
    ) -> None:
        self.as_of = as_of
        self.edges = Edges(site_of(site.home_key) or site_of(site.origin))
        self.catalogue = catalogue or Catalogue()
        self._known_types = known_types
        self._terms = Terms()

    def read(
        self,
        page: CrawledPage,
        *,
        page_type: str | None = None,
        brand: str = "",
        faded: Mapping[int, float] | None = None,
    ) -> tuple[Row, Seen | None]:
        """The row of a page, and where it has a body what it says.

        Once the crawl is known as a whole a page can be read for a type, with the brand and with the weights of blocks
        that many pages repeat.
        """
        facts = page.facts
        if facts is None:
            return _row(page), None
        url = page.final_key or page.url_key
        marked = Marked(facts)
        edges, tally = self.edges.read(facts.links)
        types = self._types(url) if page_type is None else (page_type,)
        terms, fading = self._terms.read(facts.blocks) if faded is None else (own_terms(facts.blocks, faded), None)
        product = self._product(url, marked) if self.catalogue else None
        data = self._data(page, marked, types, brand, product)
        dates = _dates(facts, page.fetched_at, product)
        reading = _reading(facts, url, data, terms, fading, edges, tally, dates, self.as_of)
        row = _row(page, reading)
        return row, Seen(url, row, facts, marked, tally, reading)

    def _data(
        self, page: CrawledPage, marked: Marked, types: Collection[str], brand: str, product: SoldProduct | None
    ) -> _Data:
        """What the structured data of a page says, for the types that the page may have."""
        facts, offered = page.facts, (product.id,) if product is not None else ()
        if facts is None or not facts.nodes:
            return _Data(mistakes=(marked.errors, 0, 0), offered=offered)
        url = page.final_key or page.url_key
        names, referred = references(url, marked)
        trails = breadcrumbs(marked)
        mistakes = (marked.errors, trails.count(False), bad_gtins(marked.every))
        shown = Shown(url, page.url, facts, brand, product)
        return _Data(
            {kind: markup_of(marked, kind, shown, sum(mistakes)) for kind in types if kind in MARKED_TYPES},
            any(trails),
            mistakes,
            tuple(map(hash, names)),
            tuple(map(hash, referred)),
            _brand_kinds(marked),
            offered,
        )

    def _product(self, url: str, marked: Marked) -> SoldProduct | None:
        codes = (str(value) for item in marked.every for name in _CODES for value in item.values(name))
        return self.catalogue.of_url(url) or self.catalogue.of_codes(codes) or self.catalogue.of_handle(url)

    def _types(self, url: str) -> Collection[str]:
        """The types that a page may turn out to have, as far as they owe structured data."""
        if url in self.catalogue.urls:
            return ("product",)
        hint = self._known_types.get(url) or type_by_url(url)
        if hint is None:
            return ("product", "article", "collection")
        return (hint,) if hint in MARKED_TYPES and hint != "home" else ()


def _reading(
    facts: PageFacts,
    url: str,
    data: _Data,
    terms: float,
    fading: Fading | None,
    edges: "array[int]",
    tally: Tally,
    dates: tuple[tuple[str, int], ...],
    as_of: datetime,
) -> Reading:
    title, headings = title_of(facts), main_headings(facts)
    canonicals = canonical_urls(facts)
    elsewhere = bool(canonicals) and canonicals != [url]
    image = next((image for image in facts.images if image.in_main), None)
    return Reading(
        title=title,
        title_key=key_of(title),
        title_fits=bool(title) and _fits(title, headings, facts),
        description_key=key_of(description_of(facts)),
        headed=bool(headings),
        words=facts.words,
        raw_words=facts.raw_words,
        simhash=_simhash(facts),
        text_key=hash_of(facts.text_hash),
        content_key=facts.content_hash,
        blocks=array("q", map(block_hash, facts.blocks)),
        block_words=tuple([block.words for block in facts.blocks]) if elsewhere else (),
        own_terms=terms,
        fading=fading,
        structure=structure(facts),
        evidence=evidence(facts),
        answer_units=answer_credit(facts.answer_units),
        product_questions=facts.product_questions,
        lead=lead(facts),
        dates=dates,
        noindex=is_noindex(facts, as_of),
        nofollow=is_nofollow(facts),
        snippet=snippet_ok(facts),
        canonicals=tuple(canonicals) if elsewhere else (),
        shell=facts.raw_words < SHELL_WORDS and facts.scripts > 0,
        nothing=not (facts.raw_words or facts.words or facts.images or facts.scripts),
        says_not_found=says_not_found(facts),
        open_graph=bool(facts.open_graph.get("title", "").strip() and facts.open_graph.get("image", "").strip()),
        image_preview=image_preview_ok(facts),
        image_described=image is None or bool((image.alt or "").strip()),
        hreflang_valid=all(valid_hreflang(code, href) for code, href in facts.hreflang),
        blocking=facts.head_scripts_blocking + facts.stylesheets_blocking,
        sized=_sized(facts.images, facts.iframes, facts.iframes_sized),
        lazy_first=image is not None and image.lazy,
        kind=kind_by_evidence(facts),
        brand_kinds=data.brand_kinds,
        markups=data.markups,
        breadcrumb=data.breadcrumb,
        mistakes=data.mistakes,
        node_ids=data.node_ids,
        references=data.references,
        offered=data.offered,
        edges=edges,
        tally=tally,
        hreflang=tuple([(code.strip().lower(), url_key(href)) for code, href in facts.hreflang]),
    )


def _row(page: CrawledPage, reading: Reading | None = None) -> Row:
    return Row(
        page.url_key,
        page.url,
        page.outcome,
        page.status,
        page.final_key,
        page.final_url,
        len(page.redirects),
        page.in_sitemap,
        page.sitemap_lastmod,
        page.linked,
        page.known,
        page.blocked_agents,
        page.ttfb_ms,
        page.transfer_bytes if page.transfer_bytes is not None else page.body_bytes,
        page.fetched_at,
        page.not_modified,
        page.error,
        reading,
    )


def key_of(text: str) -> int:
    """What texts are compared by: case, punctuation and space make no difference, unless there is nothing else."""
    return hash_of(normalised(text) or text) if text else NONE


def canonical_urls(facts: PageFacts) -> list[str]:
    """Distinct canonicals of link and header, by url_key; "" for one that is no http(s) URL."""
    return sorted({url_key(url) for url in (*facts.canonicals, *facts.canonical_header)})


def valid_hreflang(code: str, href: str) -> bool:
    """A language code (or x-default) and an absolute http(s) address."""
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return False
    return bool(_LANGUAGE.fullmatch(code.strip())) and parts.scheme.lower() in {"http", "https"} and bool(parts.netloc)


def _fits(title: str, headings: Sequence[str], facts: PageFacts) -> bool:
    """The title shares a content term with an h1 or the main text, or contains the h1."""
    terms = content_terms(title)
    if any(not terms.isdisjoint(content_terms(heading)) for heading in headings):
        return True
    if any(not terms.isdisjoint(block.terms) for block in facts.blocks):
        return True
    plain = normalised(title)
    return any(heading and heading in plain for heading in map(normalised, headings))


def _simhash(facts: PageFacts) -> int:
    """The simhash as a number; 0 where the page has none (a text of no features)."""
    try:
        return int(facts.simhash, 16) & 0xFFFF_FFFF_FFFF_FFFF
    except ValueError:
        return 0


def _dates(facts: PageFacts, fetched: datetime | None, product: SoldProduct | None) -> tuple[tuple[str, int], ...]:
    """The newest date of every source that lies not after the moment the page was fetched."""
    if fetched is None:
        return ()
    found: dict[str, datetime] = {}
    dated = [(evidence.source, evidence.value) for evidence in facts.dates]
    if product is not None and product.updated_at is not None:
        dated.append(("catalogue", product.updated_at))
    for source, moment in dated:
        if moment <= fetched and (source not in found or moment > found[source]):
            found[source] = moment
    return tuple([(source, int(moment.timestamp())) for source, moment in found.items()])


def _sized(images: Sequence[Image], iframes: int, iframes_sized: int) -> float:
    """The share of images and iframes whose space is known before they load; none: 1."""
    total = len(images) + iframes
    return (sum(image.sized for image in images) + iframes_sized) / total if total else 1.0


def _brand_kinds(marked: Marked) -> tuple[str, ...]:
    kinds = (BRAND_PAGE_TYPES.get(name) for item in marked.top for name in sorted(item.types))
    return tuple([kind for kind in kinds if kind is not None])
