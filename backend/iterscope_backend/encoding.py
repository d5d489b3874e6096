"""JSON of results. JSON has no NaN or infinities: NaN becomes null, and infinities become the strings "Infinity" and "-Infinity"."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson

from iterscope_guard.text import visible_values

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY


def encode(value: object) -> bytes:
    """Encode nested dicts, lists, numbers, numpy arrays and tensors (anything with `detach`) as JSON."""
    plain = _plain(value)
    try:
        return orjson.dumps(plain, option=_OPTIONS)
    except orjson.JSONEncodeError:  # a path whose bytes are no text, as the file system has them
        return orjson.dumps(visible_values(plain), option=_OPTIONS)


def written(data: bytes) -> orjson.Fragment:
    """JSON that is written already, as a part of a value that `encode` writes."""
    return orjson.Fragment(data)


def decode(data: bytes) -> Any:
    """Decode JSON; the strings for infinities stay strings."""
    return orjson.loads(data)


def _plain(value: Any) -> Any:
    if isinstance(value, orjson.Fragment):  # JSON that is written already
        return value
    if isinstance(value, float):
        return _infinity(value) if math.isinf(value) else value
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, np.ndarray):
        return _plain_array(value)
    if isinstance(value, np.generic):
        return _plain(value.item())
    if hasattr(value, "detach"):
        return _plain_array(value.detach().cpu().numpy())
    raise TypeError(f"can't write {type(value).__name__} as JSON")


def _plain_array(values: np.ndarray[Any, Any]) -> Any:
    """The array itself if orjson writes it correctly (NaN as null); otherwise nested lists with strings for infinities."""
    if values.dtype.kind == "f" and np.isinf(values).any():
        return _plain(values.tolist())
    if values.ndim == 0:
        return values.item()
    return np.ascontiguousarray(values)


def _infinity(value: float) -> str:
    return "Infinity" if value > 0 else "-Infinity"
