import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case, on_page, robots
from tests.unit.features.deo_score.domain.sample_sites import HOME, body, failed, key, moved, page

from engineo.features.crawling.contracts import CrawledPage
from engineo.features.deo_score.domain.findings.languages import is_language

BOTH = (("en", key("x")), ("de", key("y")), ("x-default", key("x")))
SPEAKING = [page("", body("home", lang="en"))]


def versions(other: CrawledPage | None = None, listed: tuple[tuple[str, str], ...] = BOTH) -> list[CrawledPage]:
    return [page("x", body("x", hreflang=listed)), *([other] if other else [page("y", body("y", hreflang=BOTH))])]


def listing(wrong: tuple[tuple[str, str], ...], right: tuple[tuple[str, str], ...] = BOTH) -> Case:
    return Case(versions(listed=wrong)[:1], versions(listed=right)[:1])


CASES = {
    "lang-missing": Case([*SPEAKING, page("x")], [*SPEAKING, page("x", body("x", lang="en"))]),
    "lang-invalid": on_page({"lang": "xx"}, {"lang": "de-AT"}),
    "hreflang-invalid": listing((("xq", key("x")),)),
    "hreflang-relative": listing((("en", "/x"),)),
    "hreflang-not-itself": listing(BOTH[1:2]),
    "hreflang-one-way": Case(versions(page("y")), versions()),
    "hreflang-no-default": listing(BOTH[:2]),
    "hreflang-broken": Case(versions(failed("y", 500)), versions()),
    "hreflang-redirected": Case([*versions(moved("y", "z")), page("z")], versions()),
    "hreflang-closed": Case(versions(page("y", body("y", hreflang=BOTH, **robots("noindex")))), versions()),
    "hreflang-other-language": on_page({"lang": "fr", "hreflang": BOTH}, {"lang": "en-US", "hreflang": BOTH}),
}


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    check_case(check_id, CASES[check_id])


@pytest.mark.parametrize("tag", ["en", "de-AT", "zh-Hant", "zh-Hant-TW", "es-419", "nds", "sr-Latn-RS", "de-CH-1996"])
def test_languages(tag: str) -> None:
    assert is_language(tag)


@pytest.mark.parametrize("tag", ["", "e", "english", "xx", "en_US", "en-", "-en", "12", HOME])
def test_no_languages(tag: str) -> None:
    assert not is_language(tag)
