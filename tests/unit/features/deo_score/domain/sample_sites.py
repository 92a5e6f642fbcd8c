"""Small sites to score, put together by the tests."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from engineo.features.crawling.contracts import Block, CrawledPage, Heading, Link, Node, PageFacts, SiteFacts
from engineo.features.deo_score.domain.build import build_site
from engineo.features.deo_score.domain.engine import unrounded
from engineo.features.deo_score.domain.fixes import REPAIRS
from engineo.features.deo_score.domain.signals.catalogue import measure
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


def repaired(name: str, site: Site) -> tuple[list[str], Site]:
    """What a repair finds, and the site without it."""
    repair = next(repair for repair in REPAIRS if repair.id == name)
    urls = list(repair.find(site))
    return urls, repair.apply(site, urls)


def gain(name: str, site: Site) -> float:
    """The points that a repair would win; the repaired site must have nothing left to repair."""
    urls, better = repaired(name, site)
    assert urls, f"{name} finds nothing"
    assert repaired(name, better)[0] == [], f"{name} leaves something"
    before, after = ({n: found.value for n, found in measure(state).items()} for state in (site, better))
    lowered = {n for n in before if (after[n] or 0) < (before[n] or 0) - 1e-9}
    assert lowered == set(), f"{name} lowers {lowered}"
    repair = next(repair for repair in REPAIRS if repair.id == name)
    changed = {n for n in before if after[n] != before[n]}
    assert changed <= set(repair.signals), f"{name} does not say that it changes {changed - set(repair.signals)}"
    return (unrounded(after) or 0) - (unrounded(before) or 0)
