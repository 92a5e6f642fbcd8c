"""HTTP shapes of the catalogue."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic.config import JsonDict

from engineo.features.products.domain.currencies import DECIMALS
from engineo.features.products.domain.drafts import ADDRESS_PATTERN, LONGEST, read_currency
from engineo.infra.web import CamelModel

Availability = Literal["in_stock", "out_of_stock", "preorder", "backorder", "discontinued"]
Amount = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,6})?$")] | Annotated[float, Field(ge=0, lt=1e12)]
Currency = Annotated[str, AfterValidator(read_currency), WithJsonSchema({"type": "string", "enum": sorted(DECIMALS)})]
Address = Annotated[str, Field(max_length=LONGEST["url"], json_schema_extra={"pattern": ADDRESS_PATTERN})]


def _text(name: str) -> Any:  # noqa: ANN401 - pydantic's own return type
    required: JsonDict = {"pattern": r"[^\s\x00-\x1f\x7f-\xa0]"} if name in {"externalId", "name"} else {}
    return Field(max_length=LONGEST.get(name, 200), json_schema_extra=required)


class ProductIn(CamelModel):
    """A product as the API takes it. What is null or left out is not known."""

    external_id: Annotated[str, _text("externalId")]
    name: Annotated[str, _text("name")]
    handle: Annotated[str, _text("handle")] | None = None
    sku: Annotated[str, _text("sku")] | None = None
    mpn: Annotated[str, _text("mpn")] | None = None
    gtin: str | None = Field(None, description="8, 12, 13 or 14 digits; one with a wrong check digit is left out.")
    brand: Annotated[str, _text("brand")] | None = None
    category: Annotated[str, _text("category")] | None = None
    price: Amount | None = Field(None, description="What a buyer pays, as a plain decimal.")
    sale_price: Amount | None = Field(None, description="What a buyer pays now; `price` is then the price before.")
    other_prices: list[Amount] | None = Field(None, max_length=100, description="Prices of variants.")
    currency: Currency | None = Field(None, description="ISO 4217.")
    availability: Availability | None = None
    url: Address | None = None
    image_url: str | None = Field(None, description="What is no address is left out.")
    active: bool | None = Field(None, description="False: a draft, which counts for nothing.")
    updated_at: datetime | None = Field(None, description="When the merchant changed it.")


EXAMPLE = {
    "products": [
        {
            "externalId": "A-100",
            "name": "Porridge bowl",
            "sku": "A-100",
            "price": "24.00",
            "currency": "EUR",
            "availability": "in_stock",
            "url": "https://shop.example/products/porridge-bowl/",
        }
    ]
}


class ProductOut(CamelModel):
    """Prices are plain decimals. `updatedAt` is the merchant's date, `importedAt` that of the import behind it."""

    id: str
    external_id: str
    name: str
    handle: str | None
    sku: str | None
    mpn: str | None
    gtin: str | None
    brand: str | None
    category: str | None
    price: str | None
    other_prices: list[str]
    currency: str | None
    availability: Availability | None
    url: str | None
    image_url: str | None
    active: bool
    updated_at: datetime | None
    imported_at: datetime
    source: str


class ProductPage(CamelModel):
    """In order of `externalId`. `nextCursor` is null on the last page; `total` and `active` count the catalogue."""

    items: list[ProductOut]
    total: int
    active: int
    next_cursor: str | None


class ImportFault(CamelModel):
    """`line` of a file (1 is the header) or `item` of a list (1 is the first)."""

    line: int | None = None
    item: int | None = None
    field: str | None = None
    message: str


class ImportOut(CamelModel):
    """`skipped` products had faults; `errors` and `warnings` have the first hundred of each."""

    project_id: str
    mode: Literal["replace", "upsert"]
    format: str
    encoding: str
    received: int
    created: int
    updated: int
    unchanged: int
    deleted: int
    skipped: int
    total: int
    ignored_columns: list[str]
    errors: list[ImportFault]
    warnings: list[ImportFault]


class DeletedOut(CamelModel):
    project_id: str
    deleted: int
