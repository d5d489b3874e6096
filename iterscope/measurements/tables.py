"""An answer's named arrays as tables, one for each axis: what the command prints, CSV files, data frames and figures are made from.

Which axis the values of a field lie along is said by the answer's schema (`axis` and `coordinate`). Everything here works on plain JSON
values and needs no torch.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from pydantic import BaseModel, Field
from pydantic.config import JsonDict

Json = dict[str, Any]
ALONE = ""
"""The axis of single values."""
_HIDDEN = {"block", "blocks", "samples", "checkpoint", "probe", "split"}


def axis(name: str, *, across: str | None = None, unit: str = "", **more: Any) -> Any:
    """A field of an answer whose values lie along this axis (block, step, plan, exit, image, epoch, class, or one of one's own).

    Args:
        across: the second axis of a matrix, or the axis of a list of records that hold lists.
        unit: of the values, such as nats; "" for plain numbers.
        more: for pydantic's `Field`, such as the description.
    """
    axes: JsonDict = {"axis": name, "unit": unit}
    return Field(json_schema_extra=axes if across is None else {**axes, "across": across}, **more)


def coordinate(name: str, **more: Any) -> Any:
    """A field of an answer that says what the positions along an axis are: a list, or a list of records."""
    return Field(json_schema_extra={"coordinate": name}, **more)


@dataclass(frozen=True)
class Column:
    """One value for each position along an axis."""

    name: str
    values: list[Any]
    unit: str = ""
    of: str = ""
    """The field of the answer that it is from."""
    kind: str = "value"
    """coordinate, value, spread (a standard deviation), low, high (bounds of an interval), quantile, count, matrix or detail."""


@dataclass(frozen=True)
class Table:
    """All values along one axis."""

    axis: str
    coordinates: list[Column] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.coordinates[0].values) if self.coordinates else 0

    @property
    def whole(self) -> list[Column]:
        """Coordinates first."""
        return [*self.coordinates, *self.columns]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """One tuple for each position."""
        return zip(*(column.values for column in self.whole), strict=True)


def tables(schema: type[BaseModel], answer: Mapping[str, Any]) -> list[Table]:
    """The tables of an answer, the one with the most values first; single values are a table of one row without an axis."""
    coordinates: dict[str, list[Column]] = {}
    columns: dict[str, list[Column]] = {}
    inner: list[Table] = []
    for name, info in schema.model_fields.items():
        value, extra = answer.get(info.alias or name), info.json_schema_extra
        said: Mapping[str, Any] = extra if isinstance(extra, Mapping) else {}
        if _has_axes(info.annotation) and isinstance(value, Mapping):
            inner += [replace(table, axis=f"{name} {table.axis}") for table in tables(info.annotation, value)]
        elif "coordinate" in said and value:
            coordinates.setdefault(str(said["coordinate"]), []).extend(_coordinates(str(said["coordinate"]), value))
        elif "axis" in said and value:
            across, unit = said.get("across"), str(said.get("unit", ""))
            some = list(
                _columns(name, name, value, unit) if across is None else _across(name, value, str(across), unit)
            )
            columns.setdefault(str(said["axis"]), []).extend(some)
        elif name not in _HIDDEN:
            columns.setdefault(ALONE, []).extend(_single(name, name, value))
    found = inner
    for place, some in columns.items():
        if not some:
            continue
        length = max(len(column.values) for column in [*some, *coordinates.get(place, [])])
        here = coordinates.get(place) or [Column(place, list(range(length)), kind="coordinate")]
        labels = [column for column in some if column.kind == "coordinate"]
        values = [_padded(column, length) for column in some if column.kind != "coordinate"]
        whole = [*([] if place == ALONE or labels else here), *labels]
        found.append(Table(place, [_padded(column, length) for column in whole], values))
    return sorted(found, key=lambda table: (table.axis == ALONE, -len(table.columns)))


def csv_text(table: Table) -> str:
    """The table as CSV: the first line holds the names; undefined values are empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in table.whole])
    writer.writerows([["" if cell is None else cell for cell in row] for row in table.rows()])
    return out.getvalue()


def _padded(column: Column, length: int) -> Column:
    """Values that begin later than the axis, such as those of additional steps, are aligned at its end."""
    missing = [None] * (length - len(column.values))
    return Column(column.name, [*missing, *column.values], column.unit, column.of, column.kind)


def _coordinates(name: str, value: Sequence[Any]) -> list[Column]:
    if not isinstance(value[0], Mapping):
        return [Column(name, list(value), kind="coordinate")]
    names = [key for key, entry in value[0].items() if isinstance(entry, bool | int | float | str)]
    shown = {"index": name}
    return [
        Column(shown.get(key, key.replace("_", " ")), [each.get(key) for each in value], kind="coordinate")
        for key in names
    ]


def _columns(of: str, name: str, value: Any, unit: str) -> Iterator[Column]:
    """The columns of a field along an axis: a list, a list of records, statistics over images, or named parts of these."""
    shown = name.replace("_", " ")
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        for at, key in enumerate(value[0]):
            for column in _columns(of, key, [each.get(key) for each in value], unit):
                yield column if at else replace(column, kind="coordinate")
    elif isinstance(value, list) and value and all(isinstance(each, list | tuple) for each in value):
        if name.endswith("interval"):
            what = shown.removesuffix(" interval")
            for position, bound in enumerate(("low", "high")):
                yield Column(f"{what} {bound}", [each[position] for each in value], unit, of, bound)
        else:
            texts = [" ".join(map(str, each)) for each in value]
            yield Column(shown, texts, of=of, kind="coordinate")
    elif isinstance(value, list):
        of_text = any(isinstance(each, str) and each not in ("Infinity", "-Infinity") for each in value)
        yield Column(shown, value, unit, of, "coordinate" if of_text else "value")
    elif isinstance(value, Mapping) and {"mean", "std"} <= value.keys():
        yield Column(shown, value["mean"], unit, of)
        yield Column(f"{shown} std", value["std"], unit, of, "spread")
        for level, entries in value.get("quantiles", {}).items():
            yield Column(f"{shown} q{level}", entries, unit, of, "quantile")
        for count in ("undefined", "infinite"):
            if any(value.get(count) or []):
                yield Column(f"{shown} {count}", value[count], "images", of, "count")
    elif isinstance(value, Mapping):
        n = f" (n = {value['n']})" if "n" in value else ""
        for key, entry in value.items():
            if isinstance(entry, Mapping):
                yield from _columns(of, key, entry, unit)
            elif isinstance(entry, list):
                for column in _columns(of, f"{name}{n}: {key}", entry, unit):
                    yield replace(column, kind="detail") if key in ("entropy", "gained", "lost") else column


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
            yield Column(f"{shown} {across} {at}", [row[at] for row in value], unit, name, "matrix")


def _has_axes(annotation: Any) -> TypeGuard[type[BaseModel]]:
    """Whether a field's type is an answer within the answer, whose fields say their axes themselves."""
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return False
    return any(isinstance(info.json_schema_extra, Mapping) for info in annotation.model_fields.values())


def _single(of: str, name: str, value: Any) -> Iterator[Column]:
    shown = name.replace("_", " ")
    if isinstance(value, bool | int | float | str):
        yield Column(shown, [value], of=of)
    elif isinstance(value, list) and len(value) == 2 and name.endswith("interval"):
        yield from _columns(of, name, [value], "")
    elif isinstance(value, Mapping) and name not in ("provenance", "per_image"):
        for key, entry in value.items():
            if isinstance(entry, bool | int | float | str | list):
                yield from _single(of, f"{name}_{key}", entry)
