"""What a change wins, measured by the pages it touches, is what scoring the changed site from scratch gives."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.unit.features.deo_score.domain.random_sites import crawls
from tests.unit.features.deo_score.domain.sample_sites import NOW, SITE, body, failed, key, link, page

from engineo.features.crawling.contracts import CrawledPage, SiteFacts
from engineo.features.deo_score.domain.board import Board
from engineo.features.deo_score.domain.build import build
from engineo.features.deo_score.domain.crawl import read_crawl
from engineo.features.deo_score.domain.findings.judge import find
from engineo.features.deo_score.domain.findings.registry import CHECKS
from engineo.features.deo_score.domain.findings.scan import Scan
from engineo.features.deo_score.domain.signals.catalogue import MEASURES, measure


def check_all(facts: SiteFacts, rows: list[CrawledPage], profile: str | None = None) -> int:
    """Every repair that has something to repair; how many those are."""
    scan = Scan()
    board = Board(build(read_crawl(facts, rows, NOW, look=scan), {}, profile))
    before, done = board.values, 0
    for check in CHECKS:
        affected, _ = find(check, board.site, scan)
        if check.repair is None or not len(affected):
            continue
        done += 1
        change = check.repair.apply(board.site, affected.urls)
        after = board.after(change, MEASURES)
        # a signal that nothing is left to measure for keeps its value: leaving pages out is no answer
        afresh = {
            name: after[name] if found.value is None else found.value for name, found in measure(change.site).items()
        }
        assert after == pytest.approx(afresh, abs=1e-9), check.id
        changed = {name for name in before if (after[name] or 0) != pytest.approx(before[name] or 0, abs=1e-9)}
        assert changed <= set(check.repair.signals), check.id
    return done


@settings(
    max_examples=100,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(crawls(least=1))
def test_any_repair_of_any_site(crawl: tuple[SiteFacts, list[CrawledPage]]) -> None:
    check_all(*crawl)


def test_a_shop_with_twins_errors_and_orphans() -> None:
    twin = body("twin", title="Same", description="Same")
    rows = [
        page("", body("home", links=(link("products/a", "Shoe a"), link("gone", "Gone")))),
        page("products/a", twin),
        page("products/bb", twin),
        page("products/c", body("c", title="Same", links=(link("products/a", "here"),))),
        page("products/d", body("d", canonicals=(key("products/a"),))),
        page("blog/e", body("e", title=None)),
        failed("gone", 404, in_sitemap=True),
        failed("blog/f", 500),
    ]
    assert check_all(SITE, rows, "shop") >= 15
