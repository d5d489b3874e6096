"""A run's curves and last checkpoint, read only once, because a completed run no longer changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from iterscope_backend.workers.cache import LeastRecentlyUsed
from iterscope_db import CheckpointRecord, MetricSeries, RunRecord, ScalarSeries, Store

METRICS = (
    "cosine_loss",
    "cosine_loss_plugged",
    "l2_ratio",
    "activation_norm",
    "early_exit_accuracy",
)
"""Metrics that the figures draw."""
KEPT_RUNS = 64


@dataclass(frozen=True, eq=False)
class RunData:
    """A completed run's curves. E epochs, L blocks."""

    record: RunRecord
    series: dict[tuple[str, str], MetricSeries]
    scalars: dict[tuple[str, str | None], ScalarSeries]
    checkpoints: tuple[CheckpointRecord, ...]
    """The kept checkpoints, in the order of their epochs."""

    @property
    def checkpoint(self) -> CheckpointRecord | None:
        """The checkpoint of the last epoch."""
        return self.checkpoints[-1] if self.checkpoints else None

    def at(self, metric: str, split: str, position: int) -> NDArray[np.float64]:
        """(L,) Values of a metric at the first (0) or last (−1) logged epoch; NaN if the metric wasn't logged."""
        if (found := self.series.get((metric, split))) is None:
            return np.full(len(self.record.blocks), np.nan)
        values: NDArray[np.float64] = found.values[position].astype(np.float64)
        return values


class Loader:
    """Reads runs from the store and caches the most recently used ones. Thread-safe."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: LeastRecentlyUsed[tuple[str, datetime | None], RunData] = LeastRecentlyUsed(KEPT_RUNS)
        self._lock = threading.Lock()

    def get(self, record: RunRecord) -> RunData:
        """The run's data; a run that was resumed since is read again."""
        with self._lock:
            return self._kept.get((record.id, record.finished_at), lambda: self._read(record))

    def _read(self, record: RunRecord) -> RunData:
        page = self._store.metrics.read(record.id, METRICS)
        stored = self._store.checkpoints.list(record.id)
        return RunData(
            record,
            {(series.metric, series.split): series for series in page.series},
            {(scalar.name, scalar.split): scalar for scalar in page.scalars},
            tuple(sorted(stored, key=lambda each: each.epoch if each.epoch is not None else -1)),
        )
