"""Links of a page, and those among them that cite another site."""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from engineo.features.crawling.contracts import Link
from engineo.features.crawling.domain.document import TEMPLATE, RawLink
from engineo.features.crawling.domain.text import collapse
from engineo.features.crawling.domain.urls import normalise, site_host

_NO_CITATION = frozenset({"nofollow", "sponsored", "ugc"})
_AFFILIATE_NAMES = frozenset({"tag", "ref", "partner"})
_KEPT_HREF = 2_048
MAX_CITATIONS = 2


def read_links(found: Iterable[RawLink], base: str) -> tuple[Link, ...]:
    """Links as contracts have them. Equal hrefs are resolved once."""
    resolved: dict[str, str] = {}
    links: list[Link] = []
    for raw in found:
        url = resolved.get(raw.href)
        if url is None:
            url = resolved[raw.href] = (normalise(raw.href, base) or "") if raw.href else ""
        links.append(
            Link(
                url=url,
                href=raw.href[:_KEPT_HREF],
                text=collapse(raw.text)[:300] or collapse(raw.image or raw.label)[:300],
                rel=tuple(dict.fromkeys(raw.rel.lower().split()[:20])),
                template=bool(raw.flags & TEMPLATE),
                crawlable=bool(url),
            ),
        )
    return tuple(links)


def count_citations(links: Iterable[Link], page_url: str) -> int:
    """Distinct other sites that the main text links to, paid and affiliate links aside; at most 2."""
    own = site_host(page_url)
    hosts: set[str] = set()
    for link in links:
        if link.template or not link.url or not _NO_CITATION.isdisjoint(link.rel):
            continue
        host = site_host(link.url)
        if host != own and host not in hosts and not _is_affiliate(link.url):
            hosts.add(host)
            if len(hosts) == MAX_CITATIONS:
                break
    return len(hosts)


def _is_affiliate(url: str) -> bool:
    names = (name.lower() for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True))
    return any(name in _AFFILIATE_NAMES or name.startswith("aff") for name in names)
