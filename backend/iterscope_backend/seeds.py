"""Means and spread over repeated runs with different seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Merged:
    """One quantity of R runs over all epochs that any of them logged. The value of one epoch has the shape () or (L,)."""

    epochs: NDArray[np.int64]
    """(E,) Ascending epochs."""
    mean: Floats
    """(E, …) Mean over the runs with a defined value; NaN if there is none."""
    std: Floats
    """(E, …) Standard deviation between those runs (n − 1); NaN for fewer than two."""


def spread(values: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation (n − 1) over the first axis. NaN values are left out; an infinite mean has no spread."""
    defined = ~np.isnan(values)
    count = defined.sum(0)
    filled = np.where(defined, values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        mean = filled.sum(0) / count
        square = (np.where(defined, values - mean, 0.0) ** 2).sum(0)
        std = np.sqrt(square / (count - 1))
    std = np.where((count > 1) & np.isfinite(mean), std, np.nan)
    return np.where(count > 0, mean, np.nan), std


def merge(series: Sequence[tuple[NDArray[np.int64], NDArray[np.floating]]]) -> Merged:
    """Mean and spread for every epoch, from (epochs (E_r,), values (E_r, …)) of each run; a run counts only at epochs that it logged.

    Raises ValueError if there is nothing to merge or the shapes of the values differ.
    """
    shapes = {values.shape[1:] for _, values in series}
    if len(shapes) != 1:
        raise ValueError(
            f"{len(series)} series with values of shapes {sorted(shapes)}: merge one kind of value, at least once"
        )
    epochs = np.unique(np.concatenate([own for own, _ in series]))
    table = np.full((len(series), len(epochs), *shapes.pop()), np.nan)
    for row, (own, values) in zip(table, series, strict=True):
        row[np.searchsorted(epochs, own)] = values
    return Merged(epochs, *spread(table))
