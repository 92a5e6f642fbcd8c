"""`engineo products`."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from structlog.testing import capture_logs
from tests.integration.features.products.product_world import ProductWorld
from typer.testing import CliRunner, Result

from engineo.features.products.errors import InvalidCatalogueError
from engineo.kernel.errors import NotFoundError

CATALOGUE = "id,name,price\nA1,Lamp,39 EUR\nB2,[red]Vase\x1b[0m,5\n"


def run(world: ProductWorld, *arguments: str) -> Result:
    (app,) = [each for each in world.modules.collect("commands") if "products" in _names(each)]
    with capture_logs():  # which would stand in the output
        return CliRunner().invoke(app, ["products", *arguments], catch_exceptions=True)


def _names(app: typer.Typer) -> set[str]:
    return {group.name or "" for group in app.registered_groups}


def import_(world: ProductWorld, file: Path, *arguments: str) -> Result:
    return run(world, "import", str(file), "--project", world.project, *arguments)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "products.csv"
    path.write_text(CATALOGUE.replace("\x1b", ""))
    return path


def test_import_and_list(world: ProductWorld, file: Path) -> None:
    done = import_(world, file)
    assert done.exit_code == 0, done.output
    assert "2 products read (csv, utf-8): 2 new, 0 changed, 0 as before, 0 deleted" in done.stdout
    again: dict[str, Any] = json.loads(import_(world, file, "--json").stdout)
    assert (again["unchanged"], again["total"]) == (2, 2)
    listed = run(world, "list", "--project", world.project)
    assert "[red]Vase" in listed.stdout
    assert "2 of 2 products" in listed.stdout
    items = json.loads(run(world, "list", "--project", world.project, "--json").stdout)
    assert [item["externalId"] for item in items] == ["A1", "B2"]
    after = json.loads(run(world, "list", "--project", world.project, "--after", "A1", "--json").stdout)
    assert [item["externalId"] for item in after] == ["B2"]


def test_json_files(world: ProductWorld, tmp_path: Path) -> None:
    path = tmp_path / "products.JSON"
    path.write_text(json.dumps({"products": [{"externalId": "A1", "name": "Lamp", "price": 5}]}))
    assert json.loads(import_(world, path, "--json").stdout)["format"] == "json"


def test_options(world: ProductWorld, file: Path, tmp_path: Path) -> None:
    import_(world, file)
    other = tmp_path / "other.csv"
    other.write_bytes("id,name,price\nC3,Käse,1.299\nD4,Cup,cheap\n".encode("latin-1"))
    done = import_(world, other, "--mode", "upsert", "--invalid", "skip", "--currency", "EUR", "--encoding", "latin-1")
    assert done.exit_code == 0, done.output
    assert "line 3, field price: 'cheap' is not a price" in done.stdout
    assert "1 product skipped" in done.stdout
    assert {p["externalId"]: p["price"] for p in world.products()} == {"A1": "39.00", "B2": "5.00", "C3": "1299.00"}


def test_a_fault_changes_nothing_and_is_told(world: ProductWorld, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("id,name,price\nA1,Lamp,cheap\nB2,,5\n")
    done = import_(world, path)
    assert isinstance(done.exception, InvalidCatalogueError)
    assert "line 2, field price" in done.exception.message
    assert "line 3, field name: is empty" in done.stderr
    assert world.products() == []


def test_a_file_that_is_too_large(world: ProductWorld, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    with path.open("wb") as large:
        large.truncate(64 * 1024**2 + 1)
    done = import_(world, path)
    assert isinstance(done.exception, InvalidCatalogueError)
    assert "PRODUCTS_MAX_IMPORT_BYTES allows 67,108,864" in done.exception.message


def test_a_file_or_project_that_there_is_not(world: ProductWorld, file: Path, tmp_path: Path) -> None:
    assert isinstance(import_(world, tmp_path / "none.csv").exception, FileNotFoundError)
    assert isinstance(run(world, "import", str(file), "--project", "none").exception, NotFoundError)
    assert isinstance(run(world, "list", "--project", "none").exception, NotFoundError)


def test_clear(world: ProductWorld, file: Path) -> None:
    import_(world, file)
    assert run(world, "clear", "--project", world.project).stdout == "deleted 2 products\n"
    assert run(world, "list", "--project", world.project).stdout.startswith("No products")
