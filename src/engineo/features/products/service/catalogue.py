"""Reading and deleting a catalogue, and comparing it with pages. Implements `ProductReader`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engineo.features.crawling.contracts import CrawledPage, PageFacts
from engineo.features.products.contracts import Agreement, CatalogueChanged, MarkedProduct, Product
from engineo.features.products.domain.compare import compare
from engineo.features.products.domain.markup import read_products
from engineo.features.products.domain.matching import match
from engineo.features.products.errors import ProductNotFoundError
from engineo.features.products.repository import AnyRow, ProductRepository
from engineo.features.projects.contracts import ProjectReader
from engineo.kernel.ports import UnitOfWork, Work


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """A product, and how it came in."""

    product: Product
    imported_at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class ProductList:
    """`total` products of the project, `active` of them active, some of them in `products`."""

    products: list[ListedProduct]
    total: int
    active: int


class ProductCatalogue:
    def __init__(self, uow: UnitOfWork, projects: ProjectReader, products: ProductRepository) -> None:
        self._uow = uow
        self._projects = projects
        self._products = products

    def list_owned(
        self, owner_id: str, project_id: str, *, limit: int, after: str | None, only_active: bool = False
    ) -> ProductList:
        """In order of their external ids, from after `after` on."""
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            rows = self._products.list(work, project_id, limit=limit, after=after, only_active=only_active)
            counts = self._products.count(work, project_id)
            return ProductList([_listed(row) for row in rows], counts.total, counts.active)

    def get_owned(self, owner_id: str, project_id: str, product_id: str) -> ListedProduct:
        """Raise `ProductNotFoundError`."""
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            row = self._products.find(work, project_id, product_id)
            if row is None:
                raise ProductNotFoundError
            return _listed(row)

    def delete_owned(self, owner_id: str, project_id: str, product_id: str) -> None:
        """Raise `ProductNotFoundError`."""
        with self._uow() as work:
            self._projects.get_owned(work, project_id, owner_id)
            self._projects.lock(work, project_id)
            if not self._products.delete(work, project_id, product_id):
                raise ProductNotFoundError
            self._tell(work, project_id, deleted=1)

    def delete_all_owned(self, owner_id: str, project_id: str) -> int:
        """How many there were; deleting an empty catalogue is no error."""
        with self._uow() as work:
            self._projects.get_owned(work, project_id, owner_id)
            self._projects.lock(work, project_id)
            deleted = self._products.delete_all(work, project_id)
            if deleted:
                self._tell(work, project_id, deleted)
            return deleted

    def count(self, work: Work, project_id: str) -> int:
        return self._products.count(work, project_id).active

    def products(self, work: Work, project_id: str) -> Iterator[Product]:
        return (_product(row) for row in self._products.stream(work, project_id))

    def match(self, products: Iterable[Product], pages: Iterable[CrawledPage]) -> Mapping[str, str]:
        return match(products, pages)

    def marked(self, facts: PageFacts) -> tuple[MarkedProduct, ...]:
        return read_products(facts)

    def compare(self, product: Product, facts: PageFacts) -> Agreement:
        return compare(product, facts)

    def _tell(self, work: Work, project_id: str, deleted: int) -> None:
        total = self._products.count(work, project_id).total
        work.emit(CatalogueChanged(project_id=project_id, created=0, updated=0, deleted=deleted, total=total))


def _listed(row: AnyRow) -> ListedProduct:
    return ListedProduct(_product(row), row.imported_at, row.source)


def _product(row: AnyRow) -> Product:
    names = Product.__dataclass_fields__
    values = {name: value for name, value in row._mapping.items() if name in names}  # noqa: SLF001 - its fields
    return Product(**{**values, "other_prices": tuple(row.other_prices)})
