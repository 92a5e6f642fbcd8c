"""HTTP edge of the catalogue."""

import tempfile
from collections.abc import AsyncIterator
from dataclasses import asdict
from email.message import Message
from typing import Annotated, Any, BinaryIO, cast

from fastapi import APIRouter, Depends, Query, Request, Response

from engineo.features.products.errors import UnknownFormatError
from engineo.features.products.schemas import (
    EXAMPLE,
    Currency,
    DeletedOut,
    ImportOut,
    ProductIn,
    ProductOut,
    ProductPage,
)
from engineo.features.products.service.catalogue import ListedProduct, ProductCatalogue
from engineo.features.products.service.imports import ImportOptions, Invalid, Mode, ProductImports
from engineo.features.products.service.source import Format, Source
from engineo.features.products.settings import ProductSettings
from engineo.infra.web import BODY_LIMIT, CurrentPrincipal

_IN_MEMORY = 1024 * 1024
_FORMATS: dict[str, Format] = {
    "application/json": "json",
    "text/csv": "csv",
    "application/csv": "csv",
    "text/tab-separated-values": "csv",
    "text/plain": "csv",
    "application/vnd.ms-excel": "csv",  # what some systems call a CSV file
}


async def _spooled(request: Request) -> AsyncIterator[BinaryIO]:
    """The body, on disk where it is large: a catalogue is read row by row."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        async for chunk in request.stream():
            file.write(chunk)
        file.seek(0)
        yield cast("BinaryIO", file)


Body = Annotated[BinaryIO, Depends(_spooled)]


def build_router(imports: ProductImports, catalogue: ProductCatalogue, settings: ProductSettings) -> APIRouter:
    router = APIRouter(prefix="/projects/{project_id}/products", tags=["products"])

    @router.put(
        "",
        summary="Import the catalogue from JSON or CSV",
        responses={415: {"description": "The body is neither JSON nor CSV."}},
        openapi_extra=_documented(settings.products_max_import_bytes),
    )
    def import_products(
        project_id: str,
        principal: CurrentPrincipal,
        request: Request,
        body: Body,
        mode: Annotated[Mode, Query(description="replace: what the body does not hold is deleted.")] = "replace",
        invalid: Annotated[Invalid, Query(description="skip: import what is right, and tell what is not.")] = "refuse",
        currency: Annotated[Currency | None, Query(description="Of prices that name none.")] = None,
    ) -> ImportOut:
        options = ImportOptions(mode, invalid, currency)
        result = imports.run_owned(principal.user_id, project_id, lambda: _source(request, body), options)
        return ImportOut.model_validate(result)

    @router.get("", summary="List the catalogue")
    def list_products(
        project_id: str,
        principal: CurrentPrincipal,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
        active: Annotated[bool, Query(description="Only what is active.")] = False,
    ) -> ProductPage:
        found = catalogue.list_owned(principal.user_id, project_id, limit=limit + 1, after=cursor, only_active=active)
        items = [product_out(listed) for listed in found.products[:limit]]
        more = len(found.products) > limit
        return ProductPage(
            items=items, total=found.total, active=found.active, next_cursor=items[-1].external_id if more else None
        )

    @router.delete("", summary="Empty the catalogue")
    def delete_products(project_id: str, principal: CurrentPrincipal) -> DeletedOut:
        return DeletedOut(project_id=project_id, deleted=catalogue.delete_all_owned(principal.user_id, project_id))

    @router.get("/{product_id}", summary="Read a product")
    def get_product(project_id: str, product_id: str, principal: CurrentPrincipal) -> ProductOut:
        return product_out(catalogue.get_owned(principal.user_id, project_id, product_id))

    @router.delete("/{product_id}", status_code=204, summary="Delete a product")
    def delete_product(project_id: str, product_id: str, principal: CurrentPrincipal) -> Response:
        catalogue.delete_owned(principal.user_id, project_id, product_id)
        return Response(status_code=204)

    return router


def product_out(listed: ListedProduct) -> ProductOut:
    return ProductOut.model_validate(
        {**asdict(listed.product), "imported_at": listed.imported_at, "source": listed.source}
    )


def _source(request: Request, body: BinaryIO) -> Source:
    """Raise `UnknownFormatError` for a body that says it is something else, or nothing."""
    header = Message()
    header["Content-Type"] = request.headers.get("content-type", "")
    found = _FORMATS.get(header.get_content_type()) if header["Content-Type"] else None
    if found is None:
        raise UnknownFormatError
    return Source(body, found, header.get_content_charset())


def _documented(max_bytes: int) -> dict[str, Any]:
    product = ProductIn.model_json_schema(by_alias=True)
    products = {"type": "array", "minItems": 1, "items": product}
    catalogue = {
        "type": "object", "properties": {"products": products}, "required": ["products"],
        "additionalProperties": False, "examples": [EXAMPLE],
    }  # fmt: skip
    return {
        BODY_LIMIT: max_bytes,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": catalogue}, "text/csv": {"schema": {"type": "string"}}},
        },
    }
