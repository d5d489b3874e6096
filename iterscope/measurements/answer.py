"""A measurement in a notebook: `measure` asks it of a network, and the answer prints, plots and becomes a data frame."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError
from torch import nn

from iterscope.chunks import DEFAULT_MEMORY_BUDGET
from iterscope.datasets.records import Dataset
from iterscope.errors import ConfigurationError
from iterscope.inputs import as_budget, as_chain
from iterscope.measurements.definition import Measurement
from iterscope.measurements.drawing import figure
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Computation
from iterscope.measurements.registry import measurement_named
from iterscope.measurements.tables import Table, csv_text, tables

if TYPE_CHECKING:
    import pandas
    import plotly.graph_objects as go


@dataclass(frozen=True, repr=False)
class Answer:
    """What a measurement found. `answer["plans"]` is a field of it, as REST returns it: undefined values are None."""

    measurement: Measurement
    network: str
    value: dict[str, Any]

    def __repr__(self) -> str:
        images = f"{self.value['samples']} {self.value['split']} images"
        shapes = [
            f"{table.axis or 'single'} {len(table)} × {len(table.columns)}" for table in self.tables if len(table)
        ]
        return f"<{self.measurement.title} of {self.network}, {images}: {', '.join(shapes) or 'single values'}>"

    def __getitem__(self, name: str) -> Any:
        return self.value[name]

    @property
    def tables(self) -> list[Table]:
        """Its values as tables, one for each axis, the largest first."""
        return tables(self.measurement.result, self.value)

    def table(self, axis: str | None = None) -> Table:
        """The largest table, or that of one axis. Raises ConfigurationError for an axis that it doesn't have."""
        found = self.tables
        for table in found:
            if axis is None or table.axis == axis:
                return table
        axes = ", ".join(repr(table.axis) for table in found)
        raise ConfigurationError(f"axis is {axis!r}: the answer of {self.measurement.name} has {axes}")

    def mean(self, axis: str | None = None) -> dict[str, float]:
        """The mean of each column of a table, without undefined values; NaN where all are undefined."""
        found = {}
        for column in self.table(axis).columns:
            numbers = [float(value) for value in column.values if isinstance(value, int | float | str)]
            found[column.name] = sum(numbers) / len(numbers) if numbers else math.nan
        return found

    def to_dataframe(self, axis: str | None = None) -> pandas.DataFrame:
        """A table as a data frame, the largest one by default. Raises ConfigurationError if pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise ConfigurationError("a data frame needs pandas: pip install pandas") from error
        return pandas.DataFrame({column.name: column.values for column in self.table(axis).whole})

    def to_csv(self, axis: str | None = None) -> str:
        """A table as CSV, the largest one by default."""
        return csv_text(self.table(axis))

    def to_json(self) -> str:
        """Everything, as REST returns it."""
        return json.dumps(self.value)

    def plot(self) -> go.Figure:
        """A Plotly figure. Raises ConfigurationError if plotly is not installed."""
        return figure(f"{self.measurement.title}: {self.network}", self.measurement.result, self.value)


@dataclass
class _Kept:
    passes: dict[str, object] = field(default_factory=dict)

    def remember(self, name: str, compute: Callable[[], object]) -> object:
        if name not in self.passes:
            self.passes[name] = compute()
        return self.passes[name]

    def recall(self, name: str) -> object | None:
        return self.passes.get(name)


def measure(
    name: str | Measurement,
    chain: nn.Module,
    data: Dataset,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Callable[[float], None] | None = None,
    **options: Any,
) -> Answer:
    """Measure a network: the same questions and answers as `POST /probe/NAME` and `iterscope probe NAME`.

    Args:
        name: a measurement's name, such as drop, or a `Measurement` of one's own.
        chain: a model, or a `ResidualChain`.
        data: the images, such as `it.checkpoint_data(path)` or `it.load_dataset("digits")`.
        options: `split`, `limit` and `seed` of the images, and the measurement's own options.

    Raises:
        ConfigurationError: the measurement or an option is unknown, or a value is out of range. Others as for `run_plans`.
    """
    measurement = name if isinstance(name, Measurement) else measurement_named(name)
    if not isinstance(data, Dataset):
        raise ConfigurationError(f"data is {type(data).__name__}: give a data set, such as it.checkpoint_data(path)")
    try:
        request = measurement.request.model_validate({"checkpoint": "latest", **options})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ConfigurationError(f"{place} of {measurement.name} is {first['input']!r}: {first['msg']}") from error
    found = as_chain(chain)
    network = MeasuredNetwork(
        chain=found,
        images=data.split(request.split).subset(request.limit, request.seed).to(found.device),
        split=request.split,
        dataset=data,
        configuration=getattr(chain, "configuration", None),
        seed=None,
        training=lambda limit, seed: data.train.subset(limit, seed).to(found.device),
        memory=_Kept(),
        memory_budget=as_budget(memory_budget),
        progress=progress or (lambda _: None),
    )
    value = Computation(measurement, network, request).final()
    whole = {"probe": measurement.name, "split": request.split, "blocks": found.describe(), **value}
    return Answer(measurement, found.name, plain(whole))


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
