"""One page of the demo shop as HTML: head, structured data, navigation, what the page says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from engineo.ops.demo.shop_nodes import breadcrumbs

Crumbs = tuple[tuple[str, str], ...]
"""(name, path) from the home page down to the page itself."""


@dataclass(frozen=True, slots=True)
class Page:
    """`path` is absolute and ends with "/". Nodes are JSON-LD items without their context."""

    path: str
    title: str
    body: str
    description: str | None = None
    nodes: tuple[Mapping[str, Any], ...] = ()
    crumbs: Crumbs = ()
    canonical: str | None = None  # as written; None for the absolute URL of the page
    noindex: bool = False
    open_graph: bool = True
    image: str | None = None  # path
    lastmod: date | None = None
    listed: bool = True  # in the sitemap


@dataclass(frozen=True, slots=True)
class Frame:
    """What all pages share. Links are (name, path)."""

    shop: str
    origin: str
    header: Crumbs
    footer: Crumbs

    def html(self, page: Page) -> str:
        head = "\n".join(self._head(page))
        return f"""<!doctype html>
<html lang="en">
<head>
{head}
</head>
<body>
<header><a href="/">{escape(self.shop)}</a>
<nav aria-label="Main">{_links(self.header)}</nav></header>
<main>
{self._trail(page)}{page.body}
</main>
<footer><nav aria-label="Service">{_links(self.footer)}</nav>
<p>{escape(self.shop)}, made by hand since 2016.</p></footer>
</body>
</html>
"""

    def _head(self, page: Page) -> list[str]:
        url = self.origin + page.path
        lines = [
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(page.title)} - {escape(self.shop)}</title>",
            f'<link rel="canonical" href="{escape(page.canonical or url)}">',
            '<link rel="stylesheet" href="/style.css">',
        ]
        if page.description:
            lines.append(_meta("name", "description", page.description))
        if page.noindex:
            lines.append(_meta("name", "robots", "noindex"))
        if page.open_graph:
            lines.append(_meta("property", "og:title", page.title))
            lines.append(_meta("property", "og:site_name", self.shop))
            lines.append(_meta("property", "og:url", url))
            lines.append(_meta("property", "og:image", self.origin + (page.image or "/images/shop.svg")))
        trail = (breadcrumbs(page.crumbs, self.origin),) if page.crumbs else ()
        return lines + [_script(node) for node in (*page.nodes, *trail)]

    def _trail(self, page: Page) -> str:
        if not page.crumbs:
            return ""
        here = f"<span>{escape(page.crumbs[-1][0])}</span>"
        return f'<nav aria-label="Breadcrumb">{_links(page.crumbs[:-1])} {here}</nav>\n'


def _links(links: Crumbs) -> str:
    return " ".join(f'<a href="{escape(path)}">{escape(name)}</a>' for name, path in links)


def _meta(kind: str, name: str, content: str) -> str:
    return f'<meta {kind}="{name}" content="{escape(content)}">'


def _script(node: Mapping[str, Any]) -> str:
    text = json.dumps({"@context": "https://schema.org", **node}, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'
