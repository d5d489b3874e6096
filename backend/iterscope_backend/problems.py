"""Every error of the service as RFC 9457 `application/problem+json`.

Handlers raise `ApiProblem` or let errors of the library and the store pass. The functions below convert every error to
{type, title, status, detail}, with `errors` if single fields are wrong.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from iterscope.errors import InvalidInput
from iterscope_backend.encoding import encode
from iterscope_db import ConflictError, InconsistentError, NotFoundError, StoreError

logger = logging.getLogger("iterscope.backend")

EXPECTED = "Input should be "
"""How pydantic begins to say what a value should be."""
MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: "Bad request",
    401: "Token required",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict with the current state",
    413: "Request too large",
    415: "Unsupported media type",
    422: "Invalid request",
    500: "Internal error",
    503: "Temporarily unavailable",
    504: "Not in the cache",
    507: "Insufficient storage",
}


class ApiProblem(Exception):
    """Raise it in a handler, or in code that a handler calls, to return a problem."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.problem = problem(status, detail, errors)
        self.headers = dict(headers or {})


class StreamOver(Exception):
    """There are no more events. The response is 204, which tells a browser's EventSource not to reconnect."""


def problem(status: int, detail: str, errors: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """The problem as a JSON value."""
    value: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
    }
    if errors:
        value["errors"] = [{"field": field, "message": message} for field, message in errors]
    return value


def problem_response(value: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """The HTTP response of a problem."""
    return Response(encode(value), status_code=int(value["status"]), headers=dict(headers or {}), media_type=MEDIA_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` for a route that may return these problems."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {status: {"description": TITLES[status], "content": {MEDIA_TYPE: schema}} for status in statuses}


def install(app: FastAPI) -> None:
    """Make the application return every error as a problem."""
    for kind in (ApiProblem, InvalidInput, NotFoundError, ConflictError):
        app.add_exception_handler(kind, _expected)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(StreamOver, _stream_over)
    app.add_exception_handler(StoreError, _store)
    app.add_exception_handler(Exception, _unexpected)


def problem_of(error: Exception) -> dict[str, Any] | None:
    """The problem for an expected error; None for any other error."""
    if isinstance(error, ApiProblem):
        return error.problem
    for kind, status in ((InvalidInput, 422), (NotFoundError, 404), (ConflictError, 409), (InconsistentError, 500)):
        if isinstance(error, kind):
            return problem(status, str(error))
    if isinstance(error, StoreError):
        return problem(503, f"the store is temporarily unavailable: {error}")
    return None


async def _expected(_request: Request, error: Exception) -> Response:
    value = problem_of(error)
    assert value is not None
    return problem_response(value, error.headers if isinstance(error, ApiProblem) else None)


async def _validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    by_field: dict[str, list[Mapping[str, Any]]] = {}
    for entry in error.errors():
        by_field.setdefault(_field(entry, error.body), []).append(entry)
    errors = [(field, _sentence(entries)) for field, entries in by_field.items()]
    if any(entry["type"] == "json_invalid" for entry in error.errors()):
        return problem_response(problem(400, "the body is not JSON: " + errors[0][1], errors))
    summary = "; ".join(f"{field}: {message}" for field, message in errors[:3])
    return problem_response(problem(422, summary + ("; …" if len(errors) > 3 else ""), errors))


def _field(entry: Mapping[str, Any], body: Any) -> str:
    """Where the error is, without pydantic's names of the kinds that a field may have: these are no part of the body."""
    first, *rest = entry["loc"]
    if first != "body" or not isinstance(body, list | dict) or entry["type"] == "json_invalid":  # a form has no kinds
        return ".".join(map(str, entry["loc"]))
    parts, value = [first], body
    for at, part in enumerate(rest, start=1):
        if isinstance(value, list | dict) and part in (value if isinstance(value, dict) else range(len(value))):
            parts.append(part)
            value = value[part]
        elif entry["type"] == "missing" and at == len(rest):
            parts.append(part)
    return ".".join(map(str, parts))


def _sentence(entries: Sequence[Mapping[str, Any]]) -> str:
    """What is wrong with a field, with its value. One of several kinds has an entry for each: the most specific messages are kept."""
    messages = list(dict.fromkeys(_message(entry) for entry in entries))
    specific = [message for message in messages if not message.startswith(EXPECTED)]
    kinds = EXPECTED + " or ".join(message.removeprefix(EXPECTED) for message in messages)
    return ("; ".join(specific) or kinds) + _value(entries[-1])


def _message(entry: Mapping[str, Any]) -> str:
    """Pydantic's message; for malformed JSON, with the position."""
    message = str(entry.get("msg", "is not valid"))
    if entry["type"] == "json_invalid":
        return f"{(entry.get('ctx') or {}).get('error', message)} at character {entry['loc'][-1]}"
    return "unknown field: " + message if entry["type"] == "extra_forbidden" else message


def _value(entry: Mapping[str, Any]) -> str:
    """The value that is wrong, shortened if it is long."""
    value = entry.get("input")
    told = isinstance(value, str | int | float | bool | type(None))
    if not told or entry["type"] in ("missing", "json_invalid", "extra_forbidden"):
        return ""
    shown = repr(value)
    return f", got {shown if len(shown) <= 60 else shown[:57] + '…'}"


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    details = {
        404: "unknown path: GET /docs lists the routes",
        405: "method not allowed for this path: see the header Allow",
    }
    detail = error.detail if error.detail not in ("Not Found", "Method Not Allowed") else details[error.status_code]
    return problem_response(problem(error.status_code, str(detail)), error.headers)


async def _stream_over(_request: Request, _error: Exception) -> Response:
    return Response(status_code=204)


async def _store(request: Request, error: Exception) -> Response:
    logger.error("%s %s: the store failed: %s", request.method, request.url.path, error)
    value = problem_of(error)
    assert value is not None
    return problem_response(value, {"Retry-After": "5"} if value["status"] == 503 else None)


async def _unexpected(request: Request, error: Exception) -> Response:
    logger.error("%s %s failed: %s: %s", request.method, request.url.path, type(error).__name__, error)
    detail = f"{type(error).__name__} while handling {request.method} {request.url.path}: see the service's log"
    # The server closes the connection after an exception; the header keeps the client from sending its next request on it.
    return problem_response(problem(500, detail), {"Connection": "close"})


def use_problem_schema(response: dict[str, Any]) -> None:
    """Replace FastAPI's validation error in one documented response."""
    content = response.get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    if reference.endswith("/HTTPValidationError"):
        response["description"] = TITLES[422]
        response["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
