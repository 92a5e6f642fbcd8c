"""What the head of a page and its response headers declare."""

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser

from engineo.features.crawling.contracts import RobotsDirectives
from engineo.features.crawling.domain.text import collapse
from engineo.features.crawling.domain.urls import normalise

_MAX_TEXT = 1_000
_MAX_ITEMS = 500
_DIRECTIVES_WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_DIRECTIVE = re.compile(r"unavailable_after\s*:\s*(?:[a-z]{3,9},\s*)?[^,]*(?:,\s*\d[^,]*)*|[^,]+", re.IGNORECASE)
_LINK = re.compile(r"<([^<>]{0,2048})>([^<]{0,2048})")
_CANONICAL_REL = re.compile(r";\s*rel\s*=\s*(?:\"[^\"]*\bcanonical\b[^\"]*\"|canonical\b)", re.IGNORECASE)
_META_AGENT = re.compile(r"[a-z0-9_-]*(?:bot|crawler|spider|slurp)[a-z0-9_-]*(?:-news)?\Z")


class Head:
    """The metas and links of a document, by name."""

    def __init__(self, tree: LexborHTMLParser, page_url: str) -> None:
        self.metas: dict[str, list[str]] = {}
        for node in tree.css("meta")[:_MAX_ITEMS]:
            attributes = node.attributes
            content = attributes.get("content")
            if content is None:
                continue
            for key in {
                (attributes.get("name") or "").strip().lower(),
                (attributes.get("property") or "").strip().lower(),
            }:
                if key:
                    self.metas.setdefault(key, []).append(content)
        titles = tree.css("head > title") or tree.css("title")
        self.titles = len(titles)
        self.title = text_or_none(titles[0].text()) if titles else None
        base = next((node.attributes.get("href") for node in tree.css("base[href]")), None)
        self.base = (normalise(base, page_url) if base else None) or page_url
        self.links = [node.attributes for node in tree.css("link[rel]")[:_MAX_ITEMS]]
        self._tree = tree

    def meta(self, name: str) -> str | None:
        """The first content of that name, as text; None where there is none or it is empty."""
        return text_or_none(next(iter(self.metas.get(name, ())), None))

    def family(self, prefix: str) -> dict[str, str]:
        """First value of each name with that prefix, without it (`og:title` -> `title`)."""
        found: dict[str, str] = {}
        for name, contents in self.metas.items():
            text = text_or_none(contents[0])
            if name.startswith(prefix) and len(name) > len(prefix) and text:
                found[name[len(prefix) :][:100]] = text
        return found

    def canonicals(self) -> tuple[tuple[str, ...], bool]:
        """Absolute canonical URLs in document order, and whether one was written relative. An unusable one is ""."""
        hrefs = [
            (attributes.get("href") or "").strip()
            for attributes in self.links
            if "canonical" in (attributes.get("rel") or "").lower().split()
        ]
        absolute = tuple(normalise(href, self.base) or "" if href else "" for href in hrefs)
        return absolute, any(href and not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", href) for href in hrefs)

    def hreflang(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            ((attributes.get("hreflang") or "").strip()[:50], (attributes.get("href") or "").strip()[:2_048])
            for attributes in self.links
            if "alternate" in (attributes.get("rel") or "").lower().split() and "hreflang" in attributes
        )

    def lang(self) -> str | None:
        root = self._tree.css_first("html")
        return text_or_none(root.attributes.get("lang") or root.attributes.get("xml:lang")) if root else None

    def robots(self) -> list[RobotsDirectives]:
        """The robots metas: for all agents (`robots`), and those named for one."""
        return [
            RobotsDirectives("" if name == "robots" else name, split, "meta")
            for name, contents in self.metas.items()
            if name == "robots" or _META_AGENT.match(name)
            for content in contents
            if (split := directives(content))
        ]


def robots_headers(headers: Sequence[tuple[str, str]]) -> list[RobotsDirectives]:
    """The `X-Robots-Tag` headers: `noindex`, or `googlebot: noindex, nofollow`."""
    found: dict[tuple[int, str], list[str]] = {}
    for index, (name, value) in enumerate(headers[:_MAX_ITEMS]):
        agent = ""
        for directive in directives(value) if name.lower() == "x-robots-tag" else ():
            first, colon, rest = directive.partition(":")
            if colon and first not in _DIRECTIVES_WITH_VALUE:
                agent, directive = "" if first in {"*", "robots"} else first, rest  # noqa: PLW2901 - its agent taken off
            found.setdefault((index, agent), []).append(directive)
    return [RobotsDirectives(agent, tuple(split), "header") for (_, agent), split in found.items()]


def directives(content: str) -> tuple[str, ...]:
    """`NoIndex, max-snippet: 0` -> ("noindex", "max-snippet:0"). The date of unavailable_after keeps its commas."""
    found = (collapse(match[0]).lower() for match in _DIRECTIVE.finditer(content[:_MAX_TEXT].strip()))
    return tuple(re.sub(r"\s*:\s*", ":", directive, count=1).strip() for directive in found if directive)


def canonical_headers(headers: Sequence[tuple[str, str]], page_url: str) -> tuple[str, ...]:
    """Absolute targets of `Link: <url>; rel="canonical"` headers."""
    found = (
        normalise(match[1].strip(), page_url)
        for name, value in headers[:_MAX_ITEMS]
        if name.lower() == "link"
        for match in _LINK.finditer(value[:20_000])
        if _CANONICAL_REL.search(match[2])
    )
    return tuple(url for url in found if url)


def text_or_none(text: str | None) -> str | None:
    """Collapsed text of at most 1,000 characters, or None."""
    return collapse(text[: 4 * _MAX_TEXT])[:_MAX_TEXT] or None if text else None
