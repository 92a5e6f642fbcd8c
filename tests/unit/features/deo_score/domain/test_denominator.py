from dataclasses import replace

import pytest
from tests.unit.features.deo_score.domain.sample_sites import (
    HOME,
    SITE,
    body,
    failed,
    key,
    moved,
    page,
    reading,
    site_of_pages,
)

from engineo.features.crawling.contracts import CrawledPage, Image, PageFacts, SiteFacts
from engineo.features.deo_score.domain import soft_404


def members(*rows: CrawledPage, facts: SiteFacts = SITE) -> set[str]:
    return {url.removeprefix(HOME) for url in site_of_pages([page(""), *rows], facts).members}


@pytest.mark.parametrize(
    ("row", "counted"),
    [
        (page("a"), True),
        (page("a", linked=False, known=True), True),
        (failed("a", 404), False),  # linked only
        (failed("a", 410), False),
        (failed("a", 404, in_sitemap=True), True),
        (failed("a", 404, known=True), True),
        (failed("a", 500), True),
        (failed("a", 403), True),
        (failed("a", None, "timeout"), True),
        (failed("a", None, "disallowed"), True),
        (failed("a", None, "redirect_loop"), True),
        (failed("a", 301, "redirected_off_site"), False),
        (failed("a", None, "not_attempted"), False),
        (failed("a", 200, "not_html"), False),
        (page("cart"), False),
        (page("a?page=2"), False),
        (CrawledPage("https://other.example/", "https://other.example/", "html", 200, facts=body("o")), False),
    ],
)
def test_who_counts(row: CrawledPage, counted: bool) -> None:
    expected = {"", row.url_key.removeprefix(HOME)} if counted else {""}
    assert members(row) == expected


def test_a_404_that_a_canonical_names_stays() -> None:
    assert members(page("a", body("a", canonicals=(key("b"),))), failed("b", 404)) == {"", "a", "b"}


def test_a_redirect_is_replaced_by_where_it_leads() -> None:
    site = site_of_pages([page(""), moved("old", "new", in_sitemap=True), page("new", linked=False)])
    assert set(site.members) == {HOME, key("new")}
    assert site.members[key("new")].listed
    assert site.members[key("new")].linked


def test_a_redirect_to_nothing_known_brings_its_own_answer() -> None:
    row = page("old", body("new"), final_key=key("new"), final_url=key("new"))
    site = site_of_pages([page(""), row])
    found = site.members[key("new")].reading
    assert found is not None
    assert found.title == "Title new"


def test_a_redirect_to_an_excluded_address_counts_nowhere() -> None:
    assert members(moved("a", "account/login"), page("account/login")) == {""}


def test_home_always_counts() -> None:
    facts = replace(SITE, home_key=key("account/home"))
    site = site_of_pages([page("account/home")], facts)
    assert site.home == key("account/home")
    assert site.home_member.type == "home"
    assert site.home_member.reading is not None
    assert set(site_of_pages([page("a")]).members) == {HOME, key("a")}  # no row at all: unreadable
    assert site_of_pages([page("a")]).home_member.g == 0


def test_not_modified_is_a_page() -> None:
    site = site_of_pages([page(""), page("a", status=304, not_modified=True)])
    assert site.members[key("a")].reading is not None


def test_never_attempted_is_counted_apart() -> None:
    site = site_of_pages([page(""), failed("products/1", None, "not_attempted")])
    assert site.statistics.unattempted == {"product": 1}


def test_repeated_rows_are_one() -> None:
    assert members(page("a"), page("a")) == {"", "a"}


SHORT = {"words": 20, "raw_words": 20}


def is_soft_404(facts: PageFacts, probe: PageFacts | None, home: PageFacts | None) -> bool:
    known = [None if one is None else reading(one) for one in (probe, home)]
    return soft_404.is_soft_404(reading(facts), *known)


@pytest.mark.parametrize("title", ["404", "Page not found", "Not found | Shop", "Page not found - Shop", "Error 404"])
def test_soft_404_by_words(title: str) -> None:
    assert is_soft_404(body("x", title=title, **SHORT), None, None)
    assert not is_soft_404(body("x", title=title), None, None)  # a page about it


@pytest.mark.parametrize("title", ["404 ohm resistor", "Lost and found", "Shop"])
def test_no_soft_404(title: str) -> None:
    assert not is_soft_404(body("x", title=title, **SHORT), None, None)


def test_soft_404_by_probe() -> None:
    probe = body("gone")
    assert is_soft_404(probe, probe, body("home"))
    assert not is_soft_404(probe, probe, probe)  # the site answers everything with home
    assert not is_soft_404(body("x"), probe, body("home"))


def test_nothing_on_it_is_no_page() -> None:
    empty = {"words": 0, "raw_words": 0}
    assert is_soft_404(body("x", **empty), None, None)
    assert not is_soft_404(body("x", scripts=1, **empty), None, None)
    picture = Image("a.png", None, sized=False, lazy=False, in_main=True)
    assert not is_soft_404(body("x", images=(picture,), **empty), None, None)


def test_home_is_never_a_soft_404() -> None:
    site = site_of_pages([page("", body("home", words=0, raw_words=0))])
    assert site.home_member.reading is not None
