import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case, served
from tests.unit.features.deo_score.domain.sample_sites import NOW, SITE, body, failed, judged, key, page

from engineo.features.deo_score.domain.engine import unrounded
from engineo.features.deo_score.domain.evaluation import evaluate

NOT_FOUND = body("x", title="Page not found", words=20, raw_words=20)
CASES = {
    "home-unreadable": Case([failed("")], [page("")], ("",)),
    "http-not-found": served(failed("x", 404, in_sitemap=True), failed("x", 404)),
    "http-server-error": served(failed("x", 503), failed("x", 403)),
    "http-no-answer": served(failed("x", None, "timeout")),
    "soft-404": served(page("x", NOT_FOUND)),
    "redirect-loop": served(failed("x", None, "redirect_loop")),
    "page-too-large": served(failed("x", 200, "too_large")),
    "closed-to-us": served(
        failed("x", None, "disallowed", blocked_agents=("EngineOBot",)),
        failed("x", None, "disallowed", blocked_agents=("Googlebot", "EngineOBot")),
    ),
    "url-insecure": served(page("x", url="http://shop.example/x"), page("x", url="http://127.0.0.1:8000/x")),
    "url-underscore": served(page("red_shoe")),
    "url-space": served(page("red%20shoe")),
    "url-double-slash": served(page("a//b"), page("a/b")),
    "url-uppercase": served(page("Red")),
    "url-long": served(page("x" * 200)),
}
CASES["url-underscore"] = Case([page("red_shoe")], [page("red-shoe?by_name=1")], ("red_shoe",))
CASES["url-space"] = Case([page("red%20shoe")], [page("red-shoe")], ("red%20shoe",))
CASES["url-uppercase"] = Case([page("Red")], [page("red%2Fshoe")], ("Red",))
CASES["url-double-slash"] = Case([page("a//b")], [page("a/b")], ("a//b",))
CASES["url-long"] = Case([page("x" * 200)], [page("x" * 99)], ("x" * 200,))


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    check_case(check_id, CASES[check_id])


def test_an_unreadable_home_is_worth_what_the_cap_took() -> None:
    rows = [failed(""), *(page(f"x{n}") for n in range(9))]
    whole = evaluate(SITE, rows, NOW)
    uncapped = unrounded({name: signal.value for name, signal in whole.signals.items()}) or 0
    assert uncapped > 30
    found = judged(rows)
    assert found["home-unreadable"].points == pytest.approx(uncapped - 30)
    assert found["home-unreadable"].severity == "critical"
    assert "http-server-error" not in found


def test_pages_that_answer_at_last_win_points_where_they_are_linked_from() -> None:
    found = judged([page(""), failed("x", 500)])["http-server-error"]
    assert found.points > 0
    assert list(found.affected.shown(found.unit)) == [(key("x"), "status: 500")]
