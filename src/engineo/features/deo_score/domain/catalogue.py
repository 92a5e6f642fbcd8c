"""The product catalogue, as far as the score reads it: which page is whose, and what the page must not contradict."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from engineo.features.deo_score.domain.url_rules import segments, url_key


class SoldProduct(Protocol):
    """A product as the merchant gave it. Prices are plain decimals as text, `currency` is ISO 4217.

    `availability` is in_stock, out_of_stock, preorder, backorder or discontinued; `url` absolute; `prices` are all
    that the catalogue has for it.
    """

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def handle(self) -> str | None: ...
    @property
    def sku(self) -> str | None: ...
    @property
    def mpn(self) -> str | None: ...
    @property
    def gtin(self) -> str | None: ...
    @property
    def brand(self) -> str | None: ...
    @property
    def prices(self) -> tuple[str, ...]: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def availability(self) -> str | None: ...
    @property
    def url(self) -> str | None: ...
    @property
    def active(self) -> bool: ...
    @property
    def updated_at(self) -> datetime | None: ...


class Catalogue:
    """The active products of a site, found by address, by number, or by handle."""

    def __init__(self, products: Iterable[SoldProduct] = ()) -> None:
        self.products = {product.id: product for product in products if product.active}
        self.urls: dict[str, SoldProduct] = {}
        self._codes: dict[str, SoldProduct] = {}
        self._handles: dict[str, SoldProduct] = {}
        for product in sorted(self.products.values(), key=lambda product: product.id):
            key = url_key(product.url) if product.url else ""
            if key:
                self.urls.setdefault(key, product)
                continue
            for code in (product.gtin, product.sku):
                if code:
                    self._codes.setdefault(code.strip().lower(), product)
            if product.handle:
                self._handles.setdefault(product.handle.lower(), product)

    def __bool__(self) -> bool:
        return bool(self.products)

    def of_url(self, key: str) -> SoldProduct | None:
        """The product whose page an address is, by its `url`."""
        return self.urls.get(key)

    def of_codes(self, codes: Iterable[str]) -> SoldProduct | None:
        """The product of the first GTIN or SKU in a page's markup that the catalogue has."""
        return next((found for code in codes if (found := self._codes.get(code.strip().lower()))), None)

    def of_handle(self, key: str) -> SoldProduct | None:
        """The product whose handle an address ends in."""
        parts = segments(key) if self._handles else ()
        return self._handles.get(parts[-1]) if parts else None
