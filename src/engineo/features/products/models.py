"""The table of products."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from engineo.infra.database import Base

# Sorted by code point everywhere: a Postgres collation would sort the same ids differently on each machine.
IdText = sa.String(200).with_variant(postgresql.VARCHAR(200, collation="C"), "postgresql")


class ProductRow(Base):
    """A product of a project's catalogue. Prices are decimals as text; `digest` tells whether an import changes it."""

    __tablename__ = "products"

    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    external_id: Mapped[str] = mapped_column(IdText, primary_key=True)
    id: Mapped[str] = mapped_column(sa.String(36), unique=True)
    name: Mapped[str] = mapped_column(sa.String(500))
    handle: Mapped[str | None] = mapped_column(sa.String(200))
    sku: Mapped[str | None] = mapped_column(sa.String(200))
    mpn: Mapped[str | None] = mapped_column(sa.String(200))
    gtin: Mapped[str | None] = mapped_column(sa.String(14))
    brand: Mapped[str | None] = mapped_column(sa.String(200))
    category: Mapped[str | None] = mapped_column(sa.String(500))
    price: Mapped[str | None] = mapped_column(sa.String(32))
    other_prices: Mapped[list[Any]]
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    availability: Mapped[str | None] = mapped_column(sa.String(16))
    url: Mapped[str | None] = mapped_column(sa.Text)
    image_url: Mapped[str | None] = mapped_column(sa.Text)
    active: Mapped[bool]
    updated_at: Mapped[datetime | None]  # the merchant's own date
    imported_at: Mapped[datetime]  # when an import brought what stands here
    source: Mapped[str] = mapped_column(sa.String(16))  # csv, json
    digest: Mapped[str] = mapped_column(sa.String(32))
