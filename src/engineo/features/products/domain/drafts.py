"""One product of a catalogue, read field by field: what is right is kept, what is wrong is named."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from engineo.features.products.domain.codes import read_gtin
from engineo.features.products.domain.currencies import DECIMALS
from engineo.features.products.domain.money import Money, read_money

LONGEST: Mapping[str, int] = {
    "externalId": 200, "handle": 200, "sku": 200, "mpn": 200, "name": 500, "brand": 200, "category": 500, "url": 2048,
    "imageUrl": 2048,
}  # fmt: skip
AVAILABILITIES = ("in_stock", "out_of_stock", "preorder", "backorder", "discontinued")
_AVAILABLE = {
    "in_stock": "instock limitedavailability onlineonly instoreonly available yes true y onstock lowstock madetoorder",
    "out_of_stock": "outofstock soldout unavailable no false n",
    "preorder": "preorder presale",
    "backorder": "backorder onbackorder",
    "discontinued": "discontinued",
}
_AVAILABILITY = {word: state for state, words in _AVAILABLE.items() for word in words.split()}
_YES = frozenset(("true", "yes", "1", "y", "active", "published", "visible", "enabled"))
_NO = frozenset(("false", "no", "0", "n", "-1", "draft", "archived", "inactive", "unlisted", "hidden", "disabled"))
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# An http(s) URL without user name and brackets, or a path; as JSON Schema takes it, too. Nothing is no address.
ADDRESS_PATTERN = (
    r"^(https?://[^\s\x00-\x20\x7f/?#\[\]@:]+(:[0-9]{1,5})?([/?#][^\s\x00-\x20\x7f]*)?|/[^\s\x00-\x20\x7f\[\]]*)?$"
)
_ADDRESS = re.compile(ADDRESS_PATTERN)
_ZONE = re.compile(r" ?(UTC|GMT|Z)\Z")
_OFFSET = re.compile(r" ([+-]\d{2}):?(\d{2})\Z")
_DECIMAL = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_MOST_PRICES = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of one product. A harmless one leaves the field out, and not the product."""

    number: int  # of the line (1 is the header) or the item (1 is the first)
    field: str
    message: str
    harmless: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A product as it is going to be stored: columns by name."""

    external_id: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One product of a source, or why there is none. `external_id` is "" where not even that could be read."""

    number: int
    external_id: str
    draft: Draft | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What every product of a source shares. `origin` is the project's, `currency` that of prices that name none."""

    origin: str
    currency: str | None = None
    identity: str = "externalId"
    plain_prices: bool = False  # prices are decimals such as 1.299, and never "1.299,00 EUR"
    headers: Mapping[str, str] = field(default_factory=dict)  # a field's name in the source, where it differs


def read_draft(number: int, fields: Mapping[str, str], context: Context, variants: tuple[str, ...] = ()) -> Entry:
    """Read the fields of one product, by name (`columns.NAMES`). `variants` are prices beside the product's own."""
    read = _Reading(number, fields, context)
    external_id = read.text(context.identity, required=True)
    price, others = read.prices(variants)
    values = {
        "name": read.text("name", required=True),
        "handle": read.text("handle").strip("/"),
        "sku": read.text("sku"),
        "mpn": read.text("mpn"),
        "gtin": read.checked("gtin", read_gtin, harmless=True),
        "brand": read.text("brand"),
        "category": read.text("category"),
        "price": price.amount if price else None,
        "other_prices": others,
        "currency": (price.currency if price else None) or read.currency,
        "availability": read.checked("availability", read_availability),
        "url": read.checked("url", lambda text: read_address(text, context.origin)),
        "image_url": read.checked(
            "imageUrl", lambda text: read_address(text.split(", ")[0], context.origin), harmless=True
        ),
        "active": read.checked("active", read_flag) is not False,
        "updated_at": read.checked("updatedAt", read_moment),
    }
    faults = tuple(read.faults)
    if any(not fault.harmless for fault in faults):
        return Entry(number, external_id, None, faults)
    stored = {name: None if value == "" else value for name, value in values.items()}
    return Entry(number, external_id, Draft(external_id, stored), faults)


class _Reading:
    def __init__(self, number: int, fields: Mapping[str, str], context: Context) -> None:
        self.faults: list[Fault] = []
        self._number = number
        self._fields = fields
        self._context = context
        self.currency = self.checked("currency", read_currency) or context.currency

    def blame(self, name: str, message: str, *, harmless: bool = False) -> None:
        self.faults.append(Fault(self._number, self._context.headers.get(name, name), message, harmless))

    def text(self, name: str, *, required: bool = False) -> str:
        text = " ".join(self._fields.get(name, "").split())
        if _UNSTORABLE.search(self._fields.get(name, "")):
            self.blame(name, "holds characters that cannot be stored")
            return ""
        if len(text) > LONGEST.get(name, 200):
            self.blame(name, f"has {len(text)} characters; at most {LONGEST.get(name, 200)} are stored")
        elif required and not text:
            self.blame(name, "is empty")
        return text[: LONGEST.get(name, 200)]

    def checked(self, name: str, read: Callable[[str], Any], *, harmless: bool = False) -> Any:  # noqa: ANN401 - what `read` gives
        text = self._fields.get(name, "").strip()
        if not text:
            return None
        try:
            return read(text)
        except ValueError as error:
            self.blame(name, str(error), harmless=harmless)
            return None

    def prices(self, variants: tuple[str, ...]) -> tuple[Money | None, list[str]]:
        """What a buyer pays now, and the catalogue's other prices."""
        regular, sale = (self.checked(name, self._money) for name in ("price", "salePrice"))
        price: Money | None = sale or regular
        others = {money.amount for money in (regular, sale) if money} | set(variants)
        kept = sorted(others - {price.amount if price else ""})
        return price, kept[:_MOST_PRICES]

    def _money(self, text: str) -> Money:
        return read_decimal(text, self.currency) if self._context.plain_prices else read_money(text, self.currency)


def read_decimal(text: str, currency: str | None = None) -> Money:
    """A plain decimal: digits, and after a point at most six more."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not a plain decimal such as 12.90")
    whole, _, fraction = text.partition(".")
    return read_money(f"{whole}.{fraction:0<4}", currency)  # four decimals are never taken for thousands


def read_currency(text: str) -> str:
    if text.upper() not in DECIMALS:
        raise ValueError(f"{text[:40]!r} is not a currency of ISO 4217, such as EUR")
    return text.upper()


def read_availability(text: str) -> str:
    """One of `AVAILABILITIES`, from Google's, schema.org's and everyday spellings, and from numbers in stock."""
    if re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        return "in_stock" if int(text) > 0 else "out_of_stock"
    state = _AVAILABILITY.get(re.sub(r"[\s_-]+", "", text.rpartition("/")[2].lower()))
    if state is None:
        raise ValueError(f"{text[:40]!r} is not one of {', '.join(AVAILABILITIES)}")
    return state


def read_flag(text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise ValueError(f"{text[:40]!r} is neither true nor false, nor active, draft or archived")
    return word in _YES


def read_address(text: str, origin: str) -> str:
    """An absolute http(s) URL; one that begins with a slash is the project's site's."""
    address = urljoin(f"{origin}/", text) if text.startswith("/") else text
    if not text or not _ADDRESS.fullmatch(text) or _UNSTORABLE.search(text):
        raise ValueError(f"{text[:60]!r} is not an address that begins with http:// or https://")
    if len(address) > LONGEST["url"]:
        raise ValueError(f"{text[:60]!r} is too long for an address")
    return address


def read_moment(text: str) -> datetime:
    """An ISO 8601 date or time; without an offset it is UTC."""
    plain = _OFFSET.sub(r"\1:\2", _ZONE.sub("+00:00", text))
    try:
        moment = datetime.fromisoformat(plain)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:40]!r} is not a date such as 2026-01-31 or 2026-01-31T12:00:00Z") from None
