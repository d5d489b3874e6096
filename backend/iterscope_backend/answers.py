"""Answers as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from iterscope_backend.encoding import decode, encode


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON by our own rules for NaN and infinities."""
    return Response(encode(value), status_code=status, headers=dict(headers or {}), media_type="application/json")


def probe_answer(result_json: bytes, *, checkpoint: str, cached: bool) -> dict[str, Any]:
    """A stored result as answered now: for this checkpoint id (two may hold the same weights), from the cache or not."""
    stored = decode(result_json)
    result: dict[str, Any] = {"probe": stored["probe"], "checkpoint": checkpoint, **stored}
    result["provenance"]["cached"] = cached
    return result
