"""What the training loop reports. It is a protocol, so the loop needs neither a database nor a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from iterscope.checkpoint_description import CheckpointDescription
from iterscope.recipes import TrainingConfiguration

Arrays = Mapping[tuple[str, str], NDArray[np.float32]]
"""(metric, split) → one value per block."""
Scalars = Mapping[tuple[str, str | None], float]
"""(name, split or None) → value."""


@dataclass(frozen=True)
class TrainingPlan:
    """What will be trained."""

    configuration: TrainingConfiguration
    """The configuration, with its precision resolved."""
    blocks: list[dict[str, Any]]
    """As returned by `ResidualChain.describe`."""
    images_per_epoch: int
    first_epoch: int
    """Number of epochs completed before: 0, or more for a resumed run."""
    compiled: bool = False
    """Whether steps will be compiled, if torch.compile works."""


@dataclass(frozen=True)
class TrainingProgress:
    """Progress of the training."""

    fraction: float
    """Fraction of the whole run, 0 to 1."""
    epoch: int
    """The current epoch, from 1."""
    images_per_second: float
    seconds_left: float
    """Remaining seconds at the current speed, including logging."""


class MetricLogger(Protocol):
    """Receives the training's events. Methods must return quickly; an exception ends the training."""

    def begin(self, plan: TrainingPlan) -> None:
        """Called once, before all other methods."""

    def progress(self, progress: TrainingProgress) -> None:
        """Called a few times per second."""

    def log_epoch(self, epoch: int, arrays: Arrays, scalars: Scalars) -> None:
        """Called after epoch 0 (untrained) and every later epoch. A resumed run may log an epoch again; this replaces the earlier log."""

    def checkpoint(self, path: Path, description: CheckpointDescription, scalars: Scalars) -> None:
        """Called after a checkpoint file was written; `scalars` are those of its epoch."""


class Loggers:
    """Forwards everything to several loggers in order."""

    def __init__(self, loggers: Iterable[MetricLogger]) -> None:
        self._loggers: Sequence[MetricLogger] = tuple(loggers)

    def begin(self, plan: TrainingPlan) -> None:
        for logger in self._loggers:
            logger.begin(plan)

    def progress(self, progress: TrainingProgress) -> None:
        for logger in self._loggers:
            logger.progress(progress)

    def log_epoch(self, epoch: int, arrays: Arrays, scalars: Scalars) -> None:
        for logger in self._loggers:
            logger.log_epoch(epoch, arrays, scalars)

    def checkpoint(self, path: Path, description: CheckpointDescription, scalars: Scalars) -> None:
        for logger in self._loggers:
            logger.checkpoint(path, description, scalars)
