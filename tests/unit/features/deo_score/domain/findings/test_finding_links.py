import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case, on_page, robots
from tests.unit.features.deo_score.domain.sample_sites import body, failed, judged, key, link, moved, page

from engineo.features.crawling.contracts import CrawledPage, Hop, Link
from engineo.features.deo_score.domain.findings.registry import BY_ID

AWAY = "http://other.example/"
HOPS = (Hop(key("t"), 301, key("u")), Hop(key("u"), 301, key("v")))
HOME_LINKED = page("", body("home", links=(link("x"),)))
X = page("x", body("x", links=(link("", "Home page"),)))


def linking(target: CrawledPage, *more: CrawledPage) -> list[CrawledPage]:
    path = target.url_key.rpartition("/")[2]
    return [page("x", body("x", links=(link(path, "What it is"),))), target, *more]


def chain(length: int) -> list[CrawledPage]:
    home = page("", body("home", links=(link("x0", "Page 0"),)))
    return [home, *(page(f"x{n}", body(f"x{n}", links=(link(f"x{n + 1}", f"Page {n + 1}"),))) for n in range(length))]


def crossed(*, all_linked: bool) -> list[CrawledPage]:
    """Four pages and home; with `all_linked` each links to all others."""
    paths = ["", "a", "b", "c", "x"]
    linked = paths if all_linked else paths[:-1]
    return [
        page(path, body(path or "home", links=tuple(link(other, f"{other} as {path} says") for other in linked)))
        for path in paths
    ]


MIXED = [
    page("", body("home", links=(link("x", "Page x"), link("y", "Page y")))),
    page("y", body("y", links=(link("x", "Page x", rel=("nofollow",)),))),
    page("x"),
]
CASES = {
    "link-broken": Case(linking(failed("t", 404)), linking(page("t"))),
    "link-redirected": Case(linking(moved("t", "u"), page("u")), linking(page("t"))),
    "link-redirect-chain": Case(
        linking(moved("t", "v", redirects=HOPS), page("v")), linking(moved("t", "v", redirects=HOPS[:1]), page("v"))
    ),
    "link-text-generic": on_page({"links": (link("y", "read more"),)}, {"links": (link("y", "Red shoes"),)}),
    "link-text-missing": on_page({"links": (link("y", " "),)}, {"links": (link("y", "here"),)}),
    "link-text-address": on_page({"links": (Link(AWAY, AWAY, AWAY),)}, {"links": (Link(AWAY, AWAY, "Other"),)}),
    "link-not-crawlable": on_page(
        {"links": (Link("", "javascript:void(0)", "Open", crawlable=False),)},
        {"links": (Link("", "mailto:me@shop.example", "Mail", crawlable=False),)},
    ),
    "link-nofollow": on_page({"links": (link("y", "Red shoes", rel=("nofollow",)),)}, {"links": (link("y", "y"),)}),
    "link-mixed-follow": Case(MIXED, [MIXED[0], page("y"), page("x")]),
    "link-insecure": on_page({"links": (Link(AWAY, AWAY, "Other"),)}, {"links": (link("y", "y"),)}),
    "link-localhost": on_page({"links": (Link("http://localhost:3000/", "x", "Test"),)}),
    "links-too-many": on_page({"links_total": 101}, {"links_total": 100}),
    "dead-end": Case([X, HOME_LINKED, page("y", body("y", links=(link("y", "Myself"),)))], [X, HOME_LINKED], ("y",)),
    "page-orphan": Case([page("x", linked=False, in_sitemap=True)], linking(page("t"))[:0], ("x",)),
    "page-deep": Case(chain(6), chain(4), ("x4", "x5")),
    "inlinks-few": Case(crossed(all_linked=False), crossed(all_linked=True)),
}  # fmt: skip


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    check_case(check_id, CASES[check_id])


def test_a_broken_link_is_named_with_its_status() -> None:
    found = judged([page(""), *linking(failed("t", 404))])["link-broken"]
    assert list(found.affected.shown("")) == [(key("x"), f"links to {key('t')} (404)")]
    two = page("x", body("x", links=(link("t", "T"), link("u", "U"))))
    found = judged([page(""), two, failed("t", 404), failed("u", None, "timeout")])["link-broken"]
    assert list(found.affected.shown("")) == [(key("x"), f"links to {key('t')} (404) and 1 more")]


def test_policy_pages_are_looked_at_for_their_links_and_not_for_their_text() -> None:
    terms = page("terms", body("terms", description=None, links=(link("t", "T"),), **robots("noarchive")))
    found = judged([page(""), terms, failed("t", 404)])
    assert found["link-broken"].affected.urls == [key("terms")]
    assert "description-missing" not in found
    assert "policy" in BY_ID["link-broken"].types


def test_naming_links_wins_for_the_pages_they_lead_to() -> None:
    rows = [
        page("", body("home", links=(link("a", "here"), link("b", "here")))),
        page("a", body("a", links=(link("", "Home page"), link("b", "more")))),
        page("b", body("b", links=(link("", "Home page"), link("a", "more")))),
    ]
    named = [
        page(row.url_key.rpartition("/")[2], body(row.url_key.rpartition("/")[2] or "home", links=(
            *(link(path, f"Page {path}") for path in ("", "a", "b") if key(path) != row.url_key),
        )))
        for row in rows
    ]  # fmt: skip
    before, after = (judged(found) for found in (rows, named))
    assert before["link-text-generic"].points > 0
    assert "link-text-generic" not in after
