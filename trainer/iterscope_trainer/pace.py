"""Estimate how long a training takes on this machine by timing a few real steps."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from iterscope.checkpoint_description import CheckpointDescription
from iterscope.datasets import Dataset
from iterscope.recipes import TrainingConfiguration
from iterscope.schedules import Piecewise
from iterscope_trainer.loop import train
from iterscope_trainer.metric_logger import Arrays, Scalars, TrainingPlan, TrainingProgress

BATCHES = {"cpu": 1, "cuda": 10}
"""Number of steps in each of two short epochs: the first is a warm-up, the second is timed."""
EVALUATED_IMAGES = {"cpu": 60, "cuda": 2000}
LOGGED_IMAGES = {"cpu": 4, "cuda": 64}
_HARMLESS = Piecewise(((1, 1e-6),))
"""A learning rate so small that four steps can't diverge."""


@dataclass(frozen=True)
class Pace:
    """Seconds per image."""

    training: float
    """In an SGD step (forward and backward pass)."""
    evaluation: float
    """In the validation after each epoch."""
    logging: float
    """In a log of per-block metrics."""

    def seconds(self, configuration: TrainingConfiguration, dataset: Dataset, first_epoch: int = 0) -> float:
        """Estimated seconds of the training from `first_epoch` completed epochs to the end."""
        epochs = configuration.epochs - first_epoch
        logs = epochs / configuration.log_every + (first_epoch == 0)
        logged = sum(min(configuration.log_samples, len(split)) for split in (dataset.train, dataset.validation))
        return (
            self.training * len(dataset.train) * epochs
            + self.evaluation * len(dataset.validation) * (epochs + (first_epoch == 0))
            + self.logging * logged * logs
        )


def measure_pace(configuration: TrainingConfiguration, dataset: Dataset, device: torch.device | str) -> Pace:
    """Train a few batches for two epochs with the real loop in a temporary folder. Nothing is kept.

    Steps are timed without `compile`, because compiling would take longer than this measurement should.
    """
    kind = torch.device(device).type
    short = replace(
        dataset,
        train=dataset.train.subset(BATCHES[kind] * configuration.batch_size),
        validation=dataset.validation.subset(EVALUATED_IMAGES[kind]),
    )
    brief = replace(
        configuration,
        epochs=2,
        schedule=_HARMLESS,
        compile=False,
        log_samples=LOGGED_IMAGES[kind],
        log_every=1,
        checkpoint_every=2,
    )
    clock = _Clock()
    with tempfile.TemporaryDirectory(prefix="iterscope-pace-") as folder:
        train(brief, short, Path(folder), clock, device=device)
    steps = 1 / clock.scalars["images_per_second", None]
    evaluation = clock.scalars["epoch_seconds", None] - steps * len(short.train)
    return Pace(
        training=steps,
        evaluation=max(evaluation, 0.0) / len(short.validation),
        logging=clock.scalars["log_seconds", None] / (2 * LOGGED_IMAGES[kind]),
    )


class _Clock:
    """Keeps the seconds that the loop reports for the last epoch."""

    def __init__(self) -> None:
        self.scalars: Scalars = {}

    def begin(self, plan: TrainingPlan) -> None:
        pass

    def progress(self, progress: TrainingProgress) -> None:
        pass

    def log_epoch(self, epoch: int, arrays: Arrays, scalars: Scalars) -> None:
        self.scalars = scalars

    def checkpoint(self, path: Path, description: CheckpointDescription, scalars: Scalars) -> None:
        pass
