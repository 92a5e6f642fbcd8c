"""The HTTP edge that all routers share: app factory, problem documents, request ids, who is asking."""

import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi import HTTPException as RouteError
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, field_validator
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engineo import __version__
from engineo.kernel.errors import EngineOError, InvalidInputError, UnauthorizedError
from engineo.kernel.ports import Authenticator, Principal

log = structlog.get_logger(__name__)

PROBLEM = "application/problem+json"
MAX_BODY_BYTES = 1024 * 1024
BODY_LIMIT = "x-max-body-bytes"  # in a route's `openapi_extra`: it takes larger bodies, of at most this many bytes
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class CamelModel(BaseModel):
    """Base of request and response shapes: camelCase on the wire, snake_case in code. Unknown input is refused."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True, extra="forbid")

    @field_validator("*")
    @classmethod
    def _storable(cls, value: object) -> object:
        """JSON can spell a NUL and half a character; no database keeps them."""
        if isinstance(value, str) and _readable(value) != value:
            raise ValueError("holds characters that cannot be stored")
        return value


class Problem(CamelModel):
    """RFC 9457: what went wrong, for machines (`type`, `status`) and people (`title`, `detail`)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    request_id: str | None = None
    errors: list[dict[str, Any]] | None = None


_bearer = HTTPBearer(auto_error=False, description="An API key, made with `engineo keys create`.")


def current_principal(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    authenticator: Authenticator = request.app.state.authenticator
    principal = authenticator.authenticate(credentials.credentials) if credentials else None
    if principal is None:
        raise UnauthorizedError
    return principal


CurrentPrincipal = Annotated[Principal, Depends(current_principal)]


def create_app(routers: Iterable[APIRouter], authenticator: Authenticator, lifespan: Lifespan | None = None) -> FastAPI:
    """The app with every module's routes. Nothing is opened before `lifespan` runs."""
    app = FastAPI(
        title="EngineO",
        version=__version__,
        summary="DEO scores: how well search and answer engines can find, understand and quote a site.",
        lifespan=lifespan,
    )
    routers = tuple(routers)
    app.state.authenticator = authenticator
    app.state.body_limits = BodyLimits(routers)
    for router in routers:
        app.include_router(router)
    _add_problem_handlers(app)
    app.add_middleware(BodyLimit, limits=app.state.body_limits)
    app.middleware("http")(_request_id)
    app.openapi = _with_problems(app)  # type: ignore[method-assign] # FastAPI's documented way to extend it
    return app


async def _request_id(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Every answer carries `X-Request-Id`, and every log line of the request the same."""
    request_id = str(uuid.uuid4())
    request.state.request_id = request_id
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        limits: BodyLimits = request.app.state.body_limits
        length = request.headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or limits.exceeded(request.scope, int(length[:20])):
            return _problem(request, 413, limits.sentence(request.scope))
        response = await call_next(request)
    response.headers["X-Request-Id"] = request_id
    return response


class BodyLimits:
    """How large a body may be: that of a route that says so, else `MAX_BODY_BYTES`."""

    def __init__(self, routers: Iterable[APIRouter]) -> None:
        self._larger = [
            (route, int(route.openapi_extra[BODY_LIMIT]))
            for router in routers
            for route in router.routes
            if isinstance(route, APIRoute) and route.openapi_extra and BODY_LIMIT in route.openapi_extra
        ]

    def exceeded(self, scope: Scope, size_bytes: int) -> bool:
        # the route is looked for only where a body is larger than most may be
        return size_bytes > MAX_BODY_BYTES and size_bytes > self._of(scope)

    def sentence(self, scope: Scope) -> str:
        return f"the body may have at most {self._of(scope):,} bytes"

    def _of(self, scope: Scope) -> int:
        found = (limit for route, limit in self._larger if route.matches(scope)[0] is Match.FULL)
        return next(found, MAX_BODY_BYTES)


class BodyLimit:
    """Ends a request whose body turns out to be too large: one sent in chunks does not say its length."""

    def __init__(self, app: ASGIApp, limits: BodyLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if self._limits.exceeded(scope, received):
                raise RouteError(413, self._limits.sentence(scope))
            return message

        await self._app(scope, limited if scope["type"] == "http" else receive, send)


def _add_problem_handlers(app: FastAPI) -> None:
    @app.exception_handler(EngineOError)
    def _expected(request: Request, error: EngineOError) -> Response:
        headers = {"WWW-Authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else None
        errors = list(error.errors) if isinstance(error, InvalidInputError) else []
        return _problem(request, error.status, error.message, headers=headers, errors=errors or None)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = _allowed(request)
        return _problem(request, error.status_code, str(error.detail), headers=headers)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [
            {"field": _readable(".".join(map(str, e["loc"]))), "message": _readable(e["msg"])} for e in error.errors()
        ]
        detail = "; ".join(f"{e['field']}: {e['message']}" for e in errors)
        return _problem(request, 422, detail, errors=errors)

    @app.exception_handler(Exception)
    def _bug(request: Request, error: Exception) -> Response:
        # outside of `_request_id`, which the exception has passed by
        request_id = request.state.request_id
        log.error("http.request.failed", path=request.url.path, request_id=request_id, exc_info=error)
        return _problem(request, 500, "a bug on our side; the request id names it in the log")


def _problem(
    request: Request,
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, Any]] | None = None,
) -> Response:
    problem = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=_readable(detail),
        request_id=getattr(request.state, "request_id", None),
        errors=[dict(error) for error in errors] if errors else None,
    )
    content = problem.model_dump(by_alias=True, exclude_none=True)
    named = {"X-Request-Id": problem.request_id} if problem.request_id else {}
    return JSONResponse(content, status_code=status, headers={**(headers or {}), **named}, media_type=PROBLEM)


def _readable(text: str) -> str:
    """Without NULs and what JSON spells as half a character: those become question marks."""
    return text.replace("\0", "?").encode(errors="replace").decode()


def _allowed(request: Request) -> str:
    """Every method of the path: each method is a route of its own, and the framework names the first one's only."""
    scopes = {method: {**request.scope, "method": method} for method in METHODS}
    routes = request.app.routes
    return ", ".join(m for m, scope in scopes.items() if any(r.matches(scope)[0] is Match.FULL for r in routes))


def _with_problems(app: FastAPI) -> Callable[[], dict[str, Any]]:
    original = app.openapi

    def openapi() -> dict[str, Any]:
        schema = original()
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        schemas.setdefault("Problem", Problem.model_json_schema(by_alias=True))
        # what FastAPI assumes of validation errors is replaced by problem documents
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        for path, operations in schema["paths"].items():
            for operation in operations.values():
                _document_problems(path, operation)
        return schema

    return openapi


def _document_problems(path: str, operation: dict[str, Any]) -> None:
    """Say which problems an operation may answer with: those of its route, and those that follow from its shape."""
    responses: dict[str, Any] = operation["responses"]
    possible = {
        "400": "requestBody" in operation,
        "401": "security" in operation,
        "404": "{" in path,
        "413": "requestBody" in operation,
        "503": "security" in operation,
    }
    for status in [status for status, may in possible.items() if may]:
        responses.setdefault(status, {"description": HTTPStatus(int(status)).phrase})
    for status, response in responses.items():
        if status.startswith(("4", "5")):
            response["content"] = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
