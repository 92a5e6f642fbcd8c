"""A product of a catalogue, as the score reads it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sold:
    id: str
    name: str
    handle: str | None = None
    sku: str | None = None
    mpn: str | None = None
    gtin: str | None = None
    brand: str | None = None
    prices: tuple[str, ...] = ()
    currency: str | None = None
    availability: str | None = None
    url: str | None = None
    active: bool = True
    updated_at: datetime | None = None
