"""Results in a notebook: they print in a line, and become data frames, CSV, JSON and figures; and the difference of two of them.

What the library's functions return (`Record`), the answers of measurements, and comparisons are all made of tables.
"""

from __future__ import annotations

import json
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from iterscope.drawing import figure
from iterscope.errors import ConfigurationError
from iterscope.numerics import Outcomes
from iterscope.panels import Panel
from iterscope.plan import Step
from iterscope.probes.statistics import GroupCurve, group_curve, summarise
from iterscope.tables import (
    ALONE,
    Column,
    Table,
    arranged,
    columns_of,
    coordinates_of,
    csv_text,
    largest_first,
    plain,
    single_of,
)

if TYPE_CHECKING:
    import pandas
    import plotly.graph_objects as go

Along = Mapping[str, Mapping[str, object]]


class Result(ABC):
    """Tables of what was found, one for each axis, the largest first; single values are a table of one row without an axis."""

    @property
    @abstractmethod
    def kind(self) -> str:
        """What was measured, such as Block metrics."""

    @property
    def title(self) -> str:
        """What was measured, and on what."""
        return self.kind

    @property
    @abstractmethod
    def tables(self) -> list[Table]:
        """Its values as tables, one for each axis, the largest first."""

    @property
    def _panels(self) -> Sequence[Panel]:
        """Panels of its figure that show several of its values together."""
        return ()

    def __repr__(self) -> str:
        shapes = [f"{table.name} {len(table)} × {len(table.columns)}" for table in self.tables if table.axis != ALONE]
        return f"<{self.title}: {', '.join(shapes) or 'single values'}>"

    def table(self, axis: str | None = None) -> Table:
        """The largest table, or that of one axis ("": single values). Raises ConfigurationError for an axis that it doesn't have."""
        found = self.tables
        for table in found:
            if axis is None or table.name == axis:
                return table
        axes = ", ".join(repr(table.name) for table in found)
        raise ConfigurationError(f"axis is {axis!r}: {self.kind} has {axes or 'no values'}")

    def mean(self, axis: str | None = None) -> dict[str, NDArray[np.float64]]:
        """Each quantity of a table by name: its mean over the images at each position, without undefined values; NaN where all are."""
        return {
            column.name: np.array([math.nan if value is None else float(value) for value in column.values])
            for column in self.table(axis).columns
            if column.kind in ("value", "detail", "matrix")
        }

    def to_dataframe(self, axis: str | None = None) -> pandas.DataFrame:
        """A table as a data frame, the largest one by default. Raises ConfigurationError if pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise ConfigurationError("a data frame needs pandas: pip install pandas") from error
        return pandas.DataFrame(
            {
                column.name: [float(value) if value in ("Infinity", "-Infinity") else value for value in column.values]
                for column in self.table(axis).whole
            }
        )

    def to_csv(self, axis: str | None = None) -> str:
        """A table as CSV, the largest one by default."""
        return csv_text(self.table(axis))

    def to_json(self) -> str:
        """The tables as JSON: a list of values by name, by axis. NaN is null, and infinities are the texts Infinity and -Infinity."""
        found = {table.name: {column.name: column.values for column in table.whole} for table in self.tables}
        return json.dumps({"title": self.title, "tables": found}, allow_nan=False)

    def plot(self) -> go.Figure:
        """A Plotly figure. Raises ConfigurationError if plotly is not installed."""
        return figure(self.title, self.tables, self._panels)


class Record(Result):
    """A result that holds its values for each image: tensors (rows, N) and outcomes."""

    @abstractmethod
    def _along(self) -> Along:
        """What lies along each axis, by name: sequences that say what the positions are; and tensors (rows, N), outcomes and groups.

        Along `ALONE` lie tensors (N,), outcomes (1, N) and numbers.
        """

    @property
    def kind(self) -> str:
        return re.sub(r"(?<=[a-z])[A-Z]", lambda found: f" {found[0].lower()}", type(self).__name__)

    @property
    def title(self) -> str:
        return f"{self.kind}, {self._images} images"

    def __repr__(self) -> str:
        shapes = []
        for axis, values in self._along().items():
            names = [name for name, value in values.items() if not isinstance(value, tuple)]
            if axis != ALONE and names:
                rows = max(_rows(values[name]) for name in names)
                shapes.append(f"{rows} {axis}s × {self._images} images of {', '.join(names)}")
        return f"<{self.kind}: {'; '.join(shapes)}>"

    @property
    def _images(self) -> int:
        return max(_count(value) for values in self._along().values() for value in values.values())

    @property
    def _labels(self) -> Tensor | None:
        """(N,) the classes of the images, where the result has them."""
        values = [value for named in self._along().values() for value in named.values()]
        return next((value.labels for value in values if isinstance(value, Outcomes)), None)

    @property
    def tables(self) -> list[Table]:
        coordinates: dict[str, list[Column]] = {}
        columns: dict[str, list[Column]] = {}
        for axis, values in self._along().items():
            for name, value in values.items():
                if isinstance(value, tuple):
                    coordinates.setdefault(axis, []).extend(_positions(name, value))
                else:
                    columns.setdefault(axis, []).extend(_columns(axis, name, value))
        return largest_first(arranged(coordinates, columns))

    def _per_image(self) -> dict[tuple[str, str], Tensor]:
        """The values (rows, N) behind the means, by axis and column name."""
        found: dict[tuple[str, str], Tensor] = {}
        for axis, values in self._along().items():
            for name, value in values.items():
                if isinstance(value, Tensor):
                    found[axis, name.replace("_", " ")] = value.double().reshape(-1, value.shape[-1])
                elif isinstance(value, Outcomes):
                    for each, entry in (("accuracy", value.correct), ("loss", value.loss), ("entropy", value.entropy)):
                        found[axis, _unnumbered(_prefix(axis, name, value)) + each] = entry.double()
        return found


def _count(value: object) -> int:
    """The number of images that a value is of; 0 for what is not of images."""
    if isinstance(value, Outcomes):
        return len(value.labels)
    return value.n if isinstance(value, GroupCurve) else value.shape[-1] if isinstance(value, Tensor) else 0


def _rows(value: object) -> int:
    assert isinstance(value, Tensor | Outcomes | GroupCurve)
    return len(value if isinstance(value, Tensor) else value.loss)


def _positions(name: str, value: tuple[object, ...]) -> list[Column]:
    entries = [vars(each) if isinstance(each, Step) else each for each in value]
    if any(isinstance(each, tuple) for each in entries):
        entries = [" ".join(map(str, each)) if isinstance(each, tuple) else each for each in entries]
    return coordinates_of(name.replace("_", " "), entries)


def _columns(axis: str, name: str, value: object) -> Iterator[Column]:
    """The columns of a quantity along an axis."""
    if isinstance(value, Tensor):
        yield from columns_of(name, name, plain(summarise(value.reshape(-1, value.shape[-1])).as_dict()), "")
    elif isinstance(value, Outcomes):
        before = _prefix(axis, name, value)
        curve = plain(vars(group_curve(value, value.labels >= 0)))
        for each in ("accuracy", "accuracy_interval", "loss", "entropy"):
            unit = "nats" if each in ("loss", "entropy") else ""
            for column in columns_of(name, before + each, curve[each], unit):
                yield replace(column, kind="detail") if each == "entropy" and ":" in before else column
    elif isinstance(value, GroupCurve):
        yield from columns_of(name, name, plain(vars(value)), "")
    else:
        yield from single_of(name, name, value)


def _prefix(axis: str, name: str, value: Outcomes) -> str:
    """What the names of the columns of outcomes begin with: their own name, unless they are the only ones."""
    if name == "outcomes":
        return ""
    return f"{name} " if axis == ALONE else f"{name} (n = {_count(value)}): "


@dataclass(frozen=True, repr=False)
class Comparison(Result):
    """The differences b − a of two results, with 95 % intervals where both have values of the same images."""

    measured: str
    differences: list[Table]
    images: int | None = None
    """The number of images that were compared one by one; None if only the means were compared."""

    @property
    def tables(self) -> list[Table]:
        return self.differences

    @property
    def kind(self) -> str:
        return f"{self.measured}, b − a"

    @property
    def title(self) -> str:
        return self.kind if self.images is None else f"{self.kind} of the same {self.images} images"


def compare(a: Result, b: Result) -> Comparison:
    """The differences b − a of two results of the same kind, row by row.

    Results of the library's functions with the same labels are taken as of the same images in the same order: they are compared image by
    image, and each mean difference has its 95 % interval over the images (±1.96 standard errors). Otherwise, and for answers of
    `measure`, the means are compared. What only one of them has is left out.

    Raises:
        ConfigurationError: the two are of different kinds, or have different rows.
    """
    if not (isinstance(a, Result) and isinstance(b, Result)):
        other = b if isinstance(a, Result) else a
        raise ConfigurationError(
            f"{type(other).__name__} can't be compared: give two results, such as those of it.block_metrics"
        )
    if type(a) is not type(b) or a.kind != b.kind:
        raise ConfigurationError(f"a is {a}, and b is {b}: compare two results of the same kind")
    images = _same_images(a, b)
    ours, theirs = ({table.name: table for table in each.tables} for each in (a, b))
    before, after = (each._per_image() if isinstance(each, Record) and images else {} for each in (a, b))
    found = []
    for axis, table in ours.items():
        if axis not in theirs:
            continue
        _check_rows(axis, table, theirs[axis])
        ends = {_unnumbered(column.name): column for column in theirs[axis].columns}
        columns: list[Column] = []
        for column in table.columns:
            name = _unnumbered(column.name)
            if name not in ends or column.kind not in ("value", "detail", "matrix"):
                continue
            if (axis, name) in before and (axis, name) in after:
                columns += _paired(column, name, after[axis, name] - before[axis, name])
            elif any(isinstance(value, float) for value in column.values):
                pairs = zip(column.values, ends[name].values, strict=True)
                values = [None if None in pair else plain(float(pair[1]) - float(pair[0])) for pair in pairs]
                columns.append(Column(name, values, column.unit, column.of, column.kind))
        both = arranged({table.axis: table.coordinates}, {table.axis: columns})
        found += [replace(each, part=table.part) for each in both]
    if not found:
        raise ConfigurationError(f"a is {a}, and b is {b}: they have no quantity in common")
    return Comparison(a.kind, largest_first(found), images)


def _same_images(a: Result, b: Result) -> int | None:
    """The number of images, if both have values of the same ones."""
    if not (isinstance(a, Record) and isinstance(b, Record)):
        return None
    ours, theirs = a._labels, b._labels
    return len(ours) if ours is not None and theirs is not None and torch.equal(ours, theirs) else None


def _check_rows(axis: str, a: Table, b: Table) -> None:
    ours, theirs = ([*zip(*(column.values for column in table.coordinates), strict=True)] for table in (a, b))
    if ours == theirs or axis == ALONE:
        return
    names = ", ".join(column.name for column in a.coordinates)
    if len(ours) != len(theirs):
        said = f"a has {len(ours)} {axis}s, and b has {len(theirs)}"
    else:
        row = next(at for at, pair in enumerate(zip(ours, theirs, strict=True)) if pair[0] != pair[1])
        said = f"{axis} {row} ({names}) is {ours[row]} in a, and {theirs[row]} in b"
    raise ConfigurationError(f"{said}: compare results with the same rows")


def _unnumbered(name: str) -> str:
    """A column's name without the size of its group, which may differ."""
    return re.sub(r" \(n = \d+\)", "", name)


def _paired(column: Column, name: str, differences: Tensor) -> Iterator[Column]:
    """The mean of the differences (rows, N) over images with its interval."""
    found = summarise(differences)
    half = 1.96 * found.std / (differences.shape[-1] - found.undefined - 1).sqrt()
    for kind, values in (("value", found.mean), ("low", found.mean - half), ("high", found.mean + half)):
        shown = name if kind == "value" else f"{name} {kind}"
        yield Column(shown, plain(values), column.unit, column.of, kind if column.kind == "value" else column.kind)
