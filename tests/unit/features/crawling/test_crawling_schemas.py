from datetime import UTC, datetime, timedelta

from engineo.features.crawling.contracts import CrawlSummary
from engineo.features.crawling.schemas import CrawlOut

START = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_a_crawl_says_how_long_it_took_once_it_has_ended() -> None:
    running = CrawlSummary("r", "p", "running", START, started_at=START)
    assert CrawlOut.model_validate(running).model_dump(by_alias=True)["seconds"] is None
    ended = CrawlSummary("r", "p", "finished", START, started_at=START, finished_at=START + timedelta(seconds=1.5))
    assert CrawlOut.model_validate(ended).model_dump(by_alias=True)["seconds"] == 1.5
