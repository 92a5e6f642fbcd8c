"""Queue edge of entities."""

from typing import ClassVar

from engineo.features.crawling.contracts import CrawlFinished
from engineo.features.entity_extraction.jobs import ExtractEntities
from engineo.features.entity_extraction.service import EntityService
from engineo.kernel.jobs import Actor, JobContext, Subscriber


class OnCrawlFinished(Subscriber[CrawlFinished]):
    """Asks for the entities of a finished crawl. A second run finds that they were asked for."""

    job = CrawlFinished
    subscription: ClassVar[str] = "entity_extraction"

    def __init__(self, service: EntityService) -> None:
        self._service = service

    def perform(self, job: CrawlFinished, context: JobContext) -> None:
        del context
        if job.status == "finished":
            self._service.request(job.project_id, job.run_id)


class ExtractActor(Actor[ExtractEntities]):
    """Replaces a project's entities. A second run reads the same pages and writes the same entities."""

    job = ExtractEntities

    def __init__(self, service: EntityService) -> None:
        self._service = service

    def perform(self, job: ExtractEntities, context: JobContext) -> None:
        self._service.extract(job.project_id, job.run_id, context.should_stop)
