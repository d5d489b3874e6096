"""Named values as tables, one for each axis: what the command prints, CSV files, data frames and figures are made from.

Everything here works on plain JSON values and needs neither torch nor pydantic.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

ALONE = ""
"""The axis of single values."""


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
    across: str = ""
    """The second axis of a matrix, of which this is one column."""
    undefined: str = ""
    """Why a value may be missing for all images."""


@dataclass(frozen=True)
class Table:
    """All values along one axis."""

    axis: str
    coordinates: list[Column] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    part: str = ""
    """The part of an answer that it is of, such as its baseline; "" for the answer itself."""

    @property
    def name(self) -> str:
        """The part and the axis, by which it is looked up."""
        return f"{self.part} {self.axis}".strip()

    def __len__(self) -> int:
        return len(self.coordinates[0].values) if self.coordinates else 0

    @property
    def whole(self) -> list[Column]:
        """Coordinates first."""
        return [*self.coordinates, *self.columns]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """One tuple for each position."""
        return zip(*(column.values for column in self.whole), strict=True)


def arranged(coordinates: Mapping[str, list[Column]], columns: Mapping[str, list[Column]]) -> Iterator[Table]:
    """A table for each axis from what the positions along it are and from the values there; columns of texts are coordinates, too."""
    for place, some in columns.items():
        if not some:
            continue
        length = max(len(column.values) for column in [*some, *coordinates.get(place, [])])
        here = coordinates.get(place) or [Column(place, list(range(length)), kind="coordinate")]
        labels = [column for column in some if column.kind == "coordinate"]
        values = [_padded(column, length) for column in some if column.kind != "coordinate"]
        whole = [*([] if place == ALONE or labels else here), *labels]
        yield Table(place, [_padded(column, length) for column in whole], values)


def largest_first(found: Iterable[Table]) -> list[Table]:
    """The table with the most values first, and single values last."""
    return sorted(found, key=lambda table: (table.axis == ALONE, -len(table) * len(table.columns)))


def csv_text(table: Table) -> str:
    """The table as CSV: the first line holds the names; undefined values are empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in table.whole])
    writer.writerows([["" if cell is None else cell for cell in row] for row in table.rows()])
    return out.getvalue()


def plain(value: Any) -> Any:
    """As JSON: tensors and arrays are lists, NaN is None, and infinities are the texts Infinity and -Infinity."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _padded(column: Column, length: int) -> Column:
    """Values that begin later than the axis, such as those of additional steps, are aligned at its end."""
    missing = [None] * (length - len(column.values))
    return replace(column, values=[*missing, *column.values])


def coordinates_of(name: str, value: Sequence[Any]) -> list[Column]:
    """What the positions along an axis are: a list, or a list of records."""
    if not isinstance(value[0], Mapping):
        return [Column(name, list(value), kind="coordinate")]
    names = [key for key, entry in value[0].items() if isinstance(entry, bool | int | float | str)]
    shown = {"index": name}
    return [
        Column(shown.get(key, key.replace("_", " ")), [each.get(key) for each in value], kind="coordinate")
        for key in names
    ]


def columns_of(of: str, name: str, value: Any, unit: str) -> Iterator[Column]:
    """The columns of a field along an axis: a list, a list of records, statistics over images, or named parts of these."""
    shown = name.replace("_", " ")
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        for at, key in enumerate(value[0]):
            for column in columns_of(of, key, [each.get(key) for each in value], unit):
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
                yield from columns_of(of, key, entry, unit)
            elif isinstance(entry, list):
                for column in columns_of(of, f"{name}{n}: {key}", entry, unit):
                    yield replace(column, kind="detail") if key in ("entropy", "gained", "lost") else column


def single_of(of: str, name: str, value: Any) -> Iterator[Column]:
    """The columns of a single value, or of named ones."""
    shown = name.replace("_", " ")
    if isinstance(value, bool | int | float | str):
        yield Column(shown, [value], of=of)
    elif isinstance(value, list) and len(value) == 2 and name.endswith("interval"):
        yield from columns_of(of, name, [value], "")
    elif isinstance(value, Mapping) and name not in ("provenance", "per_image"):
        for key, entry in value.items():
            if isinstance(entry, bool | int | float | str | list):
                yield from single_of(of, f"{name}_{key}", entry)
