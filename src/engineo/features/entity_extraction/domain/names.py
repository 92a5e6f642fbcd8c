"""Names, as they are compared."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

_LEGAL = re.compile(
    r" (?:inc|incorporated|llc|ltd|limited|plc|corp|corporation|co|company|gmbh|ag|kg|ug|ohg|gbr|se|sa|sas|sarl|srl|spa"
    r"|bv|nv|oy|ab|as|aps|pty|lda|ltda|sl|kk)$"
)
_LEAST_JACCARD = 0.6
_CONTAINED = 0.8
_LEAST_TOKENS = 2
_LEAST_LETTERS = 4


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """In one case and form, without punctuation: what is equal so is the same to a reader."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in folded).split())


@lru_cache(maxsize=65_536)
def name_key(text: str) -> str:
    """Without spaces and legal form: "Acme Shop GmbH" and "ACME-Shop" are one."""
    name = plain(text)
    while (shorter := _LEGAL.sub("", name)) != name:
        name = shorter
    return name.replace(" ", "")


def same_company(one: str, other: str) -> bool:
    """Equal, or one holds the other where that has four letters or more."""
    left, right = name_key(one), name_key(other)
    shorter, longer = sorted((left, right), key=len)
    return bool(shorter) and (left == right or (len(shorter) >= _LEAST_LETTERS and shorter in longer))


def same_title(one: str, other: str) -> bool:
    """Token Jaccard of at least .6, or at least 80 % of the shorter one's tokens (two or more) are in the other."""
    left, right = set(plain(one).split()), set(plain(other).split())
    if not left or not right:
        return False
    shared, shorter = len(left & right), min(len(left), len(right))
    return shared / len(left | right) >= _LEAST_JACCARD or (shorter >= _LEAST_TOKENS and shared / shorter >= _CONTAINED)


def place(url: str) -> str:
    """An address without scheme, `www.`, query and last slash; "" for what is none."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        return ""
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}"


def digits(text: str) -> str:
    """The digits of a telephone number; a leading + or 00 makes no difference."""
    return re.sub(r"[^0-9]", "", text).removeprefix("00")
