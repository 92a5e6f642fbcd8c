import json
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree, html

from engineo.ops.demo.htaccess import parse_htaccess
from engineo.ops.demo.redirects import redirect_for
from engineo.ops.demo.shop import write_shop
from engineo.ops.demo.site_files import Moved, SiteFiles

_ORIGIN = "http://127.0.0.1:4321"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    write_shop(folder, _ORIGIN)
    return folder


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, html.HtmlElement]:
    """Pages by path."""
    return {
        f"/{file.parent.relative_to(folder)}/".replace("/./", "/"): html.document_fromstring(file.read_text())
        for file in sorted(folder.rglob("index.html"))
    }


def _nodes(page: html.HtmlElement) -> list[dict[str, object]]:
    return [json.loads(script) for script in page.xpath("//script[@type='application/ld+json']/text()")]


def _listed(folder: Path) -> set[str]:
    locations = etree.parse(folder / "sitemap.xml").getroot().findall(".//{*}loc")
    return {urlsplit(str(location.text)).path for location in locations}


def _links(pages: dict[str, html.HtmlElement]) -> dict[str, set[str]]:
    return {
        path: {str(href) for href in page.xpath("//a/@href") if href.startswith("/")} for path, page in pages.items()
    }


def test_the_same_origin_gives_the_same_shop(folder: Path, tmp_path: Path) -> None:
    write_shop(tmp_path, _ORIGIN)
    write_shop(tmp_path, _ORIGIN)
    for file in (file for file in folder.rglob("*") if file.is_file()):
        again = tmp_path / file.relative_to(folder)
        assert (again.read_bytes(), again.stat().st_mtime) == (file.read_bytes(), file.stat().st_mtime)


def test_about_thirty_pages_each_with_a_title_a_heading_and_its_address(pages: dict[str, html.HtmlElement]) -> None:
    assert 28 <= len(pages) <= 34
    for path, page in pages.items():
        assert len(page.xpath("//title")) == len(page.xpath("//h1")) == 1, path
        assert page.xpath("//link[@rel='canonical']/@href")[0].removeprefix(_ORIGIN) == path


def test_one_link_is_broken_and_one_is_old(folder: Path, pages: dict[str, html.HtmlElement]) -> None:
    files = SiteFiles(folder)
    targets = {target for links in _links(pages).values() for target in links}
    redirected = {target for target in targets if redirect_for(files.rules(target), target)}
    broken = {target for target in targets - redirected if files.find(target) is None}
    assert (redirected, broken) == ({"/blog/"}, {"/products/oak-candle-stand/"})
    assert {
        str(src) for page in pages.values() for src in page.xpath("//img/@src") if not files.find(str(src))
    } == set()
    assert not [target for target in targets if isinstance(files.find(target), Moved)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/blog", (301, "/journal")),
        ("/blog/washing-linen/", (301, "/journal/washing-linen/")),
        ("/shop/candles", (301, "/collections/candles/")),
        ("/products/stoneware-cup/", (301, "/products/stoneware-mug/")),
        ("/sale", (410, "")),
        ("/", None),
    ],
)
def test_old_addresses(folder: Path, path: str, expected: tuple[int, str] | None) -> None:
    read = parse_htaccess((folder / ".htaccess").read_text())
    assert read.problems == ()
    assert redirect_for(read.rules, path) == expected


def test_what_the_sitemap_lists(folder: Path, pages: dict[str, html.HtmlElement]) -> None:
    listed, linked = _listed(folder), {target for links in _links(pages).values() for target in links}
    assert set(pages) - listed == {"/cart/", "/wholesale/"}
    assert listed - linked == {"/gift-cards/"}
    assert listed <= set(pages)
    assert "Disallow: /cart/" in (folder / "robots.txt").read_text()
    assert f"Sitemap: {_ORIGIN}/sitemap.xml" in (folder / "robots.txt").read_text()


def test_the_flaws_that_the_score_is_to_find(pages: dict[str, html.HtmlElement]) -> None:
    def paths(query: str) -> set[str]:
        return {path for path, page in pages.items() if page.xpath(query)}

    titles = Counter(page.findtext(".//title") for page in pages.values())
    assert [count for count in titles.values() if count > 1] == [2]
    assert paths("//meta[@name='robots' and @content='noindex']") == {"/wholesale/"}
    assert len(paths("/html[not(.//meta[@name='description'])]")) == 5
    assert paths("//link[@rel='canonical' and not(starts-with(@href, 'http'))]") == {"/products/porridge-bowl/"}
    assert paths("//img[not(@alt)]") == {"/products/garden-lantern-candle/"}
    assert paths("//img[not(@width)]") == {"/products/wick-trimmer/"}
    assert paths("//*[@itemtype='https://schema.org/Product']") == {"/products/linen-bread-bag/"}
    assert len(pages["/stockists/"].xpath("string(//main)").split()) < 25


def test_products_and_their_offers(pages: dict[str, html.HtmlElement]) -> None:
    products = {path: page for path, page in pages.items() if path.startswith("/products/")}
    found = {path: node for path, page in products.items() for node in _nodes(page) if node["@type"] == "Product"}
    assert (len(products), len(found)) == (12, 10)
    prices = {path: json.dumps(node["offers"]) for path, node in found.items()}
    unpriced = {path for path, offer in prices.items() if '"price":' not in offer}
    assert unpriced == {"/products/garden-lantern-candle/", "/products/salt-pig/"}
    shown = {path: str(page.xpath("string(//article)")) for path, page in products.items()}
    for path in found.keys() - unpriced:
        match = re.search(r'"price": "([\d.]+)"', prices[path])
        assert match is not None
        assert (f"£{match[1]}" in shown[path]) == (path != "/products/linen-apron/")
    assert {path for path, node in found.items() if "description" not in node} == {"/products/striped-linen-tea-towel/"}


def test_texts_are_long_enough_to_be_worth_reading(pages: dict[str, html.HtmlElement]) -> None:
    articles = [path for path in pages if path.startswith("/journal/") and path != "/journal/"]
    assert len(articles) == 4
    for path, page in pages.items():
        words = sum(len(str(text).split()) for text in page.xpath("//article/p//text() | //article/*//li//text()"))
        if path in articles:
            assert 250 <= words <= 500, path
        if path.startswith("/products/"):
            assert 60 <= words <= 200, path


def test_structured_data_points_at_the_shop(pages: dict[str, html.HtmlElement]) -> None:
    kinds = Counter(str(node["@type"]) for page in pages.values() for node in _nodes(page))
    assert {"Organization", "WebSite", "BreadcrumbList", "CollectionPage", "FAQPage", "BlogPosting"} <= set(kinds)
    for page in pages.values():
        for url in re.findall(r'"(http://[^"]+)"', json.dumps(_nodes(page))):
            assert url.startswith(_ORIGIN)
            assert urlsplit(url).path in pages or urlsplit(url).path.endswith(".svg")


def test_dates_of_articles(pages: dict[str, html.HtmlElement]) -> None:
    dated = {path for path, page in pages.items() if page.xpath("//time/@datetime")}
    assert dated == {"/journal/first-burn/", "/journal/washing-linen/", "/journal/clay-from-the-river/"}
