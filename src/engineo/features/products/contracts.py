"""What other features may know of the catalogue: its products, their pages, and whether both say the same."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

from engineo.features.crawling.contracts import CrawledPage, PageFacts
from engineo.kernel.jobs import Event
from engineo.kernel.ports import Work


@dataclass(frozen=True, slots=True)
class Product:
    """A product as the merchant gave it. Prices are plain decimals as text: "1299.00".

    `price` is what a buyer pays now; `other_prices` are the catalogue's others (before a sale, of variants).
    `availability` is one of in_stock, out_of_stock, preorder, backorder, discontinued. `gtin` has 8, 12, 13 or 14
    digits with a right check digit, `currency` is ISO 4217, `url` absolute. `updated_at` is the merchant's date.
    """

    id: str
    external_id: str
    name: str
    handle: str | None = None
    sku: str | None = None
    mpn: str | None = None
    gtin: str | None = None
    brand: str | None = None
    category: str | None = None
    price: str | None = None
    other_prices: tuple[str, ...] = ()
    currency: str | None = None
    availability: str | None = None
    url: str | None = None
    image_url: str | None = None
    active: bool = True
    updated_at: datetime | None = None

    @property
    def prices(self) -> tuple[str, ...]:
        return ((self.price,) if self.price is not None else ()) + self.other_prices


@dataclass(frozen=True, slots=True)
class MarkedProduct:
    """A product as the structured data of a page describes it, its offers and variants folded in.

    Texts are as written; prices plain decimals, `currency` ISO 4217, `availability` as in `Product`, GTINs digits.
    """

    name: str = ""
    url: str = ""
    brand: str = ""
    image: str = ""
    skus: tuple[str, ...] = ()
    mpns: tuple[str, ...] = ()
    gtins: tuple[str, ...] = ()
    prices: tuple[str, ...] = ()
    currency: str | None = None
    availability: str | None = None
    syntax: str = "json-ld"
    top_level: bool = True


@dataclass(frozen=True, slots=True)
class Statement:
    """What catalogue, markup and visible page say of one field, and which of them agree.

    Each comparison is None where one of the two says nothing (or nothing that can be compared).
    """

    catalogue: tuple[str, ...] = ()
    markup: tuple[str, ...] = ()
    visible: tuple[str, ...] = ()
    catalogue_markup: bool | None = None
    catalogue_visible: bool | None = None
    markup_visible: bool | None = None

    @property
    def contradicted(self) -> bool:
        return False in {self.catalogue_markup, self.catalogue_visible, self.markup_visible}


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one product and one page: statements by field.

    The fields are name, price, currency, availability, brand, gtin, sku, mpn and url.
    `marked` is the item of the page's structured data that was compared, None where the page marks up no product.
    """

    statements: Mapping[str, Statement] = field(default_factory=dict)
    marked: MarkedProduct | None = None

    @property
    def contradictions(self) -> tuple[str, ...]:
        return tuple(name for name, statement in self.statements.items() if statement.contradicted)

    @property
    def share(self) -> float | None:
        """Of the comparisons that could be made, the share that agrees, in [0, 1]; None without any."""
        made = [
            verdict
            for statement in self.statements.values()
            for verdict in (statement.catalogue_markup, statement.catalogue_visible, statement.markup_visible)
            if verdict is not None
        ]
        return sum(made) / len(made) if made else None


@runtime_checkable
class ProductReader(Protocol):
    """Reads catalogues, and says which page is whose and whether both say the same."""

    def count(self, work: Work, project_id: str) -> int:
        """Active products; 0 where there is no catalogue."""

    def products(self, work: Work, project_id: str) -> Iterator[Product]:
        """The active products in order of their external id, streamed."""

    def match(self, products: Iterable[Product], pages: Iterable[CrawledPage]) -> Mapping[str, str]:
        """Product id -> url_key of its page: by its url, else its GTIN or SKU in the markup, else its handle.

        Products without a page are left out, so coverage is `len(matched) / count`. Pages are read once, in any order.
        """

    def marked(self, facts: PageFacts) -> tuple[MarkedProduct, ...]:
        """The products that a page's structured data describes, in document order."""

    def compare(self, product: Product, facts: PageFacts) -> Agreement:
        """What catalogue, markup and visible page say of one product."""


class CatalogueChanged(Event):
    """An import or a deletion has changed a project's catalogue. `total` products are left."""

    kind: ClassVar[str] = "products.changed"

    project_id: str
    created: int
    updated: int
    deleted: int
    total: int
