"""Limits, politeness, and sites that do not answer."""

import itertools
import time

import pytest
from tests.integration.features.crawling.crawl_world import World
from tests.integration.features.crawling.static_site import Answer, StaticSite, html

from engineo.features.crawling.contracts import CrawlSummary


def chain(length: int) -> dict[str, Answer]:
    return {"/": html("Home", "/1")} | {f"/{n}": html(f"Page {n}", f"/{n + 1}") for n in range(1, length)}


def robots(text: str, status: int = 200) -> Answer:
    return Answer(text, status, {"Content-Type": "text/plain"})


def test_the_page_limit_leaves_the_rest_unattempted(world: World, site: StaticSite) -> None:
    site.pages = {"/": html("Home", *(f"/{n}" for n in range(20)))} | {f"/{n}": html("P") for n in range(20)}
    run = world.crawl(site.origin, max_pages=7)
    pages = world.pages(run)
    assert (run.status, run.stop_reason, run.pages_fetched, run.pages_known) == ("finished", "max_pages", 7, 21)
    left = [page for page in pages.values() if page.outcome == "not_attempted"]
    assert len(left) == 14
    assert all(page.linked and page.depth == 1 and page.fetched_at is None for page in left)


def test_a_site_of_exactly_as_many_pages_is_complete(world: World, site: StaticSite) -> None:
    site.pages = chain(4) | {"/3": html("Last")}
    assert world.crawl(site.origin, max_pages=4).stop_reason == "complete"


def test_the_depth_limit(world: World, site: StaticSite) -> None:
    site.pages = chain(10)
    run = world.crawl(site.origin, max_depth=3)
    assert (run.status, run.stop_reason, run.pages_fetched) == ("finished", "max_depth", 4)
    assert world.pages(run)["/4"].outcome == "not_attempted"


def test_the_byte_limit(world: World, site: StaticSite) -> None:
    big = "x" * 4000
    site.pages = {"/": html("Home", *(f"/{n}" for n in range(50)))} | {
        f"/{n}": Answer(f"<title>{n}</title>{big}") for n in range(50)
    }
    run = world.crawl(site.origin, max_bytes=30_000)
    assert (run.status, run.stop_reason) == ("finished", "max_bytes")
    assert 30_000 <= run.bytes_fetched < 30_000 + 5 * 4100
    assert run.pages_fetched < 15


def test_the_time_limit_ends_what_hangs(world: World, site: StaticSite) -> None:
    site.pages = {"/": html("Home", "/stuck", "/fine"), "/fine": html("Fine"), "/stuck": html("Stuck")}
    site.hold("/stuck")
    run = world.crawl(site.origin, time_limit=1.0)
    assert (run.status, run.stop_reason) == ("finished", "time_limit")
    pages = world.pages(run)
    assert (pages["/fine"].outcome, pages["/stuck"].outcome) == ("html", "not_attempted")


def test_the_time_limit_counts_all_workers(world: World, site: StaticSite) -> None:
    site.pages = chain(3)
    world.limit(time_limit=5)
    run = world.request(world.project(site.origin))
    with world.uow() as work:
        row = world.runs._get(work, run.id)
        row.elapsed_seconds = 4.9
    site.hold("/llms.txt")
    ended = world.crawler.crawl(run.id)
    assert (ended.status, ended.stop_reason, ended.pages_fetched) == ("finished", "time_limit", 1)
    assert world.site(ended).robots_status == 404
    assert world.pages(ended)["/1"].outcome == "not_attempted"


def test_endless_links_do_not_fill_the_database(world: World, site: StaticSite) -> None:
    fresh = itertools.count()
    site.answer = lambda path: (  # type: ignore[method-assign]
        Answer("", 404) if path.endswith((".txt", ".xml")) else html("Trap", *(f"/{next(fresh)}" for _ in range(400)))
    )
    run = world.crawl(site.origin, max_pages=20)
    assert (run.stop_reason, run.pages_fetched) == ("max_pages", 20)
    assert run.pages_known == len(world.pages(run)) == 1000


def test_limits_are_those_of_the_request(world: World, site: StaticSite) -> None:
    site.pages = chain(9)
    world.limit(max_pages=2)
    run = world.request(world.project(site.origin))
    world.limit(max_pages=500)
    assert world.crawler.crawl(run.id).pages_fetched == 2


def test_a_crawl_delay_means_one_request_at_a_time(world: World, site: StaticSite) -> None:
    asked: list[float] = []

    def timed(_count: int) -> Answer:
        asked.append(time.monotonic())
        return html("P")

    site.pages = {
        "/robots.txt": robots("User-agent: *\nCrawl-delay: 0.1"),
        "/": html("Home", *(f"/{n}" for n in range(5))),
        **{f"/{n}": timed for n in range(5)},
    }
    world.crawl(site.origin)
    assert len(asked) == 5
    assert all(later - earlier >= 0.09 for earlier, later in itertools.pairwise(asked))


def test_a_busy_site_is_asked_again_when_it_says(world: World, site: StaticSite) -> None:
    busy = Answer("later", 503, {"Retry-After": "1"})
    site.pages = {"/": html("Home", "/a", "/b"), "/a": lambda count: busy if count == 1 else html("A"), "/b": busy}
    started = time.monotonic()
    pages = world.pages(world.crawl(site.origin))
    assert (pages["/a"].outcome, pages["/a"].status, site.counts["/a"]) == ("html", 200, 2)
    assert (pages["/b"].outcome, pages["/b"].status, site.counts["/b"]) == ("http_error", 503, 3)
    assert time.monotonic() - started >= 2


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (Answer("no", 404), True),
        (Answer("no", 403), True),
        (Answer("broken", 500), False),
        (Answer("", 302, {"Location": "https://elsewhere.example/robots.txt"}), True),
        (Answer("", 302, {"Location": "/robots.txt"}), True),
        (Answer("", 302, {"Location": "/other.txt"}), False),
    ],
)
def test_what_an_answer_for_robots_txt_allows(world: World, site: StaticSite, answer: Answer, allowed: bool) -> None:
    site.pages = {"/robots.txt": answer, "/other.txt": robots("User-agent: *\nDisallow: /"), "/": html("Home")}
    run = world.crawl(site.origin)
    home = world.pages(run)["/"]
    assert run.status == "finished"
    assert home.outcome == ("html" if allowed else "disallowed")
    assert ("/" in site.requests) == allowed
    assert bool(home.blocked_agents) != allowed
    expected = {"/other.txt": 200}.get(answer.headers.get("Location", ""), answer.status)
    assert world.site(run).robots_status == expected


def test_a_site_that_cannot_be_reached_is_a_finished_crawl(world: World, site: StaticSite) -> None:
    origin = site.origin
    site._server.server_close()
    run = world.crawl(origin)
    assert (run.status, run.stop_reason) == ("finished", "complete")
    home = world.pages(run)["/"]
    assert (home.outcome, home.status) == ("unreachable", None)
    assert home.error is not None
    facts = world.site(run)
    assert (facts.robots_status, facts.home_key) == (None, home.url_key)


def test_a_private_address_is_refused_by_default(sqlite_url: str, site: StaticSite) -> None:
    site.pages = {"/": html("Home")}
    world = World(sqlite_url, allowed=[])
    try:
        run = world.crawl(site.origin)
        assert (run.status, world.pages(run)["/"].outcome) == ("finished", "refused")
        assert site.requests == []
    finally:
        world.close()


def test_progress_is_told_while_it_happens(world: World, site: StaticSite) -> None:
    site.pages = {"/": html("Home", *(f"/{n}" for n in range(10)))} | {f"/{n}": html("P") for n in range(10)}
    run = world.request(world.project(site.origin))
    told: list[CrawlSummary] = []
    site.hold("/9")

    def tell(summary: CrawlSummary) -> None:
        told.append(summary)
        if summary.pages_fetched == 10 and world.summary(run).pages_fetched == 10:
            site.release()

    ended = world.crawler.crawl(run.id, on_progress=tell)
    assert [summary.pages_fetched for summary in told] == sorted(summary.pages_fetched for summary in told)
    assert told[-1].pages_fetched == ended.pages_fetched == 11
    assert told[0].status == "running"


def test_media_type_is_read_without_parameters(world: World, site: StaticSite) -> None:
    site.pages = {"/": Answer("<title>x</title>", headers={"Content-Type": "Text/HTML;charset=UTF-8"})}
    page = world.pages(world.crawl(site.origin))["/"]
    assert (page.outcome, page.content_type) == ("html", "text/html")
