"""Which page is a product's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engineo.features.crawling.contracts import CrawledPage
from engineo.features.products.contracts import Product
from engineo.features.products.domain.markup import read_products
from engineo.features.products.domain.texts import address_key, code_key, last_segment, place_key

_GTIN_DIGITS = 14


@dataclass(slots=True)
class _Wanted:
    """The products that have no page yet, by what a page may be recognised by."""

    by_address: dict[str, list[str]] = field(default_factory=dict)
    by_place: dict[str, list[str]] = field(default_factory=dict)
    by_gtin: dict[str, list[str]] = field(default_factory=dict)
    by_sku: dict[str, list[str]] = field(default_factory=dict)
    by_handle: dict[str, list[str]] = field(default_factory=dict)


def match(products: Iterable[Product], pages: Iterable[CrawledPage]) -> Mapping[str, str]:
    """Product id -> url_key of its page: its own url, else an equal GTIN or SKU in the markup of one product, else a
    path that ends in its handle. Of several pages of one kind of evidence the smallest url_key counts.
    """
    wanted = _Wanted()
    for product in products:
        if product.url:
            wanted.by_address.setdefault(address_key(product.url), []).append(product.id)
            wanted.by_place.setdefault(place_key(product.url), []).append(product.id)
        if product.gtin:
            wanted.by_gtin.setdefault(product.gtin.zfill(_GTIN_DIGITS), []).append(product.id)
        if product.sku:
            wanted.by_sku.setdefault(code_key(product.sku), []).append(product.id)
        if product.handle:
            wanted.by_handle.setdefault(product.handle.lower(), []).append(product.id)
    found: dict[str, tuple[int, str]] = {}
    for page in pages:
        if page.outcome != "html":
            continue
        key = page.final_key or page.url_key
        for rank, ids in enumerate(_evidence(wanted, page)):
            for product_id in ids:
                found[product_id] = min(found.get(product_id, (rank, key)), (rank, key))
    return {product_id: key for product_id, (_, key) in found.items()}


def _evidence(wanted: _Wanted, page: CrawledPage) -> tuple[list[str], ...]:
    """The products that a page may be of, strongest evidence first."""
    addresses = dict.fromkeys(url for url in (page.url, page.final_url or page.url))
    exact = [product for url in addresses for product in wanted.by_address.get(address_key(url), ())]
    place = [product for url in addresses for product in wanted.by_place.get(place_key(url), ())]
    marked = [product for product in read_products(page.facts) if product.top_level] if page.facts else []
    # a list of products names many numbers, and is the page of none of them
    codes = marked if len(marked) == 1 else []
    gtins = [p for product in codes for code in product.gtins for p in wanted.by_gtin.get(code.zfill(_GTIN_DIGITS), ())]
    skus = [p for product in codes for code in product.skus for p in wanted.by_sku.get(code_key(code), ())]
    handles = [product for url in addresses for product in wanted.by_handle.get(last_segment(url), ())]
    return exact, place, gtins, skus, handles
