from tests.unit.features.deo_score.domain.sample_sites import HOME, body, failed, key, page, site_of_pages

from engineo.features.deo_score.domain.fixes import REPAIRS
from engineo.features.deo_score.domain.repairs.repair import facts_with, on_facts, pages_with
from engineo.features.deo_score.domain.signals.catalogue import MEASURES


def test_every_repair_is_told_apart_and_can_be_read() -> None:
    assert len({repair.id for repair in REPAIRS}) == len(REPAIRS)
    for repair in REPAIRS:
        assert repair.signal in repair.signals
        assert set(repair.signals) <= set(MEASURES)
        assert repair.why.endswith(".")
        assert "{" not in repair.title(1)
        assert "{" not in repair.title(1234)


def test_titles_count() -> None:
    repair = next(repair for repair in REPAIRS if repair.id == "description-missing")
    assert repair.title(1) == "Write a meta description for 1 page"
    assert repair.title(1234) == "Write a meta description for 1,234 pages"


def test_only_pages_that_count_and_were_read() -> None:
    copy = body("x", canonicals=(key("x"),))
    site = site_of_pages([page(""), page("x"), page("consolidated", copy), failed("y"), page("terms")])
    assert pages_with(lambda _, __: True)(site) == [HOME, key("x")]
    assert facts_with(lambda facts: facts.title == "Title x")(site) == [key("x")]


def test_facts_are_replaced_and_nothing_else() -> None:
    site = site_of_pages([page(""), page("x")])
    better = on_facts(lambda _, __, ___: body("new"))(site, [key("x")])
    assert better.members[key("x")].facts == body("new")
    assert better.members[HOME] == site.members[HOME]
