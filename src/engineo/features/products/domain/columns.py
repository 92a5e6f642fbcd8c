"""The columns of catalogue files: EngineO's own names, Google Merchant Center's, Shopify's and other shops'."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Per field its names, best first: where a file has several of them, the first one that it has counts.
NAMES: Mapping[str, tuple[str, ...]] = {
    "externalId": ("external id", "externalid", "id", "product id", "item id", "offer id"),
    "handle": ("handle", "url handle", "slug"),
    "sku": ("sku", "variant sku", "product sku", "article number"),
    "mpn": ("mpn", "manufacturer part number"),
    "gtin": ("gtin", "gtin13", "gtin14", "gtin12", "gtin8", "ean", "upc", "isbn", "barcode", "variant barcode",
             "gtin, upc, ean, or isbn"),
    "name": ("name", "title", "product name", "product title", "item title"),
    "brand": ("brand", "vendor", "manufacturer", "brands"),
    "category": ("category", "product category", "product type", "google product category", "type", "categories"),
    "price": ("price", "variant price", "regular price"),
    "salePrice": ("sale price", "saleprice"),
    "currency": ("currency", "price currency", "currency code"),
    "availability": ("availability", "in stock?", "stock status", "in stock"),
    "url": ("url", "link", "product url", "permalink", "canonical link"),
    "imageUrl": ("image url", "imageurl", "image link", "image src", "product image url", "image", "images"),
    "active": ("active", "status", "published on online store", "published"),
    "updatedAt": ("updated at", "updatedat", "last modified", "date modified", "modified", "updated"),
    # of Shopify's variant rows
    "quantity": ("variant inventory qty", "inventory quantity"),
    "whenSoldOut": ("variant inventory policy", "continue selling when out of stock"),
    "tracker": ("variant inventory tracker", "inventory tracker"),
    "published": ("published on online store", "published"),
}  # fmt: skip
_KNOWN = frozenset(name for names in NAMES.values() for name in names)
_SHOPIFY_ONLY = frozenset(
    ("variant price", "variant sku", "variant inventory qty", "option1 name", "option1 value", "url handle")
)
_VARIANT_FIELDS = frozenset(("quantity", "whenSoldOut", "tracker", "published"))
# What tells products apart, where a file has no ids: the first of these that it has.
IDENTITIES = ("externalId", "sku", "handle", "gtin", "url")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cell of a row is which field. `headers` are the names as the file writes them."""

    positions: Mapping[str, int]
    headers: Mapping[str, str]
    ignored: tuple[str, ...]
    shopify: bool
    identity: str  # the field that tells products apart
    width: int

    def fields(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of a row by field, without empty ones."""
        found = ((name, _plain(cells[at])) for name, at in self.positions.items() if at < len(cells))
        return {name: text for name, text in found if text}


def read_columns(header: Sequence[str]) -> Columns:
    """Raise `ValueError`, saying what is missing, for a header that names no products."""
    positions: dict[str, int] = {}
    named = [_key(cell) for cell in header]
    shopify = any(name in {"handle", "url handle"} for name in named) and not _SHOPIFY_ONLY.isdisjoint(named)
    for field, names in NAMES.items():
        present = [name for name in names if name in named]
        if present and (shopify or field not in _VARIANT_FIELDS):
            if named.count(present[0]) > 1:
                raise ValueError(f"two columns are called {header[named.index(present[0])][:60]!r}")
            positions[field] = named.index(present[0])
    identity = "handle" if shopify else next((field for field in IDENTITIES if field in positions), "")
    found = ", ".join(repr(cell[:40]) for cell in header[:10])
    if not identity:
        raise ValueError(f"no column tells products apart: one must be called id, sku or handle (found: {found})")
    if "name" not in positions:
        raise ValueError(f"no column holds the products' names: one must be called name or title (found: {found})")
    return Columns(
        positions=positions,
        headers={field: header[at].strip().lstrip("\ufeff") for field, at in positions.items()},
        ignored=tuple(cell[:60] for at, cell in enumerate(header) if at not in positions.values() and cell.strip()),
        shopify=shopify,
        identity=identity,
        width=len(header),
    )


def _key(cell: str) -> str:
    """A column's name as it is compared: "g:Sale_Price " is "sale price"."""
    plain = re.sub(r"[\s_]+", " ", cell.lstrip("\ufeff").strip().lower()).removeprefix("g:").removeprefix("g ")
    return plain if plain in _KNOWN else plain.replace("-", " ")


def _plain(cell: str) -> str:
    """A cell as text: `="0042"` is how spreadsheets keep the zeros of 0042. No other formula means anything."""
    cell = cell.strip()
    quoted = cell.startswith('="') and cell.endswith('"') and len(cell) > 2  # noqa: PLR2004 - the marks themselves
    return cell[2:-1].replace('""', '"').strip() if quoted else cell
