"""What a site calls itself: five sources, and how many of them agree."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations
from urllib.parse import urlsplit

from engineo.features.deo_score.domain.markup import Item, Marked, first_text, home_item
from engineo.features.deo_score.domain.text import normalised
from engineo.features.deo_score.domain.vocabulary import ORGANIZATION_TYPES, WEBSITE_TYPES
from engineo.features.deo_score.domain.word_lists import words

_LEGAL = re.compile(
    r"\b(inc|incorporated|llc|ltd|limited|plc|corp|corporation|co|company|gmbh|ag|kg|ug|ohg|gbr|se|sa|sas|sarl|srl|spa"
    r"|bv|nv|oy|ab|as|aps|pty|lda|ltda|sl|kk)$"
)
_TITLE_PARTS = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022-]\s+|\s*\|\s*|:\s+")
_SEPARATORS = " \t\n|:\u2013\u2014\u00b7\u2022-"  # left at an end where a page has no name of its own
_SECOND_LEVEL = words("co com org net ac gov edu or ne go")
_CONTAINED_LETTERS = 4
_LEAST_PAGES = 2
# Where the sources disagree, the first of these that says something names the brand.
SOURCES = ("organization", "website", "og:site_name", "title", "domain")


def brand_key(name: str) -> str:
    """A name as it is compared: no case, punctuation, spaces or legal form."""
    plain = normalised(name)
    while (shorter := _LEGAL.sub("", plain).strip()) not in {plain, ""}:
        plain = shorter
    return plain.replace(" ", "")


def same_brand(name: str, other: str) -> bool:
    """Equal, or one containing the other where that has at least four letters."""
    left, right = brand_key(name), brand_key(other)
    if not left or not right:
        return False
    shorter, longer = sorted((left, right), key=len)
    return left == right or (len(shorter) >= _CONTAINED_LETTERS and shorter in longer)


def domain_label(url: str) -> str:
    """The registered name in a host: "shop" of www.shop.co.uk; "" for addresses and single labels."""
    labels = (urlsplit(url).hostname or "").removeprefix("www.").split(".")
    if len(labels) < _LEAST_PAGES or labels[-1].isdigit():
        return ""
    second = len(labels) > _LEAST_PAGES and labels[-2] in _SECOND_LEVEL
    return labels[-3] if second else labels[-2]


def title_part(titles: Iterable[str]) -> str:
    """The part that most titles share, of at least two; ties go to the first in order."""
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for title in sorted(titles):
        parts = {normalised(part): part.strip(_SEPARATORS) for part in _TITLE_PARTS.split(title)}
        for plain, part in parts.items():
            if plain:
                counts[plain] += 1
                spelled.setdefault(plain, part)
    if not counts:
        return ""
    plain, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return spelled[plain] if count >= _LEAST_PAGES else ""


def sources_of(url: str, home: Marked | None, site_name: str, titles: Iterable[str]) -> dict[str, str]:
    """The name each source gives, "" where it gives none. `titles` has one title per page group."""

    def name(item: Item | None) -> str:
        return "" if item is None else first_text(item, "name")

    return {
        "organization": name(home_item(home, ORGANIZATION_TYPES)),
        "website": name(home_item(home, WEBSITE_TYPES)),
        "og:site_name": site_name.strip(),
        "title": title_part(titles),
        "domain": domain_label(url),
    }


def agreed_brand(sources: Mapping[str, str]) -> tuple[str, int]:
    """The brand, and the largest number of sources that all agree with each other."""
    said = [source for source in SOURCES if sources[source]]
    if not said:
        return "", 0
    for size in range(len(said), 1, -1):
        agreeing = [
            chosen
            for chosen in combinations(said, size)
            if all(same_brand(sources[left], sources[right]) for left, right in combinations(chosen, 2))
        ]
        if agreeing:
            return sources[agreeing[0][0] if len(agreeing) == 1 else said[0]], size
    return sources[said[0]], 1
