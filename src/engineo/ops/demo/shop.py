"""The demo shop: about thirty pages, most of them good, some imperfect on purpose (content/*.toml says which)."""

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from engineo.ops.demo import shop_files, shop_nodes
from engineo.ops.demo.prose import to_html
from engineo.ops.demo.shop_page import Crumbs, Frame, Page

_MADE = date(2026, 10, 5)  # nothing depends on when the shop is written
_COLOURS = {"candles": "#d9a441", "linen": "#7f93ad", "pottery": "#9c6b4e"}
_HOME = ("Home", "/")

Entry = Mapping[str, Any]


def write_shop(folder: Path, origin: str) -> None:
    """Write the shop into `folder`; `origin` (no slash at its end) begins every absolute URL.

    The same origin gives the same bytes and file times. Raise `OSError` where the folder cannot be written.
    """
    shop = _Shop(origin)
    pages = list(shop.pages())
    for page in pages:
        _write(folder / page.path.strip("/") / "index.html", shop.frame.html(page), page.lastmod)
    for name, text in shop.files(pages):
        _write(folder / name, text)


def _write(file: Path, text: str, changed: date | None = None) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    seconds = datetime.combine(changed or _MADE, time(9), UTC).timestamp()
    os.utime(file, (seconds, seconds))


class _Shop:
    """The catalogue, and the pages that it becomes."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._site = _content("site")
        self._products: list[Entry] = _content("products")["products"]
        self._articles: list[Entry] = _content("articles")["articles"]
        self._collections: dict[str, Entry] = {entry["slug"]: entry for entry in self._site["collections"]}
        collections = tuple((entry["title"], _path(entry, "collections")) for entry in self._collections.values())
        header = (*collections, ("Journal", "/journal/"), *self._titles("brand", "faq"), ("Basket", "/cart/"))
        self.frame = Frame(self._site["name"], origin, header, self._titles("policy", "other", "noindex"))

    def pages(self) -> Iterator[Page]:
        yield self._home()
        yield from map(self._plain, self._site["pages"])
        yield from map(self._collection, self._collections.values())
        yield from map(self._product, self._products)
        yield self._journal()
        yield from map(self._article, self._articles)
        yield Page("/cart/", "Basket", "<h1>Basket</h1>\n<p>Your basket is empty.</p>", listed=False)

    def files(self, pages: Iterable[Page]) -> Iterator[tuple[str, str]]:
        """Name and text of everything that is no page of its own."""
        text = "<h1>Page not found</h1>\n<p>It may have moved: start again from the top of this page.</p>"
        yield "404.html", self.frame.html(Page("/404.html", "Page not found", text, noindex=True))
        yield "robots.txt", shop_files.robots(self._origin)
        yield "sitemap.xml", shop_files.sitemap(self._origin, (page for page in pages if page.listed))
        yield ".htaccess", shop_files.HTACCESS
        yield "style.css", shop_files.STYLE
        yield "images/shop.svg", shop_files.picture("#5c7a64", 0)
        for number, entry in enumerate(self._products):
            yield f"images/{entry['slug']}.svg", shop_files.picture(_COLOURS[entry["collection"]], number)

    def _titles(self, *kinds: str) -> Crumbs:
        return tuple((entry["title"], _path(entry)) for entry in self._site["pages"] if entry["kind"] in kinds)

    def _home(self) -> Page:
        home = self._site["home"]
        nodes = shop_nodes.organization(self._site, self._origin), shop_nodes.website(self._site, self._origin)
        featured = [entry for entry in self._products if entry["slug"] in home["featured"]]
        body = f"{_body(home)}\n<h2>Made every week</h2>\n{_cards(featured)}"
        return Page("/", home["title"], body, home["summary"], nodes, lastmod=_MADE)

    def _plain(self, entry: Entry) -> Page:
        nodes = (shop_nodes.faq(entry["text"]),) if entry["kind"] == "faq" else ()
        hidden = entry["kind"] == "noindex"
        return Page(
            _path(entry), entry["title"], _body(entry), entry["summary"], nodes, noindex=hidden, listed=not hidden
        )

    def _collection(self, entry: Entry) -> Page:
        path = _path(entry, "collections")
        products = [product for product in self._products if product["collection"] == entry["slug"]]
        urls = (self._origin + _path(product, "products") for product in products)
        node = shop_nodes.collection(entry, self._origin + path, self._origin, urls)
        body = f"{_body(entry)}\n{_cards(products)}"
        return Page(path, entry["title"], body, _description(entry), (node,), (_HOME, (entry["title"], path)))

    def _product(self, entry: Entry) -> Page:
        flaws, path = _flaws(entry), _path(entry, "products")
        collection = self._collections[entry["collection"]]
        above = (collection["title"], _path(collection, "collections"))
        near = [other for other in self._products if other["collection"] == entry["collection"] and other != entry]
        marked = not flaws & {"no-markup", "microdata"}
        return Page(
            path,
            entry.get("title", entry["name"]),
            f"{_product_body(entry)}\n<h2>From the same collection</h2>\n{_cards(near[:2])}",
            _description(entry),
            (shop_nodes.product(entry, self._origin + path, self._origin, flaws),) if marked else (),
            () if "no-breadcrumb" in flaws else (_HOME, above, (entry["name"], path)),
            canonical=path if "relative-canonical" in flaws else None,
            open_graph="no-open-graph" not in flaws,
            image=_picture(entry),
        )

    def _journal(self) -> Page:
        summary = "Notes from the workshop on candles, linen, clay and bread."
        rows = (
            f"<h2>{_link(_path(entry, 'journal'), entry['title'])}</h2>\n<p>{escape(entry['summary'])}</p>"
            for entry in self._articles
        )
        return Page("/journal/", "Journal", "\n".join([f"<h1>Journal</h1>\n<p>{summary}</p>", *rows]), summary)

    def _article(self, entry: Entry) -> Page:
        path, published = _path(entry, "journal"), entry.get("published")
        node = shop_nodes.article(entry, self._origin + path, self._origin)
        day = f'<time datetime="{published}">{published.day} {published:%B %Y}</time>, ' if published else ""
        byline = f"<p>{day}by {escape(entry['author'])}</p>"
        return Page(
            path,
            entry["title"],
            f"<article>\n{_body(entry, byline)}\n</article>",
            _description(entry),
            () if "no-markup" in _flaws(entry) else (node,),
            lastmod=entry.get("modified", published),
        )


def _content(name: str) -> dict[str, Any]:
    return tomllib.loads((files("engineo.ops.demo") / "content" / f"{name}.toml").read_text(encoding="utf-8"))


def _path(entry: Entry, section: str = "") -> str:
    return f"/{section}/{entry['slug']}/" if section else f"/{entry['slug']}/"


def _picture(entry: Entry) -> str:
    return f"/images/{entry['slug']}.svg"


def _flaws(entry: Entry) -> frozenset[str]:
    return frozenset(entry.get("flaws", ()))


def _description(entry: Entry) -> str | None:
    return None if "no-meta-description" in _flaws(entry) else str(entry["summary"])


def _link(path: str, words: str) -> str:
    return f'<a href="{path}">{escape(words)}</a>'


def _body(entry: Entry, byline: str = "") -> str:
    return "\n".join(filter(None, [f"<h1>{escape(entry['title'])}</h1>", byline, to_html(entry["text"])]))


def _cards(products: Sequence[Entry]) -> str:
    rows = (
        f"<li>{_link(_path(entry, 'products'), entry['name'])}, £{entry['price']}: {escape(entry['summary'])}</li>"
        for entry in products
    )
    return "<ul>\n" + "\n".join(rows) + "\n</ul>"


def _product_body(entry: Entry) -> str:
    """Name, price, picture, facts and text; with microdata where the entry says so."""
    flaws = _flaws(entry)
    marked = "microdata" in flaws
    item = ' itemscope itemtype="https://schema.org/Product"' if marked else ""
    offer = ' itemprop="offers" itemscope itemtype="https://schema.org/Offer"' if marked else ""
    amount = f'<meta itemprop="priceCurrency" content="{shop_nodes.CURRENCY}">' if marked else ""

    def prop(name: str) -> str:
        return f' itemprop="{name}"' if marked else ""

    size = "" if "unsized-image" in flaws else ' width="640" height="480"'
    alt = "" if "no-alt" in flaws else f' alt="{escape(entry["name"])} on a wooden shelf"'
    rows = "\n".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in entry["facts"])
    return f"""<article{item}>
<h1{prop("name")}>{escape(entry["name"])}</h1>
<p{prop("description")}>{escape(entry["summary"])}</p>
<p{offer}>{amount}£<span{prop("price")}>{entry["price"]}</span>, in stock. <a href="/shipping/">Delivery</a> in two to
three working days, <a href="/returns/">returns</a> within 30 days.</p>
<img src="{_picture(entry)}"{alt}{size}{prop("image")}>
<table>
{rows}
</table>
{to_html(entry["text"])}
</article>"""
