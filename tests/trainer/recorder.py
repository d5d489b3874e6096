"""A logger for tests."""

from __future__ import annotations

from pathlib import Path

from iterscope.checkpoint_description import CheckpointDescription
from iterscope_trainer.metric_logger import Arrays, Scalars, TrainingPlan, TrainingProgress


class Recorder:
    """A logger that keeps everything."""

    def __init__(self) -> None:
        self.plans: list[TrainingPlan] = []
        self.reports: list[TrainingProgress] = []
        self.epochs: dict[int, tuple[Arrays, Scalars]] = {}
        self.checkpoints: dict[int | None, Path] = {}

    def begin(self, plan: TrainingPlan) -> None:
        self.plans.append(plan)

    def progress(self, progress: TrainingProgress) -> None:
        self.reports.append(progress)

    def log_epoch(self, epoch: int, arrays: Arrays, scalars: Scalars) -> None:
        self.epochs[epoch] = (arrays, scalars)

    def checkpoint(self, path: Path, description: CheckpointDescription, scalars: Scalars) -> None:
        self.checkpoints[description.epoch] = path
