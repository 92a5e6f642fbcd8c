"""`engineo products`."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from engineo.features.products.errors import InvalidCatalogueError
from engineo.features.products.schemas import ImportOut
from engineo.features.products.service.catalogue import ProductCatalogue
from engineo.features.products.service.imports import ImportOptions, ImportResult, Invalid, Mode, ProductImports
from engineo.features.products.service.source import Source
from engineo.features.products.settings import ProductSettings
from engineo.features.projects.contracts import ProjectReader, ProjectView
from engineo.infra.terminal import clean, counted
from engineo.kernel.ports import Runtime, UnitOfWork

Project = Annotated[str, typer.Option("--project", help="An id of `engineo projects list`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_SHOWN_FAULTS = 20


@dataclass(frozen=True, slots=True)
class ProductServices:
    """What the commands use; built once the runtime is open."""

    imports: ProductImports
    catalogue: ProductCatalogue
    projects: ProjectReader
    settings: ProductSettings


def build_commands(runtime: Runtime, uow: UnitOfWork, services: Callable[[], ProductServices]) -> typer.Typer:
    app = typer.Typer()
    products = typer.Typer(
        help="The product catalogue of a project: import, list, clear.",
        epilog="Example: engineo products import products.csv --project 1c9e...",
        no_args_is_help=True,
    )
    app.add_typer(products, name="products")

    @products.command(name="import", epilog="Example: engineo products import products.csv --project 1c9e... --json")
    def import_(
        file: Annotated[Path, typer.Argument(help="CSV (of Shopify, Google Merchant Center, ...) or .json.")],
        project: Project,
        mode: Annotated[Mode, typer.Option(help="replace: what the file does not hold is deleted.")] = "replace",
        invalid: Annotated[Invalid, typer.Option(help="skip: import what is right, tell what is not.")] = "refuse",
        currency: Annotated[str | None, typer.Option(help="Of prices that name none, such as EUR.")] = None,
        encoding: Annotated[str | None, typer.Option(help="Where it is not found out rightly.")] = None,
        *,
        as_json: AsJson = False,
    ) -> None:
        """Import a catalogue. One row with a fault, and nothing changes, unless --invalid is skip."""
        with file.open("rb") as opened, runtime.running():
            used = services()
            _refuse_large(opened, used.settings)
            owned = _project(uow, used, project)
            source = Source(opened, "json" if file.suffix.lower() == ".json" else "csv", encoding)
            try:
                result = _import(used, owned, source, ImportOptions(mode, invalid, currency), quiet=as_json)
            except InvalidCatalogueError as error:
                _tell_faults(error)
                raise
        if as_json:
            typer.echo(ImportOut.model_validate(result).model_dump_json(by_alias=True, exclude_none=True))
        else:
            _tell(result)

    @products.command(name="list", epilog="Example: engineo products list --project 1c9e... --limit 20")
    def list_(
        project: Project,
        limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
        after: Annotated[str | None, typer.Option(help="Begin after this external id.")] = None,
        *,
        as_json: AsJson = False,
    ) -> None:
        """List the products of a project by external id."""
        with runtime.running():
            used = services()
            owned = _project(uow, used, project)
            found = used.catalogue.list_owned(owned.owner_id, owned.id, limit=limit, after=after)
        rows = [
            {"externalId": p.external_id, "name": p.name, "price": p.price, "currency": p.currency,
             "availability": p.availability, "url": p.url, "active": p.active}
            for p in (listed.product for listed in found.products)
        ]  # fmt: skip
        if as_json:
            typer.echo(json.dumps(rows))
        elif not rows:
            typer.echo("No products: engineo products import FILE --project ID")
        else:
            console, table = Console(), Table(*rows[0])
            for row in rows:  # shops chose the names: text, never markup
                table.add_row(*(Text(clean("" if v is None else v, console.encoding)) for v in row.values()))
            console.print(table)
            typer.echo(f"{len(rows)} of {counted(found.total, 'product')}")

    @products.command(epilog="Example: engineo products clear --project 1c9e...")
    def clear(project: Project) -> None:
        """Delete every product of a project."""
        with runtime.running():
            used = services()
            owned = _project(uow, used, project)
            deleted = used.catalogue.delete_all_owned(owned.owner_id, owned.id)
        typer.echo(f"deleted {counted(deleted, 'product')}")

    return app


def _project(uow: UnitOfWork, used: ProductServices, project_id: str) -> ProjectView:
    with uow(read_only=True) as work:
        return used.projects.get_any(work, project_id)


def _refuse_large(file: BinaryIO, settings: ProductSettings) -> None:
    size, most = os.fstat(file.fileno()).st_size, settings.products_max_import_bytes
    if size > most:
        raise InvalidCatalogueError(f"the file has {size:,} bytes; PRODUCTS_MAX_IMPORT_BYTES allows {most:,}")


def _import(
    used: ProductServices, project: ProjectView, source: Source, options: ImportOptions, *, quiet: bool
) -> ImportResult:
    size = os.fstat(source.file.fileno()).st_size
    columns = (TextColumn("importing"), BarColumn(), DownloadColumn(), TextColumn("{task.fields[read]}"),
               TimeElapsedColumn())  # fmt: skip
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("importing", total=size, read="")

        def show(received: int) -> None:
            bar.update(task, completed=min(source.file.tell(), size), read=counted(received, "product"))

        return used.imports.run(project, source, options, show)


def _tell(result: ImportResult) -> None:
    console = Console()
    read = f"{counted(result.received, 'product')} read ({result.format}, {result.encoding})"
    done = f"{result.created} new, {result.updated} changed, {result.unchanged} as before, {result.deleted} deleted"
    typer.echo(f"{read}: {done}; the catalogue has {counted(result.total, 'product')}")
    for fault in (*result.errors, *result.warnings)[:_SHOWN_FAULTS]:
        console.print(Text(clean(_sentence(fault), console.encoding)))
    if result.skipped:
        typer.echo(f"{counted(result.skipped, 'product')} skipped")


def _tell_faults(error: InvalidCatalogueError) -> None:
    console = Console(stderr=True)
    for fault in error.errors[1:_SHOWN_FAULTS]:  # the first one is in the message
        console.print(Text(clean(_sentence(dict(fault)), console.encoding)))


def _sentence(fault: dict[str, object]) -> str:
    where = ", ".join(f"{name} {fault[name]}" for name in ("line", "item", "field") if fault.get(name))
    return f"{where}: {fault['message']}"
