"""The HTTP edge: every failure is a problem document that teaches and tells no secret."""

import json
import logging
from collections.abc import Iterator
from typing import Annotated, Any

import jsonschema_rs
import pytest
import structlog
from fastapi import APIRouter, Query
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from engineo.infra.web import BODY_LIMIT, MAX_BODY_BYTES, CamelModel, CurrentPrincipal, create_app
from engineo.kernel.errors import ConflictError, InvalidInputError, UnavailableError
from engineo.kernel.ports import Principal

SECRET = "hunter2"


class Keys:
    """An authenticator that knows one key."""

    def authenticate(self, token: str) -> Principal | None:
        if token == "away":
            raise UnavailableError("the database cannot be reached")
        return Principal("user", "key") if token == "good" else None


class Body(CamelModel):
    shop_name: str
    page_count: int = 0
    tags: tuple[str, ...] = ()


def router() -> APIRouter:
    routes = APIRouter()

    @routes.get("/me")
    def me(principal: CurrentPrincipal) -> dict[str, str]:
        return {"user": principal.user_id}

    @routes.post("/shops", status_code=201)
    def shops(body: Body) -> Body:
        return body

    @routes.put("/shops/{shop_id}/stock", openapi_extra={BODY_LIMIT: 2 * MAX_BODY_BYTES})
    def stock(shop_id: str, body: Body) -> int:
        del shop_id
        return len(body.shop_name)

    @routes.get("/shops")
    def shop_names() -> list[str]:
        return []

    @routes.get("/numbers")
    def numbers(limit: Annotated[int, Query(ge=1)] = 1) -> int:
        return limit

    @routes.patch("/shops/{shop_id}", responses={409: {"description": "The shop is closed."}})
    def rename(shop_id: str, body: Body, principal: CurrentPrincipal) -> Body:
        del shop_id, principal
        return body

    @routes.get("/rows")
    def rows() -> None:
        raise InvalidInputError("a row has a fault", [{"line": 7, "field": "price", "message": "is empty"}])

    @routes.get("/conflict")
    def conflict() -> None:
        raise ConflictError("crawl the site first")

    @routes.get("/bug")
    def bug() -> None:
        structlog.contextvars.get_contextvars()
        raise RuntimeError(f"password={SECRET} in /srv/engineo/secret.py")

    return routes


APP = create_app([router()], Keys())


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    """The log's own way of showing a traceback takes seconds."""
    before = structlog.get_config()
    structlog.configure(processors=[structlog.processors.KeyValueRenderer()])
    yield
    structlog.configure(**before)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(APP, raise_server_exceptions=False) as opened:
        yield opened


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert SECRET not in response.text
    document: dict[str, Any] = response.json()
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["title"]
    assert document["detail"]
    assert document["requestId"] == response.headers["X-Request-Id"]
    return document


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer bad", "Basic good", "good", "Bearer good bad", "Bearer " + "x" * 1_000_000],
)
def test_401_says_how_to_log_in(client: TestClient, header: str | None) -> None:
    response = client.get("/me", headers={"Authorization": header} if header is not None else {})
    assert "Authorization: Bearer <key>" in problem(response, 401)["detail"]
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_good_key_opens(client: TestClient) -> None:
    response = client.get("/me", headers={"Authorization": "Bearer good"})
    assert (response.status_code, response.json()) == (200, {"user": "user"})
    assert len(response.headers["X-Request-Id"]) == 36


def test_404(client: TestClient) -> None:
    assert problem(client.get("/nowhere"), 404)["title"] == "Not Found"


def test_405_keeps_allow(client: TestClient) -> None:
    response = client.delete("/me")
    problem(response, 405)
    assert response.headers["Allow"] == "GET"


def test_405_allows_every_method_of_the_path(client: TestClient) -> None:
    response = client.put("/shops")
    problem(response, 405)
    assert response.headers["Allow"] == "GET, POST"


def test_422_says_where(client: TestClient) -> None:
    document = problem(client.get("/rows"), 422)
    assert document["errors"] == [{"line": 7, "field": "price", "message": "is empty"}]


def test_409_says_what_to_do(client: TestClient) -> None:
    assert problem(client.get("/conflict"), 409)["detail"] == "crawl the site first"


def test_413_for_a_body_that_says_that_it_is_too_large(client: TestClient) -> None:
    body = json.dumps({"shopName": "x" * MAX_BODY_BYTES})
    assert "1,048,576 bytes" in problem(client.post("/shops", content=body), 413)["detail"]


@pytest.mark.parametrize("length", ["-1", "1e3", "\u00b2", "many", "9" * 5000])
def test_413_for_a_length_that_is_none(client: TestClient, length: str) -> None:
    raw = {b"Content-Length": length.encode("latin-1")}
    response = client.post("/shops", content=b"{}", headers=raw)
    problem(response, 413)


def test_413_for_chunks_that_do_not_end(client: TestClient) -> None:
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        yield b'{"shopName": "'
        while sent < 20 * MAX_BODY_BYTES:
            sent += 65536
            yield b"x" * 65536

    problem(client.post("/shops", content=chunks(), headers={"Content-Type": "application/json"}), 413)


def test_a_route_may_take_larger_bodies(client: TestClient) -> None:
    body = json.dumps({"shopName": "x" * MAX_BODY_BYTES}).encode()
    kind = {"Content-Type": "application/json"}
    assert client.put("/shops/1/stock", content=body, headers=kind).json() == MAX_BODY_BYTES
    assert client.put("/shops/1/stock", content=iter([body]), headers=kind).json() == MAX_BODY_BYTES
    for larger in (body * 3, iter([body] * 3)):
        refused = client.put("/shops/1/stock", content=larger, headers=kind)
        assert "2,097,152 bytes" in problem(refused, 413)["detail"]
    assert "1,048,576 bytes" in problem(client.patch("/shops/1", content=body, headers=kind), 413)["detail"]


def test_a_body_in_chunks_within_the_limit_is_read(client: TestClient) -> None:
    response = client.post("/shops", content=iter([b'{"shop', b'Name": "x"}']))
    assert response.status_code == 422  # without its content type it is no JSON
    response = client.post(
        "/shops", content=iter([b'{"shop', b'Name": "x"}']), headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 201


def test_422_names_the_fields_and_repeats_no_value(client: TestClient) -> None:
    body = {"pageCount": SECRET, "tags": [1], "extraField": SECRET}
    document = problem(client.post("/shops", json=body), 422)
    assert {error["field"] for error in document["errors"]} == {
        "body.shopName", "body.pageCount", "body.tags.0", "body.extraField",
    }  # fmt: skip
    assert all(error["message"] for error in document["errors"])
    assert "body.shopName: Field required" in document["detail"]


def test_422_of_a_query(client: TestClient) -> None:
    document = problem(client.get("/numbers", params={"limit": SECRET}), 422)
    assert [error["field"] for error in document["errors"]] == ["query.limit"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"hunter2"',
        b"\xff\xfe",
        b"null",
        b'{"shopName": NaN}',
        b"[" * 100_000,
        b'{"\\ud800": 1}',
        b'{"a\\u0000b": 1}',
        b'{"shopName": "\\ud800"}',
        b'{"shopName": "a\\u0000b"}',
        b'{"shopName": 1e999999}',
        b'{"pageCount": ' + b"9" * 10_000 + b"}",
    ],
)
def test_hostile_bodies_are_the_clients_fault(client: TestClient, body: bytes) -> None:
    response = client.post("/shops", content=body, headers={"Content-Type": "application/json"})
    problem(response, response.status_code)
    assert response.status_code in {400, 422}


def test_500_tells_nothing_but_the_request_id_that_the_log_has_too(client: TestClient) -> None:
    with capture_logs() as lines:
        document = problem(client.get("/bug"), 500)
    assert document["detail"] == "a bug on our side; the request id names it in the log"
    (line,) = [line for line in lines if line["event"] == "http.request.failed"]
    assert line["request_id"] == document["requestId"]
    assert isinstance(line["exc_info"], RuntimeError)


def test_503_where_a_service_is_away(client: TestClient) -> None:
    response = client.get("/me", headers={"Authorization": "Bearer away"})
    assert problem(response, 503)["detail"] == "the database cannot be reached"


def test_every_request_has_an_id_of_its_own(client: TestClient) -> None:
    ids = {client.get("/numbers", headers={"X-Request-Id": "mine"}).headers["X-Request-Id"] for _ in range(5)}
    assert len(ids) == 5
    assert "mine" not in ids


def test_camel_case_on_the_wire(client: TestClient) -> None:
    response = client.post("/shops", json={"shopName": "x", "pageCount": 3})
    assert response.json() == {"shopName": "x", "pageCount": 3, "tags": []}


@given(st.dictionaries(st.text(max_size=10), st.integers() | st.text(max_size=10) | st.none(), max_size=4))
def test_no_body_is_a_bug_on_our_side(body: dict[str, Any]) -> None:
    response = TestClient(APP, raise_server_exceptions=False).post("/shops", json=body)
    assert response.status_code in {201, 422}


def test_openapi_is_valid_and_knows_problems(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert {"Problem", "Body"} <= schema["components"]["schemas"].keys()
    assert "HTTPValidationError" not in json.dumps(schema)
    for name, shape in schema["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid(shape), name
    problems = {
        (path, method): {status for status in operation["responses"] if status >= "400"}
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    }
    assert problems["/me", "get"] == {"401", "503"}
    assert problems["/shops", "get"] == set()
    assert problems["/shops", "post"] == {"400", "413", "422"}
    assert problems["/shops/{shop_id}", "patch"] == {"400", "401", "404", "409", "413", "422", "503"}
    assert problems["/numbers", "get"] == {"422"}
    for (path, method), statuses in problems.items():
        for status in statuses:
            response = schema["paths"][path][method]["responses"][status]
            assert response["description"]
            assert response["content"] == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }
    references = set(_references(schema))
    assert references
    for reference in references:
        node = schema
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_requests_leave_no_context_behind(client: TestClient) -> None:
    client.get("/bug")
    assert "request_id" not in structlog.contextvars.get_contextvars()
    assert logging.getLogger("engineo").handlers == []
