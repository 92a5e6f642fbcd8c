"""Texts as they are compared: names, codes, addresses."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_LEAST_JACCARD = 0.6
_CONTAINED = 0.8
_LEAST_TOKENS = 2
_LEAST_LETTERS = 4
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    "utm_|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|srsltid|msclkid|mc_|_ga|_gl|ttclid|twclid", re.IGNORECASE
)


@lru_cache(maxsize=65_536)
def tokens(text: str) -> frozenset[str]:
    """Runs of letters and digits, in one case and form."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return frozenset("".join(char if char.isalnum() else " " for char in folded).split())


def same_name(one: str, other: str) -> bool:
    """Token Jaccard of at least .6, or at least 80 % of the shorter one's tokens (two or more) are in the other."""
    left, right = tokens(one), tokens(other)
    if not left or not right:
        return False
    shared, shorter = len(left & right), min(len(left), len(right))
    return shared / len(left | right) >= _LEAST_JACCARD or (shorter >= _LEAST_TOKENS and shared / shorter >= _CONTAINED)


def same_brand(one: str, other: str) -> bool:
    """Equal but for case, spaces and punctuation, or one holds the other where that has four letters or more."""
    left, right = _letters(one), _letters(other)
    shorter, longer = sorted((left, right), key=len)
    return bool(shorter) and (left == right or (len(shorter) >= _LEAST_LETTERS and shorter in longer))


def same_code(one: str, other: str) -> bool:
    """Article numbers are the same however they are spaced and cased."""
    return bool(_letters(one)) and _letters(one) == _letters(other)


def code_key(code: str) -> str:
    return _letters(code)


def _letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


@lru_cache(maxsize=65_536)
def address_key(url: str) -> str:
    """One form for the spellings of an address; "" for what is no http(s) address.

    Scheme, `www.`, fragment, default port, tracking parameters and the order of the query make no difference.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip(".").lower(), parts.port
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except ValueError:
        return ""
    if parts.scheme.lower() not in _DEFAULT_PORTS or not host:
        return ""
    if host.startswith("www.") and host.count(".") > 1:
        host = host.removeprefix("www.")
    if port not in {None, _DEFAULT_PORTS[parts.scheme.lower()]}:
        host = f"{host}:{port}"
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(pair[0])]
    query = f"?{urlencode(sorted(pairs))}" if pairs else ""
    return f"{host}{_one_form(parts.path) or '/'}{query}"


def place_key(url: str) -> str:
    """An address without its query: variants of a product have one each, and stand on one page."""
    return address_key(url).partition("?")[0].rstrip("/")


def last_segment(url: str) -> str:
    """The last segment of a path, without an extension: what a shop's handle is."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    segment = unquote(path).rstrip("/").rpartition("/")[2].lower()
    return re.sub(r"\.(?:html?|php|aspx?)\Z", "", segment)


def _one_form(path: str) -> str:
    return quote(unquote(path, errors="replace"), safe="/!$&'()*+,;=:@-._~")
