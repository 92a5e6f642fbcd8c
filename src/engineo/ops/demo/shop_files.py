"""What a site has besides pages: robots.txt, sitemap, redirects, a style sheet and pictures."""

from collections.abc import Iterable
from html import escape

from engineo.ops.demo.shop_page import Page

HTACCESS = """\
# Addresses of the shop before it moved
RedirectPermanent /blog /journal
Redirect 301 /products/stoneware-cup/ /products/stoneware-mug/
Redirect gone /sale
RewriteEngine on
RewriteRule ^shop/([a-z-]+)/?$ /collections/$1/ [R=301,L]
"""

STYLE = """\
body { color: #2b2b26; font: 1.05rem/1.6 Georgia, serif; margin: 0 auto; max-width: 44rem; padding: 1rem; }
header, footer { border-color: #cfc8b8; border-style: solid; border-width: 0 0 1px; padding: 0.8rem 0; }
footer { border-width: 1px 0 0; margin-top: 3rem; }
nav a { margin-right: 0.9rem; }
a { color: #3f5f49; }
h1, h2, h3, h4 { font-weight: normal; line-height: 1.25; }
img { display: block; height: auto; max-width: 100%; }
th { font-weight: normal; padding-right: 1.5rem; text-align: left; }
"""


def robots(origin: str) -> str:
    return f"User-agent: *\nDisallow: /cart/\n\nSitemap: {origin}/sitemap.xml\n"


def sitemap(origin: str, pages: Iterable[Page]) -> str:
    rows = []
    for page in pages:
        changed = f"<lastmod>{page.lastmod}</lastmod>" if page.lastmod else ""
        rows.append(f"<url><loc>{escape(origin + page.path)}</loc>{changed}</url>")
    listed = "\n".join(rows)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{namespace}">\n{listed}\n</urlset>\n'


def picture(colour: str, number: int) -> str:
    """A still life of two shapes on a shelf; `number` moves them, so that no two pictures are alike."""
    left, height = 120 + 23 * (number % 5), 180 + 17 * (number % 7)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480" width="640" height="480">'
        '<rect width="640" height="480" fill="#f3eee3"/><rect y="400" width="640" height="12" fill="#b9a98a"/>'
        f'<rect x="{left}" y="{400 - height}" width="130" height="{height}" rx="14" fill="{colour}"/>'
        f'<circle cx="{left + 290}" cy="{400 - 60 - number}" r="{60 + number}" fill="{colour}" opacity="0.6"/></svg>\n'
    )
