"""The catalogue over HTTP, on both databases."""

from typing import Any

import pytest
from tests.integration.features.products.product_world import CSV, ProductWorld

LAMP: dict[str, Any] = {"externalId": "A1", "name": "Lamp", "price": "39.00", "currency": "EUR"}
VASE: dict[str, Any] = {"externalId": "B2", "name": "Vase"}


def counts(result: dict[str, Any]) -> dict[str, int]:
    names = ("received", "created", "updated", "unchanged", "deleted", "skipped", "total")
    return {name: result[name] for name in names if result[name]}


def test_replacing_is_idempotent_and_deletes_what_is_gone(world: ProductWorld) -> None:
    assert counts(world.put([LAMP, VASE])) == {"received": 2, "created": 2, "total": 2}
    before = world.products()
    assert counts(world.put([LAMP, VASE])) == {"received": 2, "unchanged": 2, "total": 2}
    assert world.products() == before
    assert counts(world.put([{**LAMP, "price": "42.00"}])) == {"received": 1, "updated": 1, "deleted": 1, "total": 1}
    (lamp,) = world.products()
    assert (lamp["id"], lamp["price"]) == (before[0]["id"], "42.00")
    assert [(e["created"], e["updated"], e["deleted"], e["total"]) for e in world.events()] == [
        (2, 0, 0, 2), (0, 1, 1, 1),
    ]  # fmt: skip


def test_upserting_leaves_the_others_alone(world: ProductWorld) -> None:
    world.put([LAMP])
    assert counts(world.put([VASE, {**LAMP, "price": "1"}], "?mode=upsert")) == {
        "received": 2, "created": 1, "updated": 1, "total": 2,
    }  # fmt: skip
    assert counts(world.put([VASE], "?mode=upsert")) == {"received": 1, "unchanged": 1, "total": 2}


def test_what_comes_in_comes_out(world: ProductWorld) -> None:
    full = {
        **LAMP, "handle": "lamp", "sku": "L-1", "mpn": "M", "gtin": "4006381333931", "brand": "Acme",
        "category": "Home", "otherPrices": ["49.00"], "availability": "in_stock",
        "url": "https://shop.example/products/lamp", "imageUrl": "https://shop.example/lamp.jpg", "active": False,
        "updatedAt": "2026-01-31T12:00:00Z",
    }  # fmt: skip
    world.put([full])
    (found,) = world.products()
    assert {**full, "id": found["id"], "importedAt": found["importedAt"], "source": "json"} == found
    assert world.send("GET", f"{world.path}/{found['id']}").json() == found
    assert world.products("?active=true") == []


def test_csv_of_a_shop(world: ProductWorld) -> None:
    text = "id;title;price;link\nA1;Käse;1.299,00 EUR;/products/kaese\n"
    result = world.put(text.encode("cp1252"))
    assert (result["format"], result["encoding"], result["ignoredColumns"]) == ("csv", "windows-1252", [])
    (found,) = world.products()
    assert (found["name"], found["price"], found["url"], found["source"]) == (
        "Käse", "1299.00", "https://shop.example/products/kaese", "csv",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        ("id,name\n1,Käse\n".encode(), "utf-8"),
        ("id,name\n1,Käse\n".encode("utf-8-sig"), "utf-8"),
        ("id,name\n1,Käse\n".encode("utf-16"), "utf-16"),
        ("id,name\n1,Käse\n".encode("cp1252"), "windows-1252"),
    ],
)
def test_encodings(world: ProductWorld, body: bytes, encoding: str) -> None:
    assert world.put(body)["encoding"] == encoding
    assert world.products()[0]["name"] == "Käse"


def test_an_encoding_that_is_said(world: ProductWorld) -> None:
    world.put("id,name\n1,Сыр\n".encode("koi8-r"), kind="text/csv; charset=koi8-r")
    assert world.products()[0]["name"] == "Сыр"
    wrong = world.put(b"id,name\n1,\xff\n", expect=422, kind="text/csv; charset=utf-8")
    assert "not utf-8 text" in wrong["detail"]
    unknown = world.put(b"id,name\n1,A\n", expect=422, kind="text/csv; charset=klingon")
    assert "'klingon' is no encoding" in unknown["detail"]


def test_one_fault_and_nothing_changes(world: ProductWorld) -> None:
    world.put([LAMP])
    text = "id,name,price\nB2,Vase,5\nC3,Cup,cheap\nD4,,\nB2,Vase again,5\n"
    problem = world.put(text, expect=422)
    assert problem["errors"] == [
        {"line": 3, "field": "price",
         "message": "'cheap' is not a price; expected something like 12.90 or 12.90 EUR"},
        {"line": 4, "field": "name", "message": "is empty"},
        {"line": 5, "field": "id", "message": "'B2' stands in line 2 already"},
    ]  # fmt: skip
    assert "3 products have faults, and nothing was changed; the first is in line 3, field price" in problem["detail"]
    assert [product["externalId"] for product in world.products()] == ["A1"]
    assert len(world.events()) == 1


def test_faults_may_be_skipped_and_delete_nothing(world: ProductWorld) -> None:
    world.put([LAMP, VASE])
    result = world.put("id,name,price\nA1,Lamp,cheap\nC3,Cup,5\n", "?invalid=skip")
    assert counts(result) == {"received": 2, "created": 1, "deleted": 1, "skipped": 1, "total": 2}
    assert [(fault["line"], fault["field"]) for fault in result["errors"]] == [(2, "price")]
    kept = {product["externalId"]: product["price"] for product in world.products()}
    assert kept == {"A1": "39.00", "C3": "5.00"}


def test_faults_of_json_name_the_item(world: ProductWorld) -> None:
    problem = world.put([LAMP, {"externalId": "B2", "name": "Vase", "price": "1,5", "colour": "red"}], expect=422)
    assert [(fault["item"], fault["field"]) for fault in problem["errors"]] == [(2, "colour"), (2, "price")]


def test_a_warning_is_no_fault(world: ProductWorld) -> None:
    result = world.put("id,name,ean\n1,Lamp,4006381333932\n")
    assert counts(result) == {"received": 1, "created": 1, "total": 1}
    assert [(warning["line"], warning["field"]) for warning in result["warnings"]] == [(2, "ean")]
    assert world.products()[0]["gtin"] is None


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "text/csv", 422),
        (b"id,name\n", "text/csv", 422),
        (b'{"products": []}', "application/json", 422),
        (b"\x00\x01", "text/csv", 422),
        (b"{", "application/json", 422),
        (b"id,name\n1,A\n", "image/png", 415),
        (b"id,name\n1,A\n", "", 415),
        (b"id,name\n1,A\n", "text/csv; charset=\x00", 422),
    ],
)
def test_what_is_no_catalogue(world: ProductWorld, body: bytes, kind: str, status: int) -> None:
    world.put([LAMP])
    headers = {"Content-Type": kind} if "\x00" not in kind else CSV
    response = world.send("PUT", world.path, content=body if "\x00" not in kind else b"\x00,\n", headers=headers)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert len(world.products()) == 1


@pytest.mark.parametrize("query", ["?mode=append", "?invalid=ignore", "?currency=euro", "?currency=XXQ"])
def test_options_that_there_are_not(world: ProductWorld, query: str) -> None:
    world.put([LAMP], query, expect=422)


def test_the_currency_of_prices_that_name_none(world: ProductWorld) -> None:
    world.put("id,name,price\n1,A,1.299\n2,B,5 USD\n", "?currency=EUR")
    assert [(p["price"], p["currency"]) for p in world.products()] == [("1299.00", "EUR"), ("5.00", "USD")]


def test_pages(world: ProductWorld) -> None:
    world.put([{"externalId": f"{n:03}", "name": "Lamp", "active": n % 2 == 0} for n in range(7)])
    seen, query = [], "?limit=3"
    while True:
        page = world.send("GET", f"{world.path}{query}").json()
        assert (page["total"], page["active"]) == (7, 4)
        seen += [item["externalId"] for item in page["items"]]
        if page["nextCursor"] is None:
            break
        query = f"?limit=3&cursor={page['nextCursor']}"
    assert seen == [f"{n:03}" for n in range(7)]
    assert world.send("GET", f"{world.path}?limit=0").status_code == 422


def test_ids_sort_alike_on_every_database(world: ProductWorld) -> None:
    world.put([{"externalId": external_id, "name": "Lamp"} for external_id in ("b", "A", "a b", "a-b", "ä", "B")])
    assert [product["externalId"] for product in world.products()] == ["A", "B", "a b", "a-b", "b", "ä"]


def test_deleting(world: ProductWorld) -> None:
    world.put([LAMP, VASE])
    (lamp, _) = world.products()
    deleted = world.send("DELETE", f"{world.path}/{lamp['id']}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert world.send("DELETE", f"{world.path}/{lamp['id']}").status_code == 404
    assert world.send("GET", f"{world.path}/{lamp['id']}").status_code == 404
    assert world.send("DELETE", world.path).json() == {"projectId": world.project, "deleted": 1}
    assert world.send("DELETE", world.path).json()["deleted"] == 0
    assert world.products() == []
    assert [event["total"] for event in world.events()] == [2, 1, 0]


def test_somebody_elses_catalogue_is_not_found(world: ProductWorld) -> None:
    world.put([LAMP])
    (lamp,) = world.products()
    for method, path in (
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("GET", f"/{lamp['id']}"),
        ("DELETE", f"/{lamp['id']}"),
    ):
        response = world.send(method, f"{world.path}{path}", key=world.other)
        assert response.status_code == 404, (method, path)
        assert "Lamp" not in response.text
    assert len(world.products()) == 1


def test_the_catalogue_goes_with_its_project(world: ProductWorld) -> None:
    world.put([LAMP])
    assert world.send("DELETE", f"/projects/{world.project}").status_code == 204
    with world.uow(read_only=True) as work:
        assert list(world.reader.products(work, world.project)) == []


def test_others_read_what_is_active(world: ProductWorld) -> None:
    world.put([LAMP, {**VASE, "active": False}])
    with world.uow(read_only=True) as work:
        assert world.reader.count(work, world.project) == 1
        (product,) = world.reader.products(work, world.project)
    assert (product.external_id, product.prices) == ("A1", ("39.00",))
