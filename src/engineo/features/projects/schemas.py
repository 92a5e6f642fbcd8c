"""HTTP shapes of projects."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from engineo.infra.web import CamelModel

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"\S")]
Origin = Annotated[
    str,
    Field(
        description="The site's address; https:// where it says no scheme, and a path is dropped.",
        json_schema_extra={"format": "origin"},  # `parse_origin` says what is one, and what is wrong with what is none
    ),
]


class CreateProject(CamelModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "My shop", "origin": "https://shop.example"}]})

    origin: Origin
    name: Name | None = None


class UpdateProject(CamelModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "My other name"}]})

    name: Name | None = None
    origin: Origin | None = None


class ProjectOut(CamelModel):
    id: str
    name: str
    origin: str
    created_at: datetime
    current_deo_score: int | None
    current_deo_score_computed_at: datetime | None


class ProjectList(CamelModel):
    """`nextCursor` is null on the last page."""

    items: list[ProjectOut]
    next_cursor: str | None
