"""HTTP shapes of entities."""

from datetime import datetime
from typing import Any, Literal

from engineo.infra.web import CamelModel

Kind = Literal["brand", "organization", "product", "person", "topic"]


class EvidenceOut(CamelModel):
    """A place that proves an entity. `url` is "" for the catalogue."""

    url: str
    source: str
    path: str
    value: str


class ConflictValue(CamelModel):
    """One of several values: where it comes from, how often, and up to five pages."""

    value: str
    count: int
    sources: list[str]
    urls: list[str]


class ConflictOut(CamelModel):
    field: str
    values: list[ConflictValue]


class EntityOut(CamelModel):
    """`pages` name it; `evidence` has up to 20 places, `conflicts` the fields of which different things are said."""

    id: str
    kind: Kind
    name: str
    pages: int
    properties: dict[str, Any]
    evidence: list[EvidenceOut]
    conflicts: list[ConflictOut]


class EntityPage(CamelModel):
    """Entities of the crawl `crawlId`, null where none have been extracted yet. `nextCursor` is null at the end."""

    project_id: str
    crawl_id: str | None
    computed_at: datetime | None
    page_count: int
    counts: dict[str, int]
    items: list[EntityOut]
    next_cursor: int | None
