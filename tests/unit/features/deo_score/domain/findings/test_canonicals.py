import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case, on_page, robots
from tests.unit.features.deo_score.domain.sample_sites import HOME, body, failed, judged, key, moved, page

from engineo.features.crawling.contracts import CrawledPage


def naming(*others: CrawledPage, path: str = "t", **facts: object) -> list[CrawledPage]:
    return [page("x", body("x", canonicals=(key(path),), **facts)), *others]


VERSIONS = (("en", key("x")), ("de", key("t")))
CASES = {
    "canonical-conflict": on_page({"canonicals": (key("x"), key("y"))}, {"canonicals": (key("x"), key("x"))}),
    "canonical-invalid": on_page({"canonicals": ("mailto:me",)}),
    "canonical-broken": Case(naming(failed("t", 404)), naming(page("t", body("x")))),
    "canonical-elsewhere": on_page({"canonicals": ("https://other.example/x",)}),
    "canonical-home": on_page({"canonicals": (HOME,)}, {"canonicals": (key("x"),)}),
    "canonical-translation": Case(naming(page("t"), hreflang=VERSIONS), naming(page("t"))),
    "canonical-other": Case(naming(page("t")), naming(page("t", body("x")))),
    "canonical-redirected": Case(naming(moved("t", "u"), page("u", body("x"))), naming(page("t", body("x")))),
    "canonical-to-noindex": Case(naming(page("t", body("t", **robots("noindex")))), naming(page("t"))),
    "canonical-chain": Case(naming(page("t", body("t", canonicals=(key("u"),))), page("u")), naming(page("t")), ("x",)),
    "canonical-relative": on_page({"canonical_relative": True, "canonicals": (key("x"),)}),
    "canonical-header-differs": on_page(
        {"canonicals": (key("x"),), "canonical_header": (key("y"),)},
        {"canonicals": (key("x"),), "canonical_header": ("http://www.shop.example/x",)},
    ),
    "canonical-insecure": on_page({"canonicals": ("http://shop.example/x",)}, {"canonicals": (key("x"),)}),
}


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    check_case(check_id, CASES[check_id])


def test_one_canonical_has_one_fault() -> None:
    for check_id in ("canonical-home", "canonical-translation", "canonical-other", "canonical-elsewhere"):
        found = judged([page(""), *CASES[check_id].fires])
        named = {name for name in found if name.startswith("canonical-")} - {"canonical-insecure"}
        assert named == {check_id}


def test_a_finding_names_the_page_that_is_named() -> None:
    found = judged([page(""), *naming(page("t"))])["canonical-other"]
    assert list(found.affected.shown("")) == [(key("x"), f"names {key('t')}")]
    assert found.points > 0
