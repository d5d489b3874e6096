"""Why an answer has no value at some places. A field says it once, as `axis(…, undefined="…")`; an answer then names the places."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from torch import Tensor


def reasons_of(name: str, info: FieldInfo) -> dict[str, str]:
    """What a field says of its missing values: its name, or `stages.correlation` for a field of its records, and the reason."""
    said = info.json_schema_extra
    found = {name: str(said["undefined"])} if isinstance(said, Mapping) and "undefined" in said else {}
    record = next(iter(get_args(info.annotation)), None)
    if isinstance(record, type) and issubclass(record, BaseModel) and isinstance(said, Mapping) and "axis" in said:
        for inner, about in record.model_fields.items():
            if isinstance(about.json_schema_extra, Mapping) and "undefined" in about.json_schema_extra:
                found[f"{name}.{inner}"] = str(about.json_schema_extra["undefined"])
    return found


def reasons(schema: type[BaseModel], answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of each field that says why it may lack values, the places along its axis where it does.

    Args:
        answer: its values may be tensors. A row of a matrix lacks its values if it has none at all.
    """
    found = []
    for name, info in schema.model_fields.items():
        for place, reason in reasons_of(name, info).items():
            value, inner = answer.get(name), place.partition(".")[2]
            if value is not None and inner:
                value = [record[inner] for record in value]
            if isinstance(value, Mapping):
                value = value["mean"]
            if value is not None and (at := _missing(value)):
                found.append({"field": place, "at": at, "reason": reason})
    return found


def _missing(values: Tensor | Sequence[Any]) -> list[int]:
    """The positions of undefined values, and of rows in which all are."""
    if isinstance(values, Tensor):
        nothing = values.isnan()
        return (nothing.flatten(1).all(1) if nothing.dim() > 1 else nothing).nonzero().flatten().tolist()
    return [at for at, value in enumerate(values) if _is_missing(value)]


def _is_missing(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return len(value) > 0 and all(map(_is_missing, value))
    return value is None or (isinstance(value, float) and math.isnan(value))
