"""The second crawl of a site: conditional requests, known pages, and which rows are kept."""

import sqlalchemy as sa
from tests.integration.features.crawling.crawl_world import World
from tests.integration.features.crawling.static_site import Answer, StaticSite, html, moved

from engineo.features.crawling.models import CrawlPageRow


def fill(site: StaticSite) -> None:
    site.pages = {
        "/": html("Home", "/a", "/b", "/moved", ETag='"home"'),
        "/a": html("A", "/c", ETag='"a"'),
        "/b": html("B", "/a", Last_Modified="Fri, 01 May 2026 10:00:00 GMT"),
        "/c": html("C", ETag='W/"c"'),
        "/moved": moved("/a"),
    }


def test_an_unchanged_site_is_answered_from_the_run_before(any_world: World, site: StaticSite) -> None:
    world = any_world
    fill(site)
    first = world.crawl(site.origin)
    site.requests.clear()
    second = world.again(first)
    before, after = world.pages(first), world.pages(second)

    assert (second.id != first.id, second.status, second.pages_fetched) == (True, "finished", first.pages_fetched)
    assert sorted(site.conditional) == ["/", "/a", "/c"]
    assert {path: (page.not_modified, page.status) for path, page in after.items()} == {
        "/": (True, 200), "/a": (True, 200), "/b": (False, 200), "/c": (True, 200), "/moved": (False, 200),
    }  # fmt: skip
    assert {path: page.facts for path, page in before.items()} == {path: page.facts for path, page in after.items()}
    assert [after[path].depth for path in ("/", "/a", "/c")] == [0, 1, 2], "stored links are followed too"
    assert after["/a"].body_bytes == before["/a"].body_bytes
    assert second.bytes_fetched < first.bytes_fetched
    third = world.again(second)
    assert world.pages(third)["/a"].not_modified, "validators are handed on"


def test_a_page_that_changed_is_read_again(world: World, site: StaticSite) -> None:
    fill(site)
    first = world.crawl(site.origin)
    site.pages["/a"] = html("A, revised", ETag='"a2"')
    pages = world.pages(world.again(first))
    facts = pages["/a"].facts
    assert facts is not None
    assert (pages["/a"].not_modified, facts.title) == (False, "A, revised")


def test_facts_of_another_version_are_read_off_the_page_again(world: World, site: StaticSite) -> None:
    site.pages = {"/": html("Home", "/a"), "/a": html("A", ETag='"a"')}
    first = world.crawl(site.origin)
    with world.database.session() as session, session.begin():
        session.execute(sa.update(CrawlPageRow).values(facts_version=0))
    page = world.pages(world.again(first))["/a"]
    assert page.facts is not None
    assert (page.not_modified, page.facts.title) == (False, "A")
    assert site.conditional == []


def test_a_page_that_nobody_links_to_any_more_is_still_fetched(world: World, site: StaticSite) -> None:
    fill(site)
    first = world.crawl(site.origin)
    site.pages["/a"] = html("A")
    second = world.again(first)
    pages = world.pages(second)
    assert (pages["/c"].known, pages["/c"].linked, pages["/c"].depth, pages["/c"].status) == (True, False, None, 200)
    assert (pages["/a"].known, pages["/a"].linked) == (True, True)
    del site.pages["/c"]
    third = world.pages(world.again(second))
    assert (third["/c"].known, third["/c"].outcome) == (True, "http_error")


def test_half_of_a_short_budget_is_kept_for_known_pages(world: World, site: StaticSite) -> None:
    first_ten = [f"/p/{n}" for n in range(9)]
    site.pages = {path: html(path) for path in first_ten} | {"/": html("Home", *first_ten)}
    world.limit(max_pages=10)
    first = world.crawl(site.origin)
    assert first.stop_reason == "complete"
    fresh = [f"/new/{n}" for n in range(50)]
    site.pages |= {"/": html("Home", *fresh), **{path: html(path) for path in fresh}}
    pages = world.pages(world.again(first))
    fetched = {path for path, page in pages.items() if page.outcome == "html"}
    assert len(fetched) == 10
    assert len(fetched & set(first_ten)) == 5
    second_known = {path for path, page in pages.items() if page.known and page.outcome == "not_attempted"}
    assert len(second_known) == 4


def test_pages_of_the_latest_two_finished_runs_are_kept(world: World, site: StaticSite) -> None:
    site.pages = {"/": html("Home")}
    runs = [world.crawl(site.origin)]
    for _ in range(3):
        runs.append(world.again(runs[-1]))
    with world.database.session(read_only=True) as session:
        kept = set(session.scalars(sa.select(CrawlPageRow.run_id).distinct()))
    assert kept == {run.id for run in runs[-2:]}
    with world.uow(read_only=True) as work:
        latest = world.runs.latest_finished(work, runs[0].project_id)
    assert latest is not None
    assert latest.id == runs[-1].id


def test_a_changed_answer_to_a_known_url_is_recorded(world: World, site: StaticSite) -> None:
    site.pages = {"/": html("Home", "/a"), "/a": html("A", ETag='"1"')}
    first = world.crawl(site.origin)
    site.pages["/a"] = Answer("%PDF-", headers={"Content-Type": "application/pdf", "ETag": '"2"'})
    pages = world.pages(world.again(first))
    assert (pages["/a"].outcome, pages["/a"].facts) == ("not_html", None)
