"""Same-site links, numbered: pages of one site repeat the same few, so that each is looked at once."""

from array import array
from collections import Counter
from collections.abc import Iterable

from engineo.features.crawling.contracts import Link
from engineo.features.deo_score.domain.reading import Tally
from engineo.features.deo_score.domain.text import says_something
from engineo.features.deo_score.domain.url_rules import site_of

CRAWLABLE, NOFOLLOW, TEMPLATE, NAMED, SILENT, INSECURE = 1, 2, 4, 8, 16, 32
LOCAL = ("http://localhost", "https://localhost", "http://127.0.0.1", "https://127.0.0.1", "http://[::1]")
_NO_PAGES = ("mailto:", "tel:", "sms:", "#")


class Edges:
    """The distinct links of a crawl by number: address as written, hash of the text, and what kind of link it is."""

    def __init__(self, site: str) -> None:
        self._site = site
        hosts = (site, f"www.{site}") if "." in site else (site,)
        self._starts = tuple(f"{scheme}://{host}/" for scheme in ("https", "http") for host in hosts)
        self._numbers: dict[int, int] = {}
        self.urls: list[str] = []
        self.texts = array("q")
        self.flags = array("B")

    def __len__(self) -> int:
        return len(self.urls)

    def read(self, links: Iterable[Link]) -> "tuple[array[int], Tally]":
        """The numbers of a page's same-site links in order, and what all its links are like."""
        found = array("I")
        numbers, starts, site = self._numbers, self._starts, self._site
        dead = local = insecure = 0
        for link in links:
            known = hash((link.url, link.text, link.template, link.crawlable, link.rel))
            number = numbers.get(known)
            if number is not None and link.crawlable:
                found.append(number)
                continue
            url = link.url
            if url.startswith(starts) or (site in url and site_of(url) == site):
                found.append(self._add(known, link) if number is None else number)
            elif url:
                local += url.startswith(LOCAL)
                insecure += url.startswith("http:")
            if not link.crawlable and not link.href.strip().lower().startswith(_NO_PAGES):
                dead += 1
        kinds = Counter(map(self.flags.__getitem__, found))

        def count(mask: int, wanted: int) -> int:
            return sum(times for flags, times in kinds.items() if flags & mask == wanted)

        return found, Tally(
            internal=count(CRAWLABLE, CRAWLABLE),
            named=count(CRAWLABLE | NAMED, CRAWLABLE | NAMED),
            silent=count(CRAWLABLE | SILENT, CRAWLABLE | SILENT),
            nofollow=count(CRAWLABLE | NOFOLLOW, CRAWLABLE | NOFOLLOW),
            dead=dead,
            local=local,
            insecure=insecure + count(INSECURE, INSECURE),
        )

    def _add(self, known: int, link: Link) -> int:
        number = self._numbers[known] = len(self.urls)
        flags = CRAWLABLE * link.crawlable | TEMPLATE * link.template | NOFOLLOW * ("nofollow" in link.rel)
        flags |= NAMED * says_something(link.text) | SILENT * (not link.text.strip())
        self.urls.append(link.url)
        self.texts.append(hash(link.text))
        self.flags.append(flags | INSECURE * link.url.startswith("http:"))
        return number
