from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from engineo.features.crawling.settings import AGENT, CrawlLimits, CrawlSettings


def test_defaults() -> None:
    settings = CrawlSettings()
    assert settings.crawl_user_agent.startswith(f"{AGENT}/")
    limits = settings.limits()
    assert (limits.max_pages, limits.max_depth, limits.concurrency, limits.max_redirects) == (1000, 10, 4, 10)
    assert (limits.max_page_bytes, limits.max_bytes) == (5_242_880, 524_288_000)
    assert (limits.time_limit, limits.page_timeout) == (timedelta(minutes=30), timedelta(seconds=20))


@pytest.mark.parametrize(
    "wrong",
    [
        {"crawl_max_pages": 0},
        {"crawl_max_depth": -1},
        {"crawl_max_page_bytes": 0},
        {"crawl_max_bytes": -5},
        {"crawl_time_limit": 0},
        {"crawl_time_limit": 6 * 3600},
        {"crawl_concurrency": 0},
        {"crawl_concurrency": 1000},
        {"crawl_page_timeout": 0},
        {"crawl_max_redirects": -1},
        {"crawl_user_agent": ""},
        {"crawl_user_agent": "two\r\nlines: yes"},
        {"crawl_user_agent": "caf\u00e9"},
    ],
)
def test_values_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CrawlSettings(**wrong)


def test_limits_are_read_back_as_they_were_stored() -> None:
    limits = CrawlSettings(crawl_time_limit=2.5, crawl_page_timeout=0.1, crawl_max_pages=7).limits()
    assert CrawlLimits.from_json(limits.as_json()) == limits


def test_a_run_remembers_ten_times_what_it_may_fetch() -> None:
    assert CrawlSettings(crawl_max_pages=5000).limits().max_known == 50_000
    assert CrawlSettings(crawl_max_pages=1).limits().max_known == 1000
