"""An answer's named arrays as tables. The answer's schema says which axis the values of a field lie along: `axis` and `coordinate`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

from pydantic import BaseModel, Field
from pydantic.config import JsonDict

from iterscope.measurements.reasons import reasons_of
from iterscope.tables import ALONE, Column, Table, arranged, columns_of, coordinates_of, largest_first, single_of

_HIDDEN = {"blocks", "samples", "checkpoint", "probe", "split"}


def axis(name: str, *, across: str | None = None, unit: str = "", undefined: str = "", **more: Any) -> Any:
    """A field of an answer whose values lie along this axis (block, step, plan, exit, image, epoch, class, or one of one's own).

    Args:
        across: the second axis of a matrix, or the axis of a list of records that hold lists.
        unit: of the values, such as nats; "" for plain numbers.
        undefined: why there is no value at some places, as an answer that lacks one says in its `reasons`.
        more: for pydantic's `Field`, such as the description.
    """
    axes: JsonDict = {"axis": name, "unit": unit}
    optional: JsonDict = {"across": across} if across is not None else {}
    return Field(json_schema_extra={**axes, **optional, **({"undefined": undefined} if undefined else {})}, **more)


def entry(*, undefined: str, **more: Any) -> Any:
    """A field of the records that lie along an axis; arguments as for `axis`."""
    return Field(json_schema_extra={"undefined": undefined}, **more)


def coordinate(name: str, **more: Any) -> Any:
    """A field of an answer that says what the positions along an axis are: a list, or a list of records."""
    return Field(json_schema_extra={"coordinate": name}, **more)


def tables(schema: type[BaseModel], answer: Mapping[str, Any]) -> list[Table]:
    """The tables of an answer, the one with the most values first; single values are a table of one row without an axis.

    Of answers for several checkpoints (`OverEpochs`), single values lie along the axis `epoch`, and other tables have the columns of each.
    """
    if "answers" in answer and "epochs" in answer:
        return _over_epochs(schema, answer)
    coordinates: dict[str, list[Column]] = {}
    columns: dict[str, list[Column]] = {}
    inner: list[Table] = []
    for name, info in schema.model_fields.items():
        value, extra = answer.get(info.alias or name), info.json_schema_extra
        said: Mapping[str, Any] = extra if isinstance(extra, Mapping) else {}
        if _has_axes(info.annotation) and isinstance(value, Mapping):
            inner += [replace(table, part=name) for table in tables(info.annotation, value)]
        elif "coordinate" in said and value:
            coordinates.setdefault(str(said["coordinate"]), []).extend(coordinates_of(str(said["coordinate"]), value))
        elif "axis" in said and value:
            across, unit = said.get("across"), str(said.get("unit", ""))
            some = columns_of(name, name, value, unit) if across is None else _across(name, value, str(across), unit)
            why = reasons_of(name, info)
            columns.setdefault(str(said["axis"]), []).extend(
                replace(column, undefined=why.get(f"{name}.{column.name.replace(' ', '_')}", why.get(name, "")))
                for column in some
            )
        elif name not in _HIDDEN:
            columns.setdefault(ALONE, []).extend(single_of(name, name, value))
    return largest_first([*inner, *arranged(coordinates, columns)])


def _over_epochs(schema: type[BaseModel], answer: Mapping[str, Any]) -> list[Table]:
    places = [
        name if epoch is None else epoch for name, epoch in zip(answer["checkpoints"], answer["epochs"], strict=True)
    ]
    each = [{table.name: table for table in tables(schema, part)} for part in answer["answers"]]
    found = []
    for name, first in each[0].items():
        same = [some[name] for some in each if name in some]
        if first.axis == ALONE:
            columns = [
                replace(column, values=[table.columns[at].values[0] for table in same])
                for at, column in enumerate(same[0].columns)
            ]
            found.append(Table("epoch", [Column("epoch", places, kind="coordinate")], columns, first.part))
            continue
        longest = max(same, key=len)
        columns = [
            replace(
                column,
                name=f"epoch {at}: {column.name}",
                values=[*column.values, *[None] * (len(longest) - len(table))],
            )
            for at, table in zip(places, same, strict=True)
            for column in table.columns
        ]
        found.append(replace(longest, columns=columns))
    return largest_first(found)


def _across(name: str, value: Sequence[Any], across: str, unit: str) -> Iterator[Column]:
    """A matrix's columns, or those of the lists in each record."""
    shown = name.replace("_", " ")
    if isinstance(value[0], Mapping):
        for at, record in enumerate(value):
            label = next((entry for entry in record.values() if isinstance(entry, str)), str(at))
            for key, entries in record.items():
                if isinstance(entries, list):
                    yield Column(f"{across} {label}: {key.replace('_', ' ')}", entries, unit, name)
    else:
        for at in range(len(value[0])):
            yield Column(f"{shown} {across} {at}", [row[at] for row in value], unit, name, "matrix", across)


def _has_axes(annotation: Any) -> TypeGuard[type[BaseModel]]:
    """Whether a field's type is an answer within the answer, whose fields say their axes themselves."""
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return False
    return any(isinstance(info.json_schema_extra, Mapping) for info in annotation.model_fields.values())
