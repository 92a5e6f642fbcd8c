"""Large and hostile catalogues: bounded in size, rows and memory."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest
from tests.integration.features.products.product_world import CSV, ProductWorld


@pytest.fixture
def small(sqlite_url: str) -> Iterator[ProductWorld]:
    """Where a catalogue has at most 10 products and an import 2 MiB."""
    opened = ProductWorld(sqlite_url, products_max=10, products_max_import_bytes=2 * 1024**2)
    yield opened
    opened.close()


def rows(count: int) -> Iterator[bytes]:
    yield b"id,title,price,link,brand,description\n"
    for number in range(count):
        link = f"https://shop.example/products/lamp-{number}"
        yield f'SKU-{number},"Lamp, number {number}",{number % 500}.90 EUR,{link},Acme,{"words " * 10}\n'.encode()


def test_a_hundred_thousand_rows(sqlite_url: str) -> None:
    world = ProductWorld(sqlite_url)
    result = world.put(b"".join(rows(100_000)))
    assert (result["created"], result["total"]) == (100_000, 100_000)
    with world.uow(read_only=True) as work:
        assert sum(1 for _ in world.reader.products(work, world.project)) == 100_000
    assert world.put(b"".join(rows(5_000)))["deleted"] == 95_000
    world.close()


def test_thousands_of_rows_twice(world: ProductWorld) -> None:
    assert world.put(b"".join(rows(3_000)))["created"] == 3_000
    assert world.put(b"".join(rows(3_000)))["unchanged"] == 3_000


def test_more_products_than_are_allowed(small: ProductWorld) -> None:
    problem = small.put(b"".join(rows(11)), expect=422)
    assert "PRODUCTS_MAX allows 10" in problem["detail"]
    small.put(b"".join(rows(10)))
    upsert = small.put("id,name\nnew,Lamp\n", "?mode=upsert", expect=422)
    assert "would have 11 products" in upsert["detail"]
    assert len(small.products()) == 10


def test_more_bytes_than_are_allowed(small: ProductWorld) -> None:
    padding = b"x" * (2 * 1024**2 + 1)
    assert small.send("PUT", small.path, content=padding, headers=CSV).status_code == 413
    chunks = chain([b"id,name\n"], (b"y" * 65536 for _ in range(100)))
    response = small.send("PUT", small.path, content=chunks, headers=CSV)
    assert response.status_code == 413
    assert "2,097,152 bytes" in response.json()["detail"]
    elsewhere = small.send("POST", "/projects", content=b"x" * (2 * 1024**2), headers=CSV)
    assert elsewhere.status_code == 413
    assert "1,048,576 bytes" in elsewhere.json()["detail"]


def test_reading_a_hopeless_file_ends_early(world: ProductWorld) -> None:
    text = "id,name,price\n" + "".join(f"{n},Lamp,cheap\n" for n in range(50_000))
    problem = world.put(text, expect=422)
    assert len(problem["errors"]) == 100
    assert problem["detail"].startswith("1000 products have faults")


def test_imports_of_one_project_take_turns(world: ProductWorld) -> None:
    together = threading.Barrier(4)

    def replace(number: int) -> int:
        body = [{"externalId": f"{number}-{n}", "name": "Lamp"} for n in range(50)]
        together.wait(10)
        total: int = world.put(body)["total"]
        return total

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(replace, range(4))) == [50] * 4
    assert len({product["externalId"].partition("-")[0] for product in world.products()}) == 1
