from dataclasses import replace

import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case, robots
from tests.unit.features.deo_score.domain.sample_sites import SITE, body, failed, judged, key, link, moved, page

CLOSED = body("x", **robots("noindex"))
LISTED = replace(SITE, sitemaps=(key("sitemap.xml"),))
HOME_LISTED = page("", body("home"), in_sitemap=True)
FAULTY = replace(SITE, robots_status=200, robots_empty=False, robots_problems=("line 3: unknown directive 'foo'",))
CASES = {
    "robots-txt-unreachable": Case([page("")], [page("")], ("robots.txt",), replace(SITE, robots_status=503), SITE),
    "robots-txt-invalid": Case([page("")], [page("")], ("robots.txt",), FAULTY, SITE),
    "sitemap-missing": Case([page("")], [page("", in_sitemap=True)], ("sitemap.xml",)),
    "sitemap-invalid": Case(
        [page("")], [page("")], ("sitemap.xml",), replace(LISTED, sitemap_problems=("not XML",)), LISTED
    ),
    "sitemap-incomplete": Case(
        [HOME_LISTED, page("x")], [page("", body("home", links=(link("x"),)), in_sitemap=True), page("x")]
    ),
    "sitemap-errors": Case([failed("x", 500, in_sitemap=True)], [failed("x", 500)]),
    "sitemap-closed": Case([page("x", CLOSED, in_sitemap=True)], [page("x", CLOSED)]),
    "sitemap-copies": Case(
        [page("x", body("x", canonicals=(key("y"),)), in_sitemap=True), page("y", body("x"))],
        [page("x", body("x", canonicals=(key("y"),))), page("y", body("x"), in_sitemap=True)],
    ),
    "sitemap-redirects": Case([moved("x", "y", in_sitemap=True), page("y")], [moved("x", "y"), page("y")]),
    "llms-txt-error": Case([page("")], [page("")], ("llms.txt",), replace(SITE, llms_txt_status=500), SITE),
}


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    check_case(check_id, CASES[check_id])


def test_problems_are_told() -> None:
    found = judged([page("")], FAULTY)["robots-txt-invalid"]
    assert list(found.affected.shown("")) == [(key("robots.txt"), "line 3: unknown directive 'foo'")]
    assert found.points > 0
