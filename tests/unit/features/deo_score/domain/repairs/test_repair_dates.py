from datetime import timedelta

from tests.unit.features.deo_score.domain.sample_sites import NOW, body, gain, key, page, repaired, site_of_pages

from engineo.features.crawling.contracts import DateEvidence
from engineo.features.deo_score.domain.signals.freshness import page_freshness


def test_undated_pages_are_taken_for_pages_in_the_middle_of_their_life() -> None:
    site = site_of_pages([page(""), page("blog/a"), page("x")])
    urls, better = repaired("date-missing", site)
    assert urls == [key("blog/a")]
    assert page_freshness(better, better.members[key("blog/a")]) == 0.5
    assert gain("date-missing", site) > 0


def test_old_pages() -> None:
    old = body("a", dates=(DateEvidence(NOW - timedelta(days=181), "time"),))
    young = body("b", dates=(DateEvidence(NOW - timedelta(days=179), "time"),))
    site = site_of_pages([page(""), page("blog/a", old), page("blog/b", young)])
    assert repaired("text-stale", site)[0] == [key("blog/a")]
    assert gain("text-stale", site) > 0


def test_without_a_fetch_there_is_nothing_to_promise() -> None:
    site = site_of_pages([page(""), page("blog/a", fetched_at=None)])
    assert repaired("date-missing", site)[0] == []
