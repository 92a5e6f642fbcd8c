import pytest
from tests.unit.features.deo_score.domain.sample_sites import HOME, body, failed, key, page, site_of_pages

from engineo.features.crawling.contracts import CrawledPage, RobotsDirectives
from engineo.features.deo_score.domain.engine import unrounded
from engineo.features.deo_score.domain.fixes import Fix, is_blocked, ranked_fixes
from engineo.features.deo_score.domain.signals.catalogue import measure

CLOSED = (RobotsDirectives("", ("noindex",), "meta"),)


def fixes_of(*rows: CrawledPage) -> dict[str, Fix]:
    site = site_of_pages(rows)
    return {fix.id: fix for fix in ranked_fixes(site, measure(site))}


def test_fixes_are_ranked_by_points() -> None:
    rows = [page(f"x{n}", body(f"x{n}", description=None)) for n in range(25)]
    found = fixes_of(page(""), *rows, failed("y"))
    points = [fix.points for fix in found.values()]
    assert points == sorted(points, reverse=True)
    fix = found["description-missing"]
    assert (fix.title, fix.count, len(fix.urls)) == ("Write a meta description for 25 pages", 25, 20)
    assert (fix.component, fix.signal) == ("content", "contentCoverage")
    assert fix.urls[0] == key("x0")
    assert "title-missing" not in found


def test_points_are_a_second_scoring() -> None:
    rows = [page(""), page("x", body("x", robots=CLOSED))]
    before = unrounded({name: found.value for name, found in measure(site_of_pages(rows)).items()})
    after = unrounded({name: found.value for name, found in measure(site_of_pages([page(""), page("x")])).items()})
    assert before is not None
    assert after is not None
    assert fixes_of(*rows)["noindex"].points == pytest.approx(after - before)


def test_what_lifts_the_cap_wins_what_the_cap_took() -> None:
    rows = [page("", body("home", robots=CLOSED)), *(page(f"x{n}") for n in range(9))]
    assert is_blocked(site_of_pages(rows))
    found = fixes_of(*rows)
    after = unrounded({n: s.value for n, s in measure(site_of_pages([page(""), *rows[1:]])).items()}) or 0
    assert found["noindex"].points == pytest.approx(after - 30)
    assert next(iter(found)) == "noindex"


def test_an_unreadable_home_is_a_fix_of_its_own() -> None:
    rows = [failed(""), *(page(f"x{n}") for n in range(9))]
    found = fixes_of(*rows)
    before = unrounded({n: s.value for n, s in measure(site_of_pages(rows)).items()}) or 0
    assert before > 30
    assert found["home-unreadable"].points == pytest.approx(before - 30)
    assert found["home-unreadable"].urls == (HOME,)
    assert "page-unreadable" not in found
