"""Queue edge of answers."""

from typing import ClassVar

from engineo.features.answer_content.jobs import ExtractAnswers
from engineo.features.answer_content.service import AnswerService
from engineo.features.crawling.contracts import CrawlFinished
from engineo.kernel.jobs import Actor, JobContext, Subscriber


class OnCrawlFinished(Subscriber[CrawlFinished]):
    """Asks for the answers of a finished crawl. A second run finds that they were asked for."""

    job = CrawlFinished
    subscription: ClassVar[str] = "answer_content"

    def __init__(self, service: AnswerService) -> None:
        self._service = service

    def perform(self, job: CrawlFinished, context: JobContext) -> None:
        del context
        if job.status == "finished":
            self._service.request(job.project_id, job.run_id)


class ExtractActor(Actor[ExtractAnswers]):
    """Replaces a project's answers. A second run reads the same pages and writes the same answers."""

    job = ExtractAnswers

    def __init__(self, service: AnswerService) -> None:
        self._service = service

    def perform(self, job: ExtractAnswers, context: JobContext) -> None:
        self._service.extract(job.project_id, job.run_id, context.should_stop)
