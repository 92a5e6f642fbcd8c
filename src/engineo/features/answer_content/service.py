"""Use cases of answers: extract those of a finished crawl, and read them."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import structlog

from engineo.features.answer_content.domain.answers import PageAnswers, answers_of
from engineo.features.answer_content.domain.summary import Summary
from engineo.features.answer_content.jobs import ExtractAnswers
from engineo.features.answer_content.models import AnswerPageRow
from engineo.features.answer_content.repository import AnswerRepository
from engineo.features.crawling.contracts import SHOPPER_QUESTIONS, CrawledPage, CrawlReader, CrawlSummary, PageFacts
from engineo.features.products.contracts import ProductReader
from engineo.features.projects.contracts import ProjectReader
from engineo.kernel.errors import JobPostponedError, NotFoundError
from engineo.kernel.ports import Clock, UnitOfWork, Work

_BATCH = 200
_MOST_PAGES = 10_000_000  # of one run; more than a crawl may have

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AnswerList:
    """Answers of `crawl_id`; None where none have been extracted yet."""

    project_id: str
    crawl_id: str | None
    computed_at: datetime | None
    summary: dict[str, Any] | None = None
    items: list[AnswerPageRow] = field(default_factory=list)


class AnswerService:
    def __init__(
        self, uow: UnitOfWork, clock: Clock, projects: ProjectReader, crawls: CrawlReader, products: ProductReader,
        repository: AnswerRepository,
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
                work.send(ExtractAnswers(project_id=project_id, run_id=run_id))

    def extract(self, project_id: str, run_id: str, should_stop: Callable[[], bool]) -> None:
        """Replace the project's answers by those of a run, unless a later run has finished meanwhile."""
        with self._uow(read_only=True) as work:
            run = self._latest(work, project_id)
            if run is None or run.id != run_id:
                log.info("answers.extraction.superseded", project_id=project_id, run_id=run_id)
                return
            with self._uow() as writing:  # what an extraction that broke off has left
                self._repository.delete_pages(writing, project_id, run_id=run_id)
            summary = Summary()
            rows = self._rows(work, project_id, run_id, summary, should_stop)
            while batch := list(islice(rows, _BATCH)):
                with self._uow() as writing:
                    self._repository.add_pages(writing, batch)
        with self._uow() as work:
            if (latest := self._latest(work, project_id)) is None or latest.id != run_id:
                self._repository.delete_pages(work, project_id, run_id=run_id)
                return
            self._projects.lock(work, project_id)
            self._repository.save_extraction(work, project_id, run_id, summary.as_json(), at=self._clock.now())
            self._repository.delete_pages(work, project_id, but=run_id)
        log.info("answers.extraction.saved", project_id=project_id, run_id=run_id, pages=summary.pages,
                 answers=summary.answers)  # fmt: skip

    def list_owned(
        self, owner_id: str, project_id: str, *, limit: int, after: int, question: str | None, only_open: bool,
        products: bool,
    ) -> AnswerList:  # fmt: skip
        """Product pages that leave most open first. Raise `NotFoundError` for someone else's project."""
        with self._uow(read_only=True) as work:
            self._projects.get_owned(work, project_id, owner_id)
            state = self._repository.find_extraction(work, project_id)
            if state is None or state.run_id is None:
                return AnswerList(project_id, None, None)
            bits = _bits([question]) if question is not None else (_bits(SHOPPER_QUESTIONS) if only_open else None)
            rows = self._repository.list(
                work, project_id, state.run_id, limit=limit, after=after, open_bits=bits, products=products
            )  # fmt: skip
            return AnswerList(project_id, state.run_id, state.computed_at, state.summary, list(rows))

    def _latest(self, work: Work, project_id: str) -> CrawlSummary | None:
        """None where the project has no finished run, or is gone."""
        try:
            self._projects.get_any(work, project_id)
        except NotFoundError:
            return None
        return self._crawls.latest_finished(work, project_id)

    def _rows(
        self, work: Work, project_id: str, run_id: str, summary: Summary, should_stop: Callable[[], bool]
    ) -> Iterator[dict[str, Any]]:
        """Pages with answers, and those of products even without, as columns."""
        catalogue = list(self._products.products(work, project_id))
        matched = self._products.match(catalogue, self._crawls.pages(work, run_id)) if catalogue else {}
        product_pages = set(matched.values())
        for page, facts in _readable(self._crawls.pages(work, run_id)):
            if should_stop():
                raise JobPostponedError(timedelta(0), "the process stops; the answers are extracted elsewhere")
            key = page.final_key or page.url_key
            is_product = key in product_pages or self._is_product(facts)
            found = answers_of(facts, is_product=is_product)
            summary.add(found, is_product=is_product)
            if is_product or found.answers:
                yield {
                    "project_id": project_id,
                    "run_id": run_id,
                    "position": _position(found, summary.pages, is_product=is_product),
                    "url": page.final_url or page.url,
                    "title": facts.title,
                    "product": is_product,
                    "answers": [asdict(answer) for answer in found.answers],
                    "open_bits": _bits(found.open),
                }

    def _is_product(self, facts: PageFacts) -> bool:
        """One product in the markup, or the page says so of itself."""
        marked = [item for item in self._products.marked(facts) if item.top_level]
        return len(marked) == 1 or facts.open_graph.get("type", "").casefold() in {"product", "og:product"}


def _readable(pages: Iterator[CrawledPage]) -> Iterator[tuple[CrawledPage, PageFacts]]:
    """Pages with facts, each under its own address."""
    seen: set[str] = set()
    for page in pages:
        key = page.final_key or page.url_key
        if page.facts is not None and page.outcome == "html" and key not in seen:
            seen.add(key)
            yield page, page.facts


def _position(found: PageAnswers, number: int, *, is_product: bool) -> int:
    """Product pages that leave most open come first, then in order of their addresses: they are what there is to do."""
    rank = len(SHOPPER_QUESTIONS) - len(found.open) if is_product else len(SHOPPER_QUESTIONS) + 1
    return rank * _MOST_PAGES + number


def _bits(names: tuple[str, ...] | list[str]) -> int:
    return sum(1 << at for at, name in enumerate(SHOPPER_QUESTIONS) if name in names)


def answered_and_open(row: AnswerPageRow) -> tuple[list[str], list[str]]:
    """The shoppers' questions that a page answers, and those that it leaves open; neither for other pages."""
    left = [name for at, name in enumerate(SHOPPER_QUESTIONS) if row.open_bits >> at & 1]
    return [name for name in SHOPPER_QUESTIONS if row.product and name not in left], left
