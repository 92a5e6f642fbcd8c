"""Small sites to score, put together by the tests."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from engineo.features.crawling.contracts import Block, CrawledPage, Heading, Link, Node, PageFacts, SiteFacts
from engineo.features.deo_score.domain.build import build_site
from engineo.features.deo_score.domain.evaluation import evaluate
from engineo.features.deo_score.domain.findings.finding import Finding
from engineo.features.deo_score.domain.reader import Reader, Seen
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.rows import Row
from engineo.features.deo_score.domain.site import Member, Site

ORIGIN = "https://shop.example"
HOME = f"{ORIGIN}/"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SITE = SiteFacts(origin=ORIGIN, home_key=HOME, robots_status=404)


def key(path: str) -> str:
    return f"{ORIGIN}/{path.lstrip('/')}"


def digest(seed: str) -> str:
    return blake2b(seed.encode(), digest_size=8).hexdigest()


def block(seed: str, terms: int = 100) -> Block:
    return Block("p", digest(seed), terms, {f"{seed}{number}": 1.0 for number in range(terms)})


def body(seed: str, **changes: Any) -> PageFacts:
    """A readable page with 100 words of its own, a title, a description and an h1."""
    given: dict[str, Any] = {
        "title": f"Title {seed}",
        "titles": 1,
        "description": f"Description {seed}",
        "headings": (Heading(1, f"Heading {seed}"),),
        "words": 100,
        "raw_words": 100,
        "blocks": (block(seed),),
        "simhash": digest(seed),
        "text_hash": digest(f"text {seed}"),
        "first_words": f"{seed} words",
    }
    return PageFacts(**{**given, **changes})


def page(path: str, facts: PageFacts | None = None, **changes: Any) -> CrawledPage:
    """A row that answered 200 with HTML and is linked from somewhere."""
    given: dict[str, Any] = {
        "url_key": key(path),
        "url": key(path),
        "outcome": "html",
        "status": 200,
        "final_key": key(path),
        "final_url": key(path),
        "linked": True,
        "fetched_at": NOW,
        "ttfb_ms": 100.0,
        "transfer_bytes": 10_000,
        "facts": body(path or "home") if facts is None else facts,
    }
    return CrawledPage(**{**given, **changes})


def failed(path: str, status: int | None = 500, outcome: str = "http_error", **changes: Any) -> CrawledPage:
    given: dict[str, Any] = {"outcome": outcome, "status": status, "linked": True, **changes}
    return CrawledPage(url_key=key(path), url=key(path), **given)


def moved(path: str, target: str, **changes: Any) -> CrawledPage:
    """A URL that redirects to another one of the site; its facts stand in the row of the target."""
    given: dict[str, Any] = {"final_key": key(target), "final_url": key(target), "facts": None, **changes}
    return replace(page(path), **given)


def link(path: str, text: str = "a page with a name", **changes: Any) -> Link:
    return Link(key(path), f"/{path}", text, **changes)


def node(kind: str, properties: Mapping[str, Any] | None = None, **changes: Any) -> Node:
    listed = {name: value if isinstance(value, list) else [value] for name, value in (properties or {}).items()}
    return Node((kind,), listed, changes.pop("syntax", "json-ld"), changes.pop("top_level", True), **changes)


def nested(kind: str, **properties: Any) -> dict[str, Any]:
    return {"@type": [kind], **{name: [value] for name, value in properties.items()}}


def site_of_pages(pages: Iterable[CrawledPage], facts: SiteFacts = SITE, **changes: Any) -> Site:
    return build_site(facts, pages, changes.pop("as_of", NOW), **changes)


def member(row: CrawledPage, **changes: Any) -> Member:
    """The member of a one-page site, or of a site with a home beside it."""
    rows = [row] if row.url_key == HOME else [page(""), row]
    return site_of_pages(rows, **changes).members[row.url_key]


def read(row: CrawledPage, site: SiteFacts = SITE, **how: Any) -> Seen:
    """A page as it is looked at."""
    _, seen = Reader(site, NOW, {}).read(row, **how)
    assert seen is not None
    return seen


def reading(facts: PageFacts) -> Reading:
    """What is kept of a page."""
    return read(page("x", facts)).reading


def row_of(row: CrawledPage) -> Row:
    return Reader(SITE, NOW, {}).read(row)[0]


def judged(rows: Iterable[CrawledPage], site: SiteFacts = SITE, **how: Any) -> dict[str, Finding]:
    """The findings of a site by their id."""
    return {finding.check.id: finding for finding in evaluate(site, rows, NOW, **how).findings}
