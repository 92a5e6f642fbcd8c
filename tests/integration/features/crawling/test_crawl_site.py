"""A whole crawl: from the request to rows that others read."""

from datetime import UTC, datetime

from tests.integration.features.crawling.crawl_world import World
from tests.integration.features.crawling.static_site import HTML, Answer, StaticSite, html, moved

from engineo.features.crawling.contracts import CrawlFinished, Hop

SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>"""


def sitemap(*entries: str) -> Answer:
    return Answer(SITEMAP.format("".join(entries)), headers={"Content-Type": "application/xml"})


def entry(url: str, lastmod: str = "") -> str:
    return f"<url><loc>{url}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</url>"


def fill(site: StaticSite) -> None:
    """Thirty pages, and one of everything else that sites have."""
    products = [f"/products/{n}" for n in range(20)]
    articles = [f"/blog/{n}" for n in range(5)]
    site.pages = {
        "/robots.txt": Answer(
            f"User-agent: *\nDisallow: /private\n\nUser-agent: Bingbot\nDisallow: /blog\nnonsense here\n"
            f"Sitemap: {site.origin}/maps.xml\n",
            headers={"Content-Type": "text/plain"},
        ),
        "/maps.xml": Answer(
            f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"<sitemap><loc>{site.origin}/map-1.xml</loc></sitemap></sitemapindex>",
            headers={"Content-Type": "application/xml"},
        ),
        "/map-1.xml": sitemap(
            entry(f"{site.origin}/products/3", "2026-05-04"),
            entry(f"{site.origin}/orphan"),
            entry(f"{site.origin}/private/listed"),
            entry("https://elsewhere.example/page"),
        ),
        "/llms.txt": Answer("# Shop", headers={"Content-Type": "text/plain"}),
        "/": html(
            "Shop", "/products", "/blog", "/about", "/old", "/broken", "/cart", "/private/x", "/file.pdf",
            "https://elsewhere.example/", "mailto:a@b.example", "/?utm_source=x",
        ),
        "/products": html("Products", "/", *products),
        "/blog": html("Blog", *articles, "/products/1?utm_source=blog"),
        "/about": html("About", "/about#team"),
        "/old": moved("/older", 302),
        "/older": moved("/about"),
        "/off": moved("https://elsewhere.example/there"),
        "/loop-a": moved("/loop-b"),
        "/loop-b": moved("/loop-a"),
        "/orphan": html("Orphan", "/off", "/loop-a", "/deep"),
        "/deep": html("Deep"),
        "/file.pdf": Answer(b"%PDF-1.7 ...", headers={"Content-Type": "application/pdf"}),
        **{path: html(f"Product {path}", "/products") for path in products},
        **{path: html(f"Article {path}", "/blog") for path in articles},
    }  # fmt: skip


def test_a_site_is_crawled_from_the_request_to_the_rows(any_world: World, site: StaticSite) -> None:
    fill(site)
    run = any_world.crawl(site.origin)
    pages = any_world.pages(run)

    assert (run.status, run.stop_reason, run.error) == ("finished", "complete", None)
    assert run.started_at is not None and run.finished_at is not None  # noqa: PT018 - one statement about times
    assert {path for path, page in pages.items() if page.outcome == "html"} >= {
        "/", "/products", "/blog", "/about", "/orphan", "/deep", *(f"/products/{n}" for n in range(20)),
        *(f"/blog/{n}" for n in range(5)),
    }  # fmt: skip
    assert run.pages_known == len(pages)
    assert run.pages_fetched == sum(page.outcome != "disallowed" for page in pages.values())
    assert run.bytes_fetched > 5_000
    assert max(site.counts.values()) == 1, "no URL is asked for twice"


def test_outcomes_say_what_became_of_each_url(world: World, site: StaticSite) -> None:
    fill(site)
    pages = world.pages(world.crawl(site.origin))
    about = pages["/about"]
    assert {path: (pages[path].outcome, pages[path].status) for path in ("/broken", "/file.pdf", "/private/x")} == {
        "/broken": ("http_error", 404),
        "/file.pdf": ("not_html", 200),
        "/private/x": ("disallowed", None),
    }
    assert pages["/old"].outcome == "html"
    assert (pages["/old"].final_key, pages["/old"].facts) == (about.url_key, None)
    assert pages["/old"].redirects == (
        Hop(f"{site.origin}/old", 302, f"{site.origin}/older"),
        Hop(f"{site.origin}/older", 301, f"{site.origin}/about"),
    )
    assert pages["/off"].outcome == "redirected_off_site"
    assert (pages["/off"].final_key, pages["/off"].final_url) == (None, "https://elsewhere.example/there")
    assert (pages["/loop-a"].outcome, pages["/loop-a"].final_key) == ("redirect_loop", None)
    assert len(pages["/loop-a"].redirects) == 2
    assert about.facts is not None
    assert (about.facts.title, about.final_key, about.redirects) == ("About", about.url_key, ())
    assert about.ttfb_ms is not None and about.total_ms is not None and about.ttfb_ms <= about.total_ms  # noqa: PT018
    assert (about.transfer_bytes, about.body_bytes) == (len(site.pages["/about"].body),) * 2
    assert about.fetched_at is not None


def test_urls_carry_how_they_were_found(world: World, site: StaticSite) -> None:
    fill(site)
    pages = world.pages(world.crawl(site.origin))
    depths = {path: pages[path].depth for path in ("/", "/products", "/products/3", "/blog/4", "/orphan", "/deep")}
    assert depths == {"/": 0, "/products": 1, "/products/3": 2, "/blog/4": 2, "/orphan": None, "/deep": None}
    third = pages["/products/3"]
    assert (third.in_sitemap, third.linked) == (True, True)
    assert third.sitemap_lastmod == datetime(2026, 5, 4, tzinfo=UTC)
    assert (pages["/orphan"].in_sitemap, pages["/orphan"].linked) == (True, False)
    assert (pages["/deep"].in_sitemap, pages["/deep"].linked) == (False, True)
    assert pages["/blog"].blocked_agents == ("Bingbot",)
    assert "EngineOBot" in pages["/private/x"].blocked_agents
    assert "Bingbot" not in pages["/private/x"].blocked_agents, "a group of one's own replaces the general one"


def test_what_is_no_page_of_the_site_is_not_enqueued(world: World, site: StaticSite) -> None:
    fill(site)
    pages = world.pages(world.crawl(site.origin))
    assert "/cart" not in pages
    assert not any("elsewhere" in page.url for page in pages.values())
    assert not any("utm_" in path for path in pages), "a tracking parameter is no page of its own"
    assert "/cart" not in site.requests
    assert not any(path.startswith("/private") for path in site.requests), "robots.txt is obeyed"
    home = pages["/"].facts
    assert home is not None
    assert f"{site.origin}/cart" in {link.url for link in home.links}


def test_the_site_itself_has_facts(world: World, site: StaticSite) -> None:
    fill(site)
    run = world.crawl(site.origin)
    facts = world.site(run)
    assert facts.origin == site.origin
    assert facts.home_key == world.pages(run)["/"].url_key
    assert (facts.robots_status, facts.robots_empty, facts.llms_txt_status) == (200, False, 200)
    assert len(facts.robots_problems) == 1
    assert facts.robots_problems[0].startswith("line 6:")
    assert set(facts.sitemaps) == {f"{site.origin}/maps.xml", f"{site.origin}/map-1.xml"}
    assert facts.probe is None, "unknown URLs are answered 404"


def test_a_site_that_answers_200_to_everything_is_probed(world: World, site: StaticSite) -> None:
    site.pages = {"/": html("Home")}
    everything = html("Oops, nothing here")
    site.answer = lambda path: everything if len(path) > 20 else site.pages.get(path, Answer("", 404))  # type: ignore[method-assign]
    run = world.crawl(site.origin)
    probe = world.site(run).probe
    assert probe is not None
    assert probe.title == "Oops, nothing here"
    assert set(world.pages(run)) == {"/"}, "the probe is no page of the site"


def test_home_may_live_elsewhere_on_the_site(world: World, site: StaticSite) -> None:
    site.pages = {"/": moved("/en/", 302), "/en/": html("Home", "/en/a"), "/en/a": html("A", "/")}
    run = world.crawl(site.origin)
    pages = world.pages(run)
    assert world.site(run).home_key == pages["/en/"].url_key == pages["/"].final_key
    assert (pages["/en/"].depth, pages["/en/a"].depth) == (0, 1)
    assert site.counts["/en/"] == 1


def test_a_redirect_into_what_robots_disallows_is_not_followed(world: World, site: StaticSite) -> None:
    site.pages = {
        "/robots.txt": Answer("User-agent: EngineOBot\nDisallow: /secret", headers={"Content-Type": "text/plain"}),
        "/": html("Home", "/door"),
        "/door": moved("/secret"),
    }
    pages = world.pages(world.crawl(site.origin))
    assert (pages["/door"].outcome, pages["/door"].final_key) == ("disallowed", pages["/secret"].url_key)
    assert pages["/secret"].outcome == "disallowed"
    assert "/secret" not in site.requests


def test_a_canonical_target_is_fetched_though_nothing_links_to_it(world: World, site: StaticSite) -> None:
    body = "<html><head><title>A</title><link rel=canonical href=/a-proper></head><body>a</body></html>"
    site.pages = {"/": html("Home", "/a"), "/a": Answer(body), "/a-proper": html("A")}
    pages = world.pages(world.crawl(site.origin))
    assert (pages["/a-proper"].outcome, pages["/a-proper"].linked, pages["/a-proper"].depth) == ("html", False, None)


def test_html_without_a_content_type_is_recognised(world: World, site: StaticSite) -> None:
    site.pages = {
        "/": html("Home", "/typed", "/untyped", "/text"),
        "/untyped": Answer("\n <!DOCTYPE html><title>Untyped</title>", headers={}),
        "/text": Answer("just text", headers={}),
        "/typed": Answer("<!doctype html>", headers={"Content-Type": "text/plain"}),
    }
    pages = world.pages(world.crawl(site.origin))
    assert {path: pages[path].outcome for path in ("/untyped", "/text", "/typed")} == {
        "/untyped": "html",
        "/text": "not_html",
        "/typed": "not_html",
    }


def test_text_that_a_database_refuses_is_cleaned(any_world: World, site: StaticSite) -> None:
    data = '{"@type": "Product", "name": "a\\u0000b \\ud800 c", "price": 1e999}'
    body = f'<title>T</title><script type="application/ld+json">{data}</script>'
    site.pages = {"/": Answer(body, headers={**HTML, "ETag": '"\u00e9"'})}
    pages = any_world.pages(any_world.crawl(site.origin))
    assert pages["/"].outcome == "html"


def test_the_end_of_a_run_is_told(world: World, site: StaticSite) -> None:
    site.pages = {"/": html("Home")}
    run = world.crawl(site.origin)
    told = [message for message in world.sent if message.kind == CrawlFinished.kind]
    assert [message.payload for message in told] == [
        {"project_id": run.project_id, "run_id": run.id, "status": "finished", "pages": 1}
    ]
    world.crawler.crawl(run.id)
    assert world.kinds().count(CrawlFinished.kind) == 1, "a run that has ended is left as it is"
