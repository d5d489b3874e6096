"""What the loop tells while it trains: a protocol, so that the loop needs neither database nor terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from iterscope.checkpoints import CheckpointDescription
from iterscope.recipes import TrainingConfiguration

Arrays = Mapping[tuple[str, str], NDArray[np.float32]]
"""(metric, split) → one value a block."""
Scalars = Mapping[tuple[str, str | None], float]
"""(name, split or None) → value."""


@dataclass(frozen=True)
class TrainingPlan:
    """What is about to be trained."""

    configuration: TrainingConfiguration
    """With precision decided."""
    blocks: list[dict[str, Any]]
    """As `ResidualChain.describe` gives it."""
    images_per_epoch: int
    first_epoch: int
    """Epochs done before: 0, or more when resumed."""
    compiled: bool = False
    """Steps will be compiled, where that works."""


@dataclass(frozen=True)
class Progress:
    """How far the training is."""

    fraction: float
    """0 to 1 of the whole run."""
    epoch: int
    """The epoch being trained, from 1."""
    images_per_second: float
    seconds_left: float
    """At the speed so far, logging included."""


class MetricLogger(Protocol):
    """Receives what happens; every method returns quickly, and an exception ends the training."""

    def begin(self, plan: TrainingPlan) -> None:
        """Once, before anything else."""

    def progress(self, progress: Progress) -> None:
        """A few times a second."""

    def log_epoch(self, epoch: int, arrays: Arrays, scalars: Scalars) -> None:
        """After epoch 0 (untrained) and every later one; after resuming an epoch may come again, and replaces the first."""

    def checkpoint(self, path: Path, description: CheckpointDescription, scalars: Scalars) -> None:
        """After a checkpoint file was written; `scalars` are those of its epoch."""


class Loggers:
    """Tells several loggers in turn."""

    def __init__(self, loggers: Iterable[MetricLogger]) -> None:
        self._loggers: Sequence[MetricLogger] = tuple(loggers)

    def begin(self, plan: TrainingPlan) -> None:
        for logger in self._loggers:
            logger.begin(plan)

    def progress(self, progress: Progress) -> None:
        for logger in self._loggers:
            logger.progress(progress)

    def log_epoch(self, epoch: int, arrays: Arrays, scalars: Scalars) -> None:
        for logger in self._loggers:
            logger.log_epoch(epoch, arrays, scalars)

    def checkpoint(self, path: Path, description: CheckpointDescription, scalars: Scalars) -> None:
        for logger in self._loggers:
            logger.checkpoint(path, description, scalars)
