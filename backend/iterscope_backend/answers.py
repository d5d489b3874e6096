"""JSON responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from iterscope_backend.encoding import decode, encode


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response, with NaN and infinities written as `iterscope_backend.encoding` defines."""
    return Response(encode(value), status_code=status, headers=dict(headers or {}), media_type="application/json")


def probe_answer(result_json: bytes, *, checkpoint: str, cached: bool) -> dict[str, Any]:
    """A stored result as a response for this checkpoint id (two checkpoints may hold the same weights); `cached`: computed earlier."""
    stored = decode(result_json)
    result: dict[str, Any] = {"probe": stored["probe"], "checkpoint": checkpoint, **stored}
    result["provenance"]["cached"] = cached
    return result
