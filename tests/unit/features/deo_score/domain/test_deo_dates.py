from datetime import datetime, timedelta

from tests.unit.features.deo_score.domain.sample_sites import NOW, body, key, member, page, site_of_pages

from engineo.features.crawling.contracts import DateEvidence
from engineo.features.deo_score.domain.dates import trusted_date

DAY = timedelta(days=1)


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def test_the_newest_date_that_is_not_after_the_fetch() -> None:
    dates = (DateEvidence(NOW + DAY, "time"), DateEvidence(NOW - 3 * DAY, "text"), DateEvidence(NOW - 9 * DAY, "time"))
    found = member(page("a", body("a", dates=dates)))
    assert trusted_date(found, frozenset()) == seconds(NOW - 3 * DAY)
    assert trusted_date(found, frozenset({"text"})) == seconds(NOW - 9 * DAY)


def test_sitemap_and_missing_fetch() -> None:
    assert trusted_date(member(page("a", sitemap_lastmod=NOW - DAY)), frozenset()) == seconds(NOW - DAY)
    assert trusted_date(member(page("a", sitemap_lastmod=NOW - DAY, fetched_at=None)), frozenset()) is None
    assert trusted_date(member(page("a")), frozenset()) is None


def test_a_source_that_says_one_day_everywhere_is_ignored() -> None:
    def rows(count: int, other: int) -> list[object]:
        days = [NOW - DAY] * count + [NOW - (n + 2) * DAY for n in range(other)]
        return [page(f"a{n}", sitemap_lastmod=day) for n, day in enumerate(days)]

    def ignored(count: int, other: int) -> frozenset[str]:
        return site_of_pages([page(""), *rows(count, other)]).statistics.ignored_dates  # type: ignore[list-item]

    assert ignored(10, 0) == {"sitemap"}
    assert ignored(19, 1) == {"sitemap"}
    assert ignored(18, 2) == frozenset()  # exactly 90 %
    assert ignored(9, 0) == frozenset()
    assert key("a0")


def test_a_new_date_on_the_same_text_is_not_believed() -> None:
    found = member(page("a", body("a", content_hash="c", dates=(DateEvidence(NOW, "time"),))))
    old = seconds(NOW - 99 * DAY)
    assert trusted_date(found, frozenset(), (old, "c")) == old
    assert trusted_date(found, frozenset(), (old, "another text")) == seconds(NOW)
    assert trusted_date(found, frozenset(), (seconds(NOW + DAY), "c")) == seconds(NOW)
    assert trusted_date(member(page("a")), frozenset(), (old, "")) is None
