import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case, on_page, robots, served
from tests.unit.features.deo_score.domain.sample_sites import body, failed, judged, page

CLOSED = body("x", **robots("noindex"))
CASES = {
    "noindex": on_page(robots("noindex")),
    "robots-blocked": served(page("x", blocked_agents=("Googlebot",)), page("x", blocked_agents=("Bingbot",))),
    "noindex-unseen": served(page("x", CLOSED, blocked_agents=("Googlebot",)), page("x", CLOSED)),
    "script-shell": on_page({"raw_words": 19, "words": 10, "scripts": 1}, {"raw_words": 20, "scripts": 1}),
    "nofollow-page": on_page(robots("nofollow"), robots("noindex", "nofollow")),
    "snippet-forbidden": on_page(robots("nosnippet"), robots("max-snippet:-1")),
    "snippet-short": on_page(robots("max-snippet: 49"), robots("max-snippet:0", "max-snippet:50", "max-snippet:x")),
    "snippet-partly-forbidden": on_page({"nosnippet_words": 5}, {"nosnippet_words": 100}),
    "image-preview-forbidden": on_page(robots("max-image-preview:none")),
    "images-not-indexed": on_page(robots("noimageindex")),
    "unavailable-later": on_page(robots("unavailable_after: 2027-01-01"), robots("unavailable_after: 2020-01-01")),
}


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    check_case(check_id, CASES[check_id])


def test_what_keeps_home_out_is_critical_and_wins_what_the_cap_took() -> None:
    rows = [page("", body("home", **robots("noindex"))), *(page(f"x{n}") for n in range(9))]
    found = judged(rows)
    assert next(iter(found)) == "noindex"
    assert found["noindex"].severity == "critical"
    assert found["noindex"].points > 20


def test_a_closed_page_that_could_not_be_read_counts_too() -> None:
    closed = failed("x", None, "disallowed", blocked_agents=("Googlebot", "EngineOBot"))
    check_case("robots-blocked", Case([closed], [page("x")]))
    assert judged([page(""), closed])["robots-blocked"].points > 0
