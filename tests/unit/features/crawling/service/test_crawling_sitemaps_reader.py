import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from engineo.features.crawling.domain.robots import RobotsPolicy
from engineo.features.crawling.service.polite import PoliteFetcher
from engineo.features.crawling.service.scope import Scope
from engineo.features.crawling.service.sitemaps import MAX_FILES, SitemapReader
from engineo.features.crawling.settings import CrawlSettings
from engineo.kernel.fetching import FetchRequest, FetchResult

HOME = "https://shop.example"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class Files:
    """A site of sitemap files, by path; everything else is 404. A status stands for an empty answer."""

    def __init__(self, files: Mapping[str, str | int]) -> None:
        self._files = files
        self.asked: list[str] = []

    async def fetch(self, request: FetchRequest) -> FetchResult:
        path = request.url.removeprefix(HOME)
        self.asked.append(path)
        found = self._files.get(path, 404)
        if isinstance(found, int):
            return FetchResult(request.url, "answered", found)
        return FetchResult(request.url, "answered", 200, body=found.encode())


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 5, 4, tzinfo=UTC)


def urlset(*paths: str, lastmod: str = "") -> str:
    stamp = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<urlset {NS}>{''.join(f'<url><loc>{HOME}{path}</loc>{stamp}</url>' for path in paths)}</urlset>"


def index(*paths: str) -> str:
    return f"<sitemapindex {NS}>{''.join(f'<sitemap><loc>{HOME}{p}</loc></sitemap>' for p in paths)}</sitemapindex>"


def read(
    files: Mapping[str, str | int], *named: str, robots: bytes = b"", max_pages: int = 1000
) -> tuple[dict[str, datetime | None], SitemapReader, list[str]]:
    site = Files(files)
    limits = CrawlSettings(crawl_max_pages=max_pages).limits()

    async def run() -> tuple[dict[str, datetime | None], SitemapReader, list[str]]:
        polite = PoliteFetcher(site, limits, FixedClock(), lambda _: None)
        reader = SitemapReader(polite, Scope(HOME, RobotsPolicy.parse(200, robots)), limits)
        found = await reader.read([f"{HOME}{path}" if path.startswith("/") else path for path in named])
        assert all(member.in_sitemap for member in found)
        return {member.url.removeprefix(HOME): member.sitemap_lastmod for member in found}, reader, site.asked

    return asyncio.run(run())


def test_the_usual_place_is_tried_and_its_absence_is_no_problem() -> None:
    found, reader, asked = read({})
    assert (found, reader.files, reader.problems, asked) == ({}, [], [], ["/sitemap.xml"])


def test_a_named_file_that_is_missing_is_a_problem() -> None:
    _, reader, _ = read({"/map.xml": 404, "/other.xml": 500}, "/map.xml", "/other.xml")
    assert reader.problems == [f"{HOME}/map.xml: answered 404", f"{HOME}/other.xml: answered 500"]


def test_an_index_leads_to_its_files_once() -> None:
    files = {"/i.xml": index("/a.xml", "/b.xml", "/i.xml"), "/a.xml": urlset("/1"), "/b.xml": urlset("/2", "/1")}
    found, reader, asked = read(files, "/i.xml")
    assert list(found) == ["/1", "/2"]
    assert reader.files == [f"{HOME}/i.xml", f"{HOME}/a.xml", f"{HOME}/b.xml"]
    assert asked == ["/i.xml", "/sitemap.xml", "/a.xml", "/b.xml"]


def test_lastmod_comes_along() -> None:
    found, _, _ = read({"/sitemap.xml": urlset("/1", lastmod="2026-05-01")})
    assert found == {"/1": datetime(2026, 5, 1, tzinfo=UTC)}


def test_what_is_no_page_of_the_site_is_left_out() -> None:
    foreign = f"<urlset {NS}><url><loc>https://other.example/</loc></url><url><loc>{HOME}/cart</loc></url></urlset>"
    found, _, _ = read({"/sitemap.xml": foreign})
    assert found == {}


def test_files_of_other_sites_and_disallowed_ones_are_not_read() -> None:
    _, reader, asked = read({}, "https://other.example/map.xml", "/no/map.xml", robots=b"User-agent: *\nDisallow: /no")
    assert asked == ["/sitemap.xml"]
    assert len(reader.problems) == 2


def test_endless_indexes_end() -> None:
    files = {f"/{n}.xml": index(f"/{n + 1}.xml", f"/x{n}.xml") for n in range(500)}
    _, reader, asked = read(files, "/0.xml")
    assert len(asked) == MAX_FILES
    assert "more sitemap files were not read" in reader.problems[-1]


def test_no_more_than_twice_the_page_limit_is_taken() -> None:
    found, _, _ = read({"/sitemap.xml": urlset(*(f"/{n}" for n in range(100)))}, max_pages=10)
    assert len(found) == 20


def test_a_page_in_the_usual_place_is_no_sitemap() -> None:
    _, reader, _ = read({"/sitemap.xml": "<!doctype html><title>Shop</title>"})
    assert (reader.files, reader.problems) == ([], [])
