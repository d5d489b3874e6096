"""JSON responses."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from iterscope_backend.encoding import decode, encode


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response, with NaN and infinities written as `iterscope_backend.encoding` defines."""
    return raw_answer(encode(value), status, headers)


def raw_answer(content: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response of JSON that is written already."""
    return Response(content, status_code=status, headers=dict(headers or {}), media_type="application/json")


_PROVENANCE = b'"provenance":'


def probe_answer(result_json: bytes, *, checkpoint: str, cached: bool) -> bytes:
    """The JSON of a stored result as an answer for this checkpoint id (two checkpoints may hold the same weights).

    `cached`: whether it was computed for an earlier request. The stored bytes are kept as they are; only the last part, the provenance, is
    read and written again.
    """
    at = result_json.rfind(_PROVENANCE + b"{")  # quotes inside a text are written as \\"
    provenance = decode(result_json[at + len(_PROVENANCE) : -1])
    last = encode({**provenance, "cached": cached})
    return b"".join((b'{"checkpoint":', encode(checkpoint), b",", result_json[1:at], _PROVENANCE, last, b"}"))
