"""What changed between two scores."""

from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.features.deo_score.domain.score_evidence import WHOLE, evidence, fix, signal, urls

from engineo.features.deo_score.domain.comparison import Comparison, SignalChange, compare
from engineo.features.deo_score.domain.engine import SIGNALS, unrounded

VALUE = st.none() | st.floats(0, 1)
VALUES = st.fixed_dictionaries(dict.fromkeys(SIGNALS, VALUE))


def change_of(comparison: Comparison, name: str) -> SignalChange:
    (found,) = [change for change in comparison.signals if change.signal == name]
    return found


def test_the_sentence_that_people_want() -> None:
    pages = urls(18)
    types = dict.fromkeys(pages, "product")
    before = evidence({"entityAccuracy": 0.92})
    after = evidence({"entityAccuracy": 0.44}, [fix("product-price-missing", "entityAccuracy", 4.0, pages)])
    found = compare(before, after, types)
    assert found.delta == -4
    assert found.lines == ("-4.0: 18 product pages lost their price markup (entityAccuracy 0.92 to 0.44)",)
    change = change_of(found, "entityAccuracy")
    assert change.points == pytest.approx(-4.0)
    (check,) = change.checks
    assert (check.before, check.after, check.points, check.complete) == (0, 18, -4.0, True)
    assert set(check.gained) == set(pages)


@given(VALUES, VALUES)
def test_points_add_up(old: dict[str, float | None], new: dict[str, float | None]) -> None:
    found = compare(evidence(old), evidence(new))
    total = (unrounded(new) or 0.0) - (unrounded(old) or 0.0)
    assert fsum(change.points for change in found.signals) == pytest.approx(total, abs=1e-9)
    mirrored = compare(evidence(new), evidence(old))
    for change, mirror in zip(found.signals, mirrored.signals, strict=True):
        assert change.points == pytest.approx(-mirror.points, abs=1e-9)


@given(VALUES)
def test_nothing_changed(values: dict[str, float | None]) -> None:
    found = compare(evidence(values), evidence(values))
    assert {change.points for change in found.signals} == {0.0}
    assert found.delta in {0, None}
    assert found.lines in {("nothing that shows in the score has changed",), ()}


def test_a_signal_alone_is_worth_its_share() -> None:
    found = compare(evidence(), evidence({"serpPresence": 0.2}))
    assert change_of(found, "serpPresence").points == pytest.approx(-0.6 * 20 / 3)
    assert {c.points for c in found.signals if c.signal != "serpPresence"} == {0.0}


def test_a_signal_that_is_measured_for_the_first_time() -> None:
    found = compare(evidence({"contentFreshness": None}), evidence({"contentFreshness": 0.1}))
    change = change_of(found, "contentFreshness")
    assert change.texts == ("it was measured for the first time",)
    assert change.points < 0
    gone = compare(evidence({"contentFreshness": 0.1}), evidence({"contentFreshness": None}))
    assert change_of(gone, "contentFreshness").texts == ("it could not be measured any more",)


def test_blocked_sites_are_capped() -> None:
    after = evidence(status="blocked", overall=30, overallUncapped=80)
    found = compare(evidence(), after)
    assert (found.delta, found.cap_points) == (-50, -50.0)
    assert found.lines == ("-50: the home page cannot be indexed any more, and the score is capped",)
    again = compare(after, evidence())
    assert again.lines == ("+50: the home page can be indexed again, and the score is no longer capped",)


def test_without_a_score_there_is_no_difference() -> None:
    nothing = evidence(dict.fromkeys(SIGNALS), status="insufficient_data")
    found = compare(evidence(), nothing)
    assert (found.delta, found.reason) == (None, "one of the two has no score")


def test_other_arithmetic_is_said() -> None:
    found = compare(evidence(), evidence(version="v2"))
    assert found.reason == "the arithmetic is another one: v1 before, v2 after"


def test_pages_that_have_it_now_and_pages_that_no_longer_have_it() -> None:
    one, other = urls(3), [*urls(2), *urls(2, "journal")]
    found = compare(
        evidence({"contentCoverage": 0.81}, [fix("h1-missing", "contentCoverage", 1.0, one)]),
        evidence({"contentCoverage": 0.79}, [fix("h1-missing", "contentCoverage", 1.5, other)]),
        {url: "article" if "journal" in url else "product" for url in (*one, *other)},
    )
    (check,) = change_of(found, "contentCoverage").checks
    assert check.text == "2 article pages lost their h1 heading and 1 product page has an h1 heading now"
    assert (check.gained, check.left) == (tuple(urls(2, "journal")), (urls(3)[2],))
    assert check.points == pytest.approx(-0.5)


def test_other_pages_in_the_same_number() -> None:
    found = compare(
        evidence(fixes=[fix("noindex", "indexability", 1.0, urls(1))]),
        evidence(fixes=[fix("noindex", "indexability", 1.0, urls(1, "journal"))]),
    )
    (check,) = change_of(found, "indexability").checks
    assert (check.before, check.after) == (1, 1)
    assert check.text == "1 page says noindex now and 1 page no longer says noindex"


def test_where_not_all_pages_were_kept_only_the_numbers_are_sure() -> None:
    found = compare(
        evidence(fixes=[fix("noindex", "indexability", 1.0, urls(20), count=30)]),
        evidence({"indexability": 0.5}, [fix("noindex", "indexability", 3.0, urls(20, "journal"), count=68)]),
    )
    (check,) = change_of(found, "indexability").checks
    assert check.text.startswith("38 ")
    assert not check.complete
    assert (check.before, check.after) == (30, 68)


def test_checks_stand_with_their_own_signal_and_the_costliest_first() -> None:
    fixes = [fix("h1-missing", "contentCoverage", 1.0, urls(2)), fix("title-missing", "contentCoverage", 3.0, urls(2)),
             fix("noindex", "indexability", 2.0, urls(2))]  # fmt: skip
    found = compare(evidence(), evidence({"contentCoverage": 0.5, "indexability": 0.5}, fixes))
    assert [check.check for check in change_of(found, "contentCoverage").checks] == ["title-missing", "h1-missing"]
    assert [check.check for check in change_of(found, "indexability").checks] == ["noindex"]
    assert [change.signal for change in found.signals if change.checks] == ["contentCoverage", "indexability"]


def test_pages_by_their_values() -> None:
    home, about = "https://shop.example/", "https://shop.example/about"
    found = compare(
        evidence(contentDepth=signal(0.8, {home: 0.5, about: 0.9})), evidence(contentDepth=signal(0.7, {home: 0.2}))
    )
    assert [(page.url, page.before, page.after) for page in change_of(found, "contentDepth").pages] == [
        (home, 0.5, 0.2), (about, 0.9, 1.0),
    ]  # fmt: skip
    unknown = compare(
        evidence(contentDepth=signal(0.8, {home: 0.5}, worstTotal=90)), evidence(contentDepth=signal(0.7, {about: 0.1}))
    )
    assert [(page.url, page.before, page.after) for page in change_of(unknown, "contentDepth").pages] == [
        (about, None, 0.1), (home, 0.5, 1.0),
    ]  # fmt: skip


def part(**types: tuple[int, float]) -> dict[str, object]:
    rows = {kind: {"n": n, "weight": 0.1, "sum": total} for kind, (n, total) in types.items()}
    return {"pages": {"weight": 1.0, "value": 0.5, "types": rows}}


def test_where_no_check_explains_it_the_types_do() -> None:
    found = compare(
        evidence({"coreWebVitals": 0.9}, coreWebVitals=signal(0.9, parts=part(product=(40, 36.0), home=(1, 0.9)))),
        evidence(
            {"coreWebVitals": 0.6},
            coreWebVitals=signal(0.6, parts=part(product=(42, 25.2), home=(1, 0.9), article=(3, 2.0))),
        ),
    )
    assert change_of(found, "coreWebVitals").texts == (
        "pages: article pages are counted now", "pages: product pages fell from 0.90 to 0.60 (42 of them)",
    )  # fmt: skip


def test_the_largest_change_comes_first_and_small_ones_are_not_said() -> None:
    values = {**WHOLE, "serpPresence": 0.1, "contentDepth": 0.7, "crawlHealth": 0.801}
    lines = compare(evidence(), evidence(values)).lines
    assert [line.split(":")[0] for line in lines] == ["-4.7", "-1.0"]
    assert "no single page or check explains it (serpPresence 0.80 to 0.10)" in lines[0]
