import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case, on_page
from tests.unit.features.deo_score.domain.sample_sites import body, page

from engineo.features.crawling.contracts import Heading

SAME = [page("x", body("x", title="Same")), page("xx", body("xx", title="same!"))]
DESCRIBED = [page("x", body("x", description="Same")), page("xx", body("xx", description="same!"))]
CASES = {
    "title-missing": on_page({"title": "  "}),
    "title-duplicate": Case(SAME, SAME[:1], ("xx",)),
    "title-weak": on_page({"title": "of the", "headings": (Heading(1, "Else"),)}, {"title": "All about Heading x"}),
    "title-short": on_page({"title": "t" * 19}, {"title": "t" * 20}),
    "title-long": on_page({"title": "t" * 61}, {"title": "t" * 60}),
    "title-multiple": on_page({"titles": 2}),
    "description-missing": on_page({"description": None}),
    "description-duplicate": Case(DESCRIBED, DESCRIBED[:1], ("xx",)),
    "description-is-title": on_page({"description": "title X!"}),
    "description-short": on_page({"description": "d" * 79}, {"description": "d" * 80}),
    "description-long": on_page({"description": "d" * 161}, {"description": "d" * 160}),
    "h1-missing": on_page({"headings": (Heading(1, " "), Heading(2, "Two"))}),
    "h1-multiple": on_page({"headings": (Heading(1, "One"), Heading(1, "Two"))}),
    "heading-order": on_page(
        {"headings": (Heading(1, "One"), Heading(3, "Three"))}, {"headings": (Heading(1, "One"), Heading(2, "Two"))}
    ),
}


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    case = CASES[check_id]
    others = {"title-short", "description-short"}  # the home page of the samples has them, too
    if check_id in others:
        case = Case([page("", body("home", title="t" * 30, description="d" * 99)), *case.fires],
                    [page("", body("home", title="t" * 30, description="d" * 99)), *case.fine])  # fmt: skip
    check_case(check_id, case)
