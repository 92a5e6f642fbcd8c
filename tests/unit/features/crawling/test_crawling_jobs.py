from datetime import timedelta

from engineo.features.crawling.jobs import CrawlSite
from engineo.features.crawling.settings import CrawlSettings


def test_the_job_outlives_the_longest_run() -> None:
    longest = CrawlSettings(crawl_time_limit=5 * 3600).limits().time_limit
    assert CrawlSite.time_limit >= longest + timedelta(minutes=30)


def test_the_wire_format() -> None:
    job = CrawlSite(run_id="r", project_id="p")
    assert (job.kind, job.queue, job.retry.attempts) == ("crawling.crawl", "crawl", 3)
    assert job.model_dump(mode="json") == {"run_id": "r", "project_id": "p"}
    assert CrawlSite.parse({"run_id": "r", "project_id": "p", "newer": 1}) == job
