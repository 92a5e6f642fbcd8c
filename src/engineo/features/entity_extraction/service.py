"""Use cases of entities: extract those of a finished crawl, and read them."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from engineo.features.crawling.contracts import CrawledPage, CrawlReader, CrawlSummary, PageFacts
from engineo.features.entity_extraction.domain.entity import Extracted
from engineo.features.entity_extraction.domain.extraction import Extraction
from engineo.features.entity_extraction.jobs import ExtractEntities
from engineo.features.entity_extraction.models import EntityRow
from engineo.features.entity_extraction.repository import EntityRepository
from engineo.features.products.contracts import Agreement, MarkedProduct, Product, ProductReader
from engineo.features.projects.contracts import ProjectReader
from engineo.kernel.errors import JobPostponedError, NotFoundError
from engineo.kernel.ports import Clock, UnitOfWork, Work

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EntityList:
    """Entities of `crawl_id`, which had `page_count` pages; None where none have been extracted yet."""

    project_id: str
    crawl_id: str | None
    computed_at: datetime | None
    page_count: int
    counts: dict[str, Any] = field(default_factory=dict)
    items: list[EntityRow] = field(default_factory=list)


class EntityService:
    def __init__(
        self, uow: UnitOfWork, clock: Clock, projects: ProjectReader, crawls: CrawlReader, products: ProductReader,
        repository: EntityRepository,
    ) -> None:  # fmt: skip
        self._uow = uow
        self._clock = clock
        self._projects = projects
        self._crawls = crawls
        self._products = products
        self._repository = repository

    def request(self, project_id: str, run_id: str) -> None:
        """Promise an extraction; a run is extracted once, however often its end is told."""
        with self._uow() as work:
            try:
                self._projects.get_any(work, project_id)
            except NotFoundError:
                return
            if self._repository.request(work, project_id, run_id):
                work.send(ExtractEntities(project_id=project_id, run_id=run_id))

    def extract(self, project_id: str, run_id: str, should_stop: Callable[[], bool]) -> None:
        """Replace the project's entities by those of a run, unless a later run has finished meanwhile."""
        with self._uow(read_only=True) as work:
            run = self._latest(work, project_id)
            if run is None or run.id != run_id:
                log.info("entities.extraction.superseded", project_id=project_id, run_id=run_id)
                return
            pages, entities = self._extract(work, project_id, run_id, should_stop)
        with self._uow() as work:
            if (latest := self._latest(work, project_id)) is None or latest.id != run_id:
                return
            self._projects.lock(work, project_id)
            rows = (_row(project_id, position, entity) for position, entity in enumerate(entities))
            self._repository.replace(work, project_id, run_id, rows, at=self._clock.now(), pages=pages)
        log.info("entities.extraction.saved", project_id=project_id, run_id=run_id, pages=pages, entities=len(entities))

    def list_owned(
        self, owner_id: str, project_id: str, *, limit: int, after: int, kind: str | None, conflicting: bool
    ) -> EntityList:
        """The brand first, then each kind with those of most pages first. Raise `NotFoundError`."""
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            state = self._repository.find_extraction(work, project_id)
            if state is None or state.run_id is None:
                return EntityList(project_id, None, None, 0)
            rows = self._repository.list(
                work, project_id, limit=limit, after=after, kind=kind, conflicting=conflicting
            )  # fmt: skip
            return EntityList(project_id, state.run_id, state.computed_at, state.pages, state.counts, list(rows))

    def _latest(self, work: Work, project_id: str) -> CrawlSummary | None:
        """None where the project has no finished run, or is gone."""
        try:
            self._projects.get_any(work, project_id)
        except NotFoundError:
            return None
        return self._crawls.latest_finished(work, project_id)

    def _extract(
        self, work: Work, project_id: str, run_id: str, should_stop: Callable[[], bool]
    ) -> tuple[int, list[Extracted]]:
        site = self._crawls.site(work, run_id)
        catalogue = {product.id: product for product in self._products.products(work, project_id)}
        pages_of = self._products.match(catalogue.values(), self._crawls.pages(work, run_id)) if catalogue else {}
        products_of: dict[str, list[Product]] = {}
        for product_id, key in pages_of.items():
            products_of.setdefault(key, []).append(catalogue[product_id])
        extraction = Extraction(site.origin, site.home_key)
        for page, facts in _readable(self._crawls.pages(work, run_id)):
            if should_stop():
                raise JobPostponedError(timedelta(0), "the process stops; the entities are extracted elsewhere")
            marked = self._products.marked(facts)
            products = products_of.get(page.final_key or page.url_key, [])
            extraction.add(page, facts, marked, self._agreements(facts, marked, products))
        unseen = [product for product_id, product in catalogue.items() if product_id not in pages_of]
        entities = extraction.finish(unseen)
        if extraction.left_out:
            log.warning("entities.extraction.bounded", project_id=project_id, left_out=dict(extraction.left_out))
        return extraction.pages, entities

    def _agreements(
        self, facts: PageFacts, marked: tuple[MarkedProduct, ...], products: list[Product]
    ) -> list[tuple[Product | None, Agreement]]:
        """What a page says of the products that it is the page of; without a catalogue of the only one it marks up."""
        if products:
            return [(product, self._products.compare(product, facts)) for product in products]
        top = [item for item in marked if item.top_level]
        if len(top) != 1:
            return []
        unknown = Product(id="", external_id="", name=top[0].name)
        return [(None, self._products.compare(unknown, facts))]


def _readable(pages: Iterator[CrawledPage]) -> Iterator[tuple[CrawledPage, PageFacts]]:
    """Pages with facts, each under its own address: a redirecting URL whose target has a row is left out."""
    seen: set[str] = set()
    for page in pages:
        key = page.final_key or page.url_key
        if page.facts is not None and page.outcome == "html" and key not in seen:
            seen.add(key)
            yield page, page.facts


def _row(project_id: str, position: int, entity: Extracted) -> dict[str, Any]:
    return {
        "project_id": project_id,
        "position": position,
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{project_id}/entities/{entity.kind}/{entity.key}")),
        "kind": entity.kind,
        "name": entity.name,
        "pages": entity.pages,
        "properties": dict(entity.properties),
        "evidence": entity.evidence,
        "conflicts": entity.conflicts,
        "conflicting": bool(entity.conflicts),
    }
